/** Slash commands typed on the page, handled as Slack's clients do. */
import type { Simulator } from '../simulator/index.js';
import { RequestError } from './request.js';

const COMMAND = /^(\/\S+)\s*([\s\S]*)$/;

export interface TypedMessage {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

/**
 * Sends a text that begins with a slash as a command. Undefined for any other text. Throws `RequestError` if the
 * command is not one of `commands`, if it was typed in a thread, or if the bot does not acknowledge it.
 */
export async function sendCommand(
  slack: Simulator,
  { user, channel, text, threadTs }: TypedMessage,
  commands: readonly string[],
): Promise<object | undefined> {
  const [, command, rest = ''] = COMMAND.exec(text) ?? [];
  if (command === undefined) return undefined;
  if (!commands.includes(command)) {
    const hint = 'To send it as a message, put a space in front of it.';
    throw new RequestError(400, `${command} is not a command here. ${hint}`);
  }
  if (threadTs !== undefined) {
    throw new RequestError(400, `${command} cannot be used in a thread: type it in the channel.`);
  }
  const { state } = await slack.command({ user, channel, command, text: rest });
  if (state !== 'acked') throw new RequestError(400, `${command} failed: the bot did not acknowledge it. Try again.`);
  return {};
}
