import { now, TestBed } from './test-bed.js';

const REPLIES = 500;
/** Long enough that all replies are in progress at the same time. */
const REPLY_MS = 15_000;
const EVENTS = 100;

export interface InFlight {
  /** Most replies in progress at the same time in one process. */
  readonly replies: number;
  /** Resident memory for each of them. */
  readonly bytesPerReply: number;
  /** Milliseconds until the ack of other events meanwhile. */
  readonly ackMs: number[];
}

/** How many replies one process can write at the same time, and the cost in memory and ack latency. */
export async function measureInFlight(): Promise<InFlight> {
  const testBed = await TestBed.start({ transport: 'http', bots: 1, env: { CONCURRENCY: String(REPLIES) } });
  const { slack, model } = testBed;
  const [bot] = testBed.bots;
  if (!bot) throw new Error('the test bed has started no bot');
  try {
    const first = testBed.mention('hello');
    await slack.until(() => testBed.isAnswered(first));
    const before = await bot.rssBytes();
    model.pauseMs = REPLY_MS;
    const threads = Array.from({ length: REPLIES }, (_, count) => testBed.mention(`question ${count}`));
    await slack.until(() => model.open === REPLIES, REPLY_MS);
    const during = await bot.rssBytes();
    const ackMs: number[] = [];
    for (let count = 0; count < EVENTS; count += 1) {
      const sentAt = now();
      slack.say({ user: testBed.ada, channel: testBed.general, text: `talk ${count}` });
      await slack.until(() => slack.deliveries.at(-1)?.state === 'acked');
      ackMs.push(now() - sentAt);
    }
    await slack.until(
      () => threads.every((thread) => slack.messages(testBed.general, thread).at(-1)?.markdown === 'An answer.'),
      4 * REPLY_MS,
    );
    return { replies: model.mostOpen, bytesPerReply: (during - before) / REPLIES, ackMs };
  } finally {
    await testBed.stop();
  }
}
