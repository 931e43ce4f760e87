import { STOPPED } from '../../src/messages/english.js';
import type { Message, Simulator } from '../../src/simulator/index.js';
import type { SeededRandom } from '../random.js';

/** Somebody told the bot to stop, by a button or in words, while it wrote in a channel. */
export interface Stop {
  readonly channel: string;
  readonly thread: string;
  /** The reply's message. */
  readonly reply: string;
  /** `ts` of the words. */
  readonly said?: string;
  /** When the press was acknowledged; undefined if it was not. In milliseconds since 1970. */
  pressedAt?: number;
}

const PRESS_PROBABILITY = 0.6;

/** Stops a reply that is being written in one of the threads. Undefined if there is none. */
export function stopInChannel(
  slack: Simulator,
  chances: SeededRandom,
  threads: readonly { readonly channel: string; readonly root: string }[],
  user: string,
): Stop | undefined {
  const written = threads.flatMap(({ channel, root }) => {
    const newest = slack.messages(channel, root).findLast((message) => message.user === slack.bot.userId);
    return newest && isBegun(newest) && !isOver(newest) ? [{ channel, thread: root, newest }] : [];
  });
  if (written.length === 0) return undefined;
  const { channel, thread, newest } = chances.pick(written as [(typeof written)[0]]);
  const where = { channel, thread, reply: newest.ts };
  const hasButton = JSON.stringify(newest.blocks).includes('"action_id":"stop"');
  if (!hasButton || !chances.chance(PRESS_PROBABILITY))
    return { ...where, said: slack.say({ user, channel, threadTs: thread, text: 'stop' }).ts };
  const stop: Stop = { ...where };
  void press();
  return stop;

  async function press(): Promise<void> {
    const { state } = await slack.press({ user, channel, ts: newest.ts, actionId: 'stop' });
    if (state === 'acked') stop.pressedAt = Date.now();
  }
}

/** Some words of an answer are there. */
export function isBegun({ text, markdown = text }: Message): boolean {
  return /\]\]\s*\d+:\s*w1\b/.test(markdown);
}

function isOver({ text, markdown = text }: Message): boolean {
  return /[∎✂⊘]/.test(markdown) || markdown.endsWith(STOPPED);
}
