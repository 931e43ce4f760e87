/** Slash commands typed on the page, handled as Slack's clients do. */
import type { Simulator } from '../simulator/index.js';
import { RequestError } from './request.js';

const COMMAND = /^(\/\S+)\s*([\s\S]*)$/;
const MENTION = /<@([UW][A-Z0-9]+)>/g;
/** Slack's own commands, as of 2026, but for those that work here. https://slack.com/help/articles/201259356 */
const SLACK_COMMANDS = new Set(
  'active apps archive away call collapse dnd expand feed feedback huddle join kick leave me msg mute open prefs remind rename search shortcuts shrug star status topic who workflow'
    .split(' ')
    .map((name) => `/${name}`),
);

export interface TypedMessage {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

/**
 * Sends a text that begins with a slash as a command. Undefined for any other text. Throws `RequestError` if the
 * command is none of the app's `commands` or can do nothing here, if it was typed in a thread, or if the bot does not
 * acknowledge it.
 */
export async function sendCommand(
  slack: Simulator,
  { user, channel, text, threadTs }: TypedMessage,
  commands: readonly string[],
): Promise<object | undefined> {
  const [, command, rest = ''] = COMMAND.exec(text) ?? [];
  if (command === undefined) return undefined;
  if (command === '/invite') return invite(slack, user, channel, rest);
  if (command === '/remove') return remove(slack, channel, rest);
  if (SLACK_COMMANDS.has(command)) {
    throw new RequestError(
      400,
      `${command} is not in this playground. These commands are: /invite, /remove, ${commands.join(', ')}.`,
    );
  }
  if (!commands.includes(command)) {
    // Slack's own words.
    throw new RequestError(
      400,
      `${command} is not a valid command. In Slack, messages that start with a forward slash are interpreted as commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.`,
    );
  }
  if (threadTs !== undefined)
    throw new RequestError(400, `${command} is not supported in threads. Sorry! Type it in the channel.`);
  const { state } = await slack.command({ user, channel, command, text: rest });
  if (state !== 'acked') throw new RequestError(400, `${command} failed: the bot did not acknowledge it. Try again.`);
  return {};
}

/** Adds the people who are mentioned, or the bot, to a channel. */
function invite(slack: Simulator, inviter: string, channel: string, text: string): object {
  const members = membersOf(slack, channel, '/invite is for channels: nobody can be added to a direct message.');
  const invited = mentionedIn(text, 'Whom do you want to add? Type /invite and @ with a name.');
  const newcomers = invited.filter((id) => !members.has(id));
  if (newcomers.length === 0) throw new RequestError(400, `${namesOf(slack, invited)} already in this channel.`);
  for (const user of newcomers) slack.join({ user, channel, inviter });
  return {};
}

/** Takes the people who are mentioned, or the bot, out of a channel. */
function remove(slack: Simulator, channel: string, text: string): object {
  const members = membersOf(slack, channel, '/remove is for channels: nobody can be removed from a direct message.');
  const removed = mentionedIn(text, 'Whom do you want to remove? Type /remove and @ with a name.');
  const leaving = removed.filter((id) => members.has(id));
  if (leaving.length === 0) throw new RequestError(400, `${namesOf(slack, removed)} not in this channel.`);
  for (const user of leaving) slack.leave({ user, channel });
  return {};
}

function membersOf(slack: Simulator, channel: string, problem: string): ReadonlySet<string> {
  const place = slack.channels().find(({ id }) => id === channel);
  if (!place || place.kind === 'im' || place.kind === 'mpim') throw new RequestError(400, problem);
  return place.members;
}

function mentionedIn(text: string, problem: string): string[] {
  const ids = [...new Set([...text.matchAll(MENTION)].map(([, id = '']) => id))];
  if (ids.length === 0) throw new RequestError(400, problem);
  return ids;
}

/** "@grace is", "@grace and @skein are". */
function namesOf(slack: Simulator, ids: readonly string[]): string {
  const names = new Map(slack.users().map((known) => [known.id, `@${known.name}`]));
  return `${ids.map((id) => names.get(id) ?? id).join(' and ')} ${ids.length === 1 ? 'is' : 'are'}`;
}
