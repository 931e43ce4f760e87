/** Which messages of a long thread are read, from a Slack that gives each range of time from its oldest message on. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readNewestFirst } from '../../../src/slack/inbound/newest-first.js';

interface Message {
  ts: string;
  reply_count?: number;
}

const START_S = 1_766_458_026;
const tsOf = (micros: number): string =>
  `${START_S + Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;

/** A thread with messages at these times, in microseconds after its first one. */
function threadOf(times: readonly number[], isCounted = true): Message[] {
  const [first = 0, ...others] = [...new Set(times)].toSorted((a, b) => a - b);
  const root = { ts: tsOf(first), ...(isCounted && { reply_count: others.length }) };
  return [root, ...others.map((at) => ({ ts: tsOf(at) }))];
}

interface Reading {
  read: Set<string>;
  calls: number;
  /** How many of the newest messages have been read without a gap. */
  newest: number;
}

async function reading(thread: readonly Message[], pageSize = 200, maxPages = 15): Promise<Reading> {
  let calls = 0;
  const [root] = thread;
  const latest = thread.at(-1)?.ts ?? '';
  const page = async (oldest: string, newest: string, isUrgent: boolean) => {
    calls += 1;
    if (calls === 1) expect(isUrgent).toBe(true);
    const inRange = thread.filter(({ ts }) => ts >= oldest && ts <= newest && ts !== root?.ts);
    const messages = [...(root ? [root] : []), ...inRange.slice(0, pageSize)];
    return { messages, more: inRange.length > pageSize };
  };
  const found = await readNewestFirst<Message>(page, root?.ts ?? '', latest, maxPages);
  const read = new Set(found.map(({ ts }) => ts));
  const gap = thread.findLastIndex(({ ts }) => !read.has(ts));
  return { read, calls, newest: thread.length - 1 - gap };
}

const SECOND = 1e6;
const evenly = (count: number, apart = SECOND): number[] => Array.from({ length: count }, (_, at) => at * apart);

describe('a thread', () => {
  test.each([
    ['of one message', 1, 1],
    ['of one page', 200, 1],
    ['of two pages', 350, 2],
    ['of 450 messages', 450, 3],
    ['of 2,000 messages', 2_000, 14],
  ])('%s is read whole, in few calls', async (_, count, most) => {
    const { newest, calls } = await reading(threadOf(evenly(count)));
    expect(newest).toBe(count);
    expect(calls).toBeLessThanOrEqual(most);
  });

  test.each([2_500, 10_000, 100_000])('of %d messages: its beginning and the newest 2,000', async (count) => {
    const thread = threadOf(evenly(count));
    const { newest, calls, read } = await reading(thread);
    expect(newest).toBeGreaterThanOrEqual(2_000);
    expect(calls).toBeLessThanOrEqual(15);
    for (const { ts } of thread.slice(0, 200)) expect(read).toContain(ts);
  });

  test('whose messages are microseconds apart', async () => {
    expect((await reading(threadOf(evenly(5_000, 1)))).newest).toBeGreaterThanOrEqual(1_900);
  });

  test.each([
    ['that woke up after a year', [...evenly(300), ...evenly(1_500).map((at) => at + 365 * 86_400 * SECOND)], 1_500],
    [
      'with a flood at its end',
      [...evenly(3_000, 600 * SECOND), ...evenly(500, 1_000).map((at) => at + 2e6 * SECOND)],
      1_000,
    ],
    // Where the quiet time begins has to be searched: of what is before it, parts are missing.
    ['that went quiet', [...evenly(3_000), ...evenly(5, 86_400 * SECOND).map((at) => at + 4_000 * SECOND)], 4],
  ])('%s: the newest are there', async (_, times, least) => {
    for (const isCounted of [true, false]) {
      const { newest, read } = await reading(threadOf(times, isCounted));
      expect(newest).toBeGreaterThanOrEqual(least);
      expect(read.size).toBeGreaterThanOrEqual(1_600);
    }
  });

  test('of 15 messages a page, in two calls: its beginning and the newest', async () => {
    for (const count of [20, 40, 200, 2_000]) {
      const { newest, read } = await reading(threadOf(evenly(count)), 15, 2);
      expect(newest).toBeGreaterThanOrEqual(Math.min(count - 15, 10));
      expect(read.size).toBeGreaterThanOrEqual(20);
    }
  });

  test('is read whole in the end, whenever its messages were written', async () => {
    const gaps = fc.oneof(fc.nat(10), fc.nat(1e6), fc.nat(1e12));
    await fc.assert(
      fc.asyncProperty(fc.array(gaps, { minLength: 1, maxLength: 120 }), fc.boolean(), async (apart, isCounted) => {
        let at = 0;
        const thread = threadOf(
          apart.map((gap) => (at += gap)),
          isCounted,
        );
        const { newest } = await reading(thread, 10, 2_000);
        expect(newest).toBe(thread.length);
      }),
    );
  });
});
