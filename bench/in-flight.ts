import { now, Stage } from './stage.js';

const REPLIES = 500;
/** Long enough for all of them to have begun. */
const REPLY_MS = 15_000;
const PROBES = 100;

export interface InFlight {
  /** Replies that one process wrote at the same time. */
  readonly most: number;
  /** Memory of the whole process for each of them. */
  readonly bytesEach: number;
  /** Milliseconds to the ack of further events meanwhile. */
  readonly acks: number[];
}

/** How many replies one process holds at once, and what that costs. */
export async function inFlight(): Promise<InFlight> {
  const stage = await Stage.set({ transport: 'http', bots: 1, env: { CONCURRENCY: String(REPLIES) } });
  const { slack, model } = stage;
  const [bot] = stage.bots;
  if (!bot) throw new Error('no bot');
  try {
    const first = stage.mention('hello');
    await slack.until(() => stage.isAnswered(first));
    const before = await bot.rssBytes();
    model.pauseMs = REPLY_MS;
    const threads = Array.from({ length: REPLIES }, (_, count) => stage.mention(`question ${count}`));
    await slack.until(() => model.open === REPLIES, REPLY_MS);
    const held = await bot.rssBytes();
    const acks: number[] = [];
    for (let count = 0; count < PROBES; count += 1) {
      const sentAt = now();
      slack.say({ user: stage.ada, channel: stage.general, text: `talk ${count}` });
      await slack.until(() => slack.deliveries.at(-1)?.state === 'acked');
      acks.push(now() - sentAt);
    }
    await slack.until(
      () => threads.every((thread) => slack.messages(stage.general, thread).at(-1)?.markdown === 'An answer.'),
      4 * REPLY_MS,
    );
    return { most: model.mostOpen, bytesEach: (held - before) / REPLIES, acks };
  } finally {
    await stage.clear();
  }
}
