import { describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { ThreadStatus } from '../../../src/slack/outbound/status.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

/** Slack as far as a status line needs it; `answer` decides what each call comes to. */
function bench(threadTs: string | null = '1.1', answer: () => Promise<unknown> = async () => ({ ok: true })) {
  const calls: Record<string, unknown>[] = [];
  const setStatus = async (args: Record<string, unknown>): Promise<unknown> => {
    calls.push(args);
    return answer();
  };
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const client = { assistant: { threads: { setStatus } } } as unknown as WebClient;
  const status = new ThreadStatus(client, 'C1', threadTs ?? undefined, clock, log);
  return { status, clock, log, calls, statuses: () => calls.map((call) => call['status']) };
}

/** A call that is under way until it is let go. */
function held(): { answer: () => Promise<unknown>; letGo: () => void } {
  let letGo: (() => void) | undefined;
  const answered = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { answer: () => answered, letGo: () => letGo?.() };
}

describe('the line below a thread', () => {
  test('says that the bot is at work, in that thread', async () => {
    const { status, clock, calls } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    expect(calls).toEqual([{ channel_id: 'C1', thread_ts: '1.1', status: 'is thinking…' }]);
    status.posted();
    await shown;
  });

  test('is said again before Slack takes it away', async () => {
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

  test('says what the model thinks about, at once and then once a second', async () => {
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

  test('says what the model thinks about even if that came while the line was being set', async () => {
    const { answer, letGo } = held();
    const { status, clock, calls } = bench('1.1', answer);
    const shown = status.show();
    status.thinking('Weighing');
    letGo();
    await clock.untilSleeping();
    await clock.advance(1_000);
    expect(calls.map((call) => call['loading_messages'])).toEqual([undefined, ['Weighing']]);
    status.posted();
    await shown;
  });

  test('stays away once there is a message, whatever the model thinks then', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    status.posted();
    status.thinking('Too late');
    await shown;
    await clock.advance(600_000);
    expect(statuses()).toEqual(['is thinking…']);
  });

  test('is taken away by a message: nothing is left to clear', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    status.posted();
    await shown;
    await status.clear();
    await clock.advance(600_000);
    expect(statuses()).toEqual(['is thinking…']);
  });

  test('is cleared where no message came', async () => {
    const { status, clock, statuses } = bench();
    const shown = status.show();
    await clock.untilSleeping();
    await status.clear();
    await shown;
    await status.clear();
    expect(statuses()).toEqual(['is thinking…', '']);
  });

  test('is cleared when it was still on its way as the message came, and only when that is over', async () => {
    const { answer, letGo } = held();
    const { status, statuses } = bench('1.1', answer);
    const shown = status.show();
    status.posted();
    const cleared = status.clear();
    await new Promise(setImmediate);
    expect(statuses()).toEqual(['is thinking…']);
    letGo();
    await Promise.all([shown, cleared]);
    expect(statuses()).toEqual(['is thinking…', '']);
  });

  test.each<[string, () => Error, string[]]>([
    [
      'behind a message when nobody knows whether it was set',
      () => new Error('the connection was closed'),
      ['is thinking…', 'is thinking…', ''],
    ],
    [
      'by the message when Slack has refused to set it',
      () => new WebAPIPlatformError({ ok: false, error: 'missing_scope' }),
      ['is thinking…', 'is thinking…'],
    ],
  ])('is cleared %s, also when it was set after that', async (_, failure, expected) => {
    let tries = 0;
    const { status, clock, statuses } = bench('1.1', async () => {
      tries += 1;
      if (tries === 1) throw failure();
    });
    const shown = status.show();
    await clock.untilSleeping();
    await clock.advance(119_000);
    status.posted();
    await shown;
    await status.clear();
    expect(statuses()).toEqual(expected);
  });

  test('that cannot be set is logged and forgotten', async () => {
    const { status, clock, log } = bench('1.1', async () => Promise.reject(new Error('missing_scope')));
    const shown = status.show();
    await clock.untilSleeping();
    await status.clear();
    await shown;
    expect(log.lines.map(({ level }) => level)).toEqual(['debug', 'debug']);
  });

  test('is never shown once it was cleared', async () => {
    const { status, calls } = bench();
    await status.clear();
    await status.show();
    expect(calls).toEqual([]);
  });
});

test('where there is no thread, there is no line', async () => {
  const { status, calls } = bench(null);
  expect(status.possible).toBe(false);
  await status.show();
  await status.clear();
  expect(calls).toEqual([]);
});
