import { describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { StatusLine } from '../../../src/slack/outbound/status-line.js';
import { RefusedMethods } from '../../../src/slack/web-api/refused-methods.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

/** A status line on a fake Slack; `answer` is the outcome of each call. */
function bench(answer: () => Promise<unknown> = async () => ({ ok: true }), showAfterMs = 0) {
  const calls: Record<string, unknown>[] = [];
  const setStatus = async (args: Record<string, unknown>): Promise<unknown> => {
    calls.push(args);
    return answer();
  };
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const client = { assistant: { threads: { setStatus } } } as unknown as WebClient;
  const thread = { client, team: 'T1', channel: 'C1', threadTs: '1.1' };
  const status = new StatusLine(thread, new RefusedMethods(clock), clock, log, () => {}, showAfterMs);
  return { status, clock, log, calls, statuses: () => calls.map((call) => call['status']) };
}

/** A call that runs until `release`. */
function held(): { answer: () => Promise<unknown>; release: () => void } {
  let release: (() => void) | undefined;
  const answered = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { answer: () => answered, release: () => release?.() };
}

describe('the status line of a thread', () => {
  test('says in that thread that the bot is working', async () => {
    const { status, clock, calls } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    expect(calls).toEqual([{ channel_id: 'C1', thread_ts: '1.1', status: 'is thinking…' }]);
    status.posted();
    await shown;
  });

  test('is not set for an answer that is there soon', async () => {
    const { status, clock, calls } = bench(undefined, 700);
    const soon = status.show();
    await clock.advance(699);
    status.posted();
    await soon;
    await status.clear();
    expect(calls).toEqual([]);
  });

  test('is set when the answer takes longer than that', async () => {
    const { status, clock, calls } = bench(undefined, 700);
    const shown = status.show();
    await clock.advance(700);
    expect(calls).toHaveLength(1);
    status.posted();
    await shown;
  });

  test('is set again before Slack removes it', async () => {
    const { status, clock, calls } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    await clock.advance(119_000);
    expect(calls).toHaveLength(2);
    await clock.advance(119_000);
    expect(calls).toHaveLength(3);
    status.posted();
    await shown;
  });

  test('shows the headline of the thinking, and changes at most once a second', async () => {
    const { status, clock, calls } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    status.thinking('Weighing');
    status.thinking('Choosing');
    await clock.advance(999);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    status.thinking('Choosing');
    await clock.advance(60_000);
    expect(calls.slice(1)).toEqual([
      { channel_id: 'C1', thread_ts: '1.1', status: 'is thinking…', loading_messages: ['Choosing'] },
    ]);
    status.thinking('Writing');
    await clock.advance(0);
    expect(calls.at(-1)).toMatchObject({ loading_messages: ['Writing'] });
    await status.clear();
    expect(calls.at(-1)).toEqual({ channel_id: 'C1', thread_ts: '1.1', status: '' });
    await shown;
  });

  test('shows a headline that arrived while the line was being set', async () => {
    const { answer, release } = held();
    const { status, clock, calls } = bench(answer);
    const shown = status.show();
    status.thinking('Weighing');
    release();
    await clock.untilSleeping();
    await clock.advance(1_000);
    expect(calls.map((call) => call['loading_messages'])).toEqual([undefined, ['Weighing']]);
    status.posted();
    await shown;
  });

  test('does not return after a message, whatever the model thinks', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    status.posted();
    status.thinking('Too late');
    await shown;
    await clock.advance(600_000);
    expect(statuses()).toEqual(['is thinking…']);
  });

  test('is removed by a message: nothing is left to clear', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    status.posted();
    await shown;
    await status.clear();
    await clock.advance(600_000);
    expect(statuses()).toEqual(['is thinking…']);
  });

  test('is cleared if no message was posted', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    await status.clear();
    await shown;
    await status.clear();
    expect(statuses()).toEqual(['is thinking…', '']);
  });

  test('is cleared after a call that was still running when the message was posted', async () => {
    const { answer, release } = held();
    const { status, statuses } = bench(answer);
    const shown = status.show();
    status.posted();
    const cleared = status.clear();
    await new Promise(setImmediate);
    expect(statuses()).toEqual(['is thinking…']);
    release();
    await Promise.all([shown, cleared]);
    expect(statuses()).toEqual(['is thinking…', '']);
  });

  test.each<[string, () => Error, string[]]>([
    [
      'by a call if the outcome of an earlier call is unknown',
      () => new Error('the connection was closed'),
      ['is thinking…', 'is thinking…', ''],
    ],
    [
      'by the message if Slack refused an earlier call',
      () => new WebAPIPlatformError({ ok: false, error: 'channel_not_found' }),
      ['is thinking…', 'is thinking…'],
    ],
  ])('is cleared %s, even if a later call set it', async (_, failure, expected) => {
    let attempts = 0;
    const { status, clock, statuses } = bench(async () => {
      attempts += 1;
      if (attempts === 1) throw failure();
    });
    const shown = status.show();
    await clock.untilSleeping();
    await clock.advance(119_000);
    status.posted();
    await shown;
    await status.clear();
    expect(statuses()).toEqual(expected);
  });

  test('that cannot be set is logged and ignored, and may be there: it is cleared eight times at most', async () => {
    const { status, clock, log, statuses } = bench(async () => Promise.reject(new Error('502')));
    const shown = status.show();
    await clock.untilSleeping();
    const cleared = status.clear();
    for (let pause = 0; pause < 7; pause += 1) {
      await clock.untilSleeping();
      await clock.advance(2_500);
    }
    await cleared;
    await shown;
    expect(statuses()).toEqual(['is thinking…', '', '', '', '', '', '', '', '']);
    expect(log.lines.every(({ level }) => level === 'debug')).toBe(true);
  });

  test('is cleared no more when the next one of its thread waits', async () => {
    const { status, clock, statuses } = bench(async () => Promise.reject(new Error('502')));
    const shown = status.show();
    await clock.untilSleeping();
    const hurry = new AbortController();
    const cleared = status.clear(hurry.signal);
    await clock.untilSleeping();
    hurry.abort();
    await cleared;
    await shown;
    expect(statuses()).toEqual(['is thinking…', '']);
  });

  test('is not shown after it was cleared', async () => {
    const { status, calls } = bench();
    await status.clear();
    await status.show();
    expect(calls).toEqual([]);
  });
});

test('a line that is refused in the whole workspace is not set again', async () => {
  const { status, clock, calls } = bench(async () =>
    Promise.reject(new WebAPIPlatformError({ ok: false, error: 'missing_scope' })),
  );
  const shown = status.show();
  await clock.untilSleeping();
  await clock.advance(600_000);
  await shown;
  expect(calls).toHaveLength(1);
});

test('a line for thoughts alone waits for the first headline', async () => {
  const { status, clock, calls } = bench();
  const shown = status.show(true);
  await clock.advance(600_000);
  expect(calls).toEqual([]);
  status.thinking('Weighing');
  await clock.untilSleeping();
  expect(calls).toMatchObject([{ loading_messages: ['Weighing'] }]);
  await status.clear();
  await shown;
  expect(calls).toHaveLength(2);
});
