import { describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { ThreadStatuses } from '../../../src/slack/outbound/status.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

const PLACE = { channel_id: 'D1', thread_ts: '1.1' };
const SESSION = { title: 'Which wool?', initiator: 'U1', isNew: true };
const BEGUN = { ...PLACE, status: 'processing', title: 'Which wool?', initiator_user_id: 'U1' };
const ENDED = { ...PLACE, status: 'active' };

type Answer = (args: Record<string, unknown>) => Promise<unknown>;
const refusal = (error: string): Answer => {
  const failure = new WebAPIPlatformError({ ok: false, error });
  return async () => {
    throw failure;
  };
};

/** A fake Slack that records calls. `answers`: how it answers each method; all others succeed. */
function bench(answers: Partial<Record<'session' | 'line' | 'title', Answer>> = {}) {
  const calls: [string, Record<string, unknown>][] = [];
  const method =
    (name: 'session' | 'line' | 'title') =>
    async (args: Record<string, unknown>): Promise<unknown> => {
      calls.push([name, args]);
      return answers[name]?.(args);
    };
  const client = {
    agents: { sessions: { setStatus: method('session') } },
    assistant: { threads: { setStatus: method('line'), setTitle: method('title') } },
  } as unknown as WebClient;
  const clock = new FakeClock();
  const statuses = new ThreadStatuses(clock, new RecordingLogger(), 0);
  const open = (threadTs = '1.1', team = 'T1') =>
    statuses.open({ client, team, channel: 'D1', threadTs }, { ...SESSION });
  return { calls, clock, client, statuses, open, names: () => calls.map(([name]) => name) };
}

/** Lets all calls go out that wait for nothing. */
const turn = (): Promise<void> => new Promise(setImmediate);

describe('the session of a DM thread', () => {
  test('is at work until the reply is done', async () => {
    const { statuses, open, calls } = bench();
    const status = open();
    await turn();
    expect(calls).toEqual([['session', BEGUN]]);
    expect(status.sessionStatus).toBe('processing');
    status.posted();
    await turn();
    expect(calls).toHaveLength(1);
    status.end();
    await statuses.idle();
    expect(calls).toEqual([
      ['session', BEGUN],
      ['session', ENDED],
    ]);
    expect(status.sessionStatus).toBeUndefined();
  });

  test('shows what the model thinks about in the status line', async () => {
    const { statuses, open, calls, clock } = bench();
    const status = open();
    await turn();
    status.thinking('Weighing');
    await clock.untilSleeping();
    expect(calls.at(-1)).toMatchObject(['line', { ...PLACE, loading_messages: ['Weighing'] }]);
    status.posted();
    status.end();
    await statuses.idle();
    expect(calls.at(-1)).toEqual(['session', ENDED]);
  });

  test('has no title without words, and none at all where a thread is no session', async () => {
    const { statuses, client, calls } = bench();
    const thread = { client, team: 'T1', channel: 'D1', threadTs: '1.1' };
    statuses.open(thread, { ...SESSION, title: undefined }).end();
    const wordless = statuses.open(thread, { ...SESSION, title: undefined });
    await turn();
    expect(calls).toEqual([['session', { ...PLACE, status: 'processing', initiator_user_id: 'U1' }]]);
    wordless.end();
    await statuses.idle();
    calls.length = 0;
    const channel = statuses.open(thread);
    await turn();
    channel.end();
    await statuses.idle();
    expect(calls.map(([name, { status }]) => [name, status])).toEqual([
      ['line', 'is thinking…'],
      ['line', ''],
    ]);
  });

  test('of a process that died is put at rest', async () => {
    const { statuses, client, calls } = bench();
    statuses.clear({ client, team: 'T1', channel: 'D1', threadTs: '1.1' }, SESSION);
    await statuses.idle();
    expect(calls).toEqual([['session', ENDED]]);
  });

  test('is put at rest in the end, even if Slack wants no calls for a while', async () => {
    let attempts = 0;
    const { statuses, open, calls, clock } = bench({
      session: async ({ status }) => {
        if (status === 'active' && (attempts += 1) < 3) throw new WebAPIRateLimitedError(30);
      },
    });
    const status = open();
    await turn();
    status.end();
    for (const _ of [1, 2]) {
      await clock.untilSleeping();
      await clock.advance(30_000);
    }
    await statuses.idle();
    expect(calls.map(([, args]) => args['status'])).toEqual(['processing', 'active', 'active', 'active']);
  });

  test('is put at rest if it is unknown whether it was at work', async () => {
    const { statuses, open, calls } = bench({
      session: async ({ status }) => {
        if (status === 'processing') throw new Error('the connection was closed');
      },
    });
    const status = open();
    await turn();
    status.end();
    await statuses.idle();
    expect(calls.at(-1)).toEqual(['session', ENDED]);
  });
});

describe('where Slack refuses sessions', () => {
  test.each(['unknown_method', 'missing_scope', 'not_allowed', 'not_allowed_token_type', 'feature_disabled'])(
    'for the whole workspace (%s), line and title take their place, and it is asked once an hour',
    async (code) => {
      const { statuses, open, calls, names, clock } = bench({ session: refusal(code) });
      const status = open();
      await turn();
      expect(calls.slice(1)).toEqual([
        ['line', { ...PLACE, status: 'is thinking…' }],
        ['title', { ...PLACE, title: 'Which wool?' }],
      ]);
      expect(status.sessionStatus).toBeUndefined();
      status.end();
      await statuses.idle();
      calls.length = 0;
      for (const thread of ['2.1', '2.2']) {
        const next = open(thread);
        await turn();
        next.end();
      }
      await statuses.idle();
      expect(names()).not.toContain('session');
      open('1.1', 'T2').end();
      const elsewhere = open('1.1', 'T2');
      await turn();
      expect(names()).toContain('session');
      elsewhere.end();
      await statuses.idle();
      calls.length = 0;
      await clock.advance(60 * 60_000);
      const later = open();
      await turn();
      expect(names()).toContain('session');
      later.end();
      await statuses.idle();
    },
  );

  test('for one thread, the next is asked again', async () => {
    const { statuses, open, names } = bench({ session: refusal('user_not_found') });
    for (const thread of ['1.1', '1.2']) {
      const status = open(thread);
      await turn();
      status.end();
    }
    await statuses.idle();
    expect(names().filter((name) => name === 'session')).toHaveLength(2);
    expect(names()).toContain('line');
  });

  test('and the line and the title too, nothing is shown, and nothing asked again', async () => {
    const none = refusal('unknown_method');
    const { statuses, open, names } = bench({ session: none, line: none, title: none });
    for (const thread of ['1.1', '1.2']) {
      const status = open(thread);
      await turn();
      status.end();
    }
    await statuses.idle();
    expect(names().toSorted()).toEqual(['line', 'session', 'title']);
  });
});

describe('a status line that may be left', () => {
  const cleared = ['line', { ...PLACE, status: '' }];

  test('by the process that began the reply is taken away in the end, if no message has done that', async () => {
    const { statuses, client, calls } = bench();
    const thread = { client, team: 'T1', channel: 'C1', threadTs: '1.1' };
    statuses.open(thread, undefined, true).end();
    await statuses.idle();
    expect(calls).toEqual([['line', { channel_id: 'C1', thread_ts: '1.1', status: '' }]]);
    const shown = statuses.open(thread, undefined, true);
    await turn();
    shown.posted();
    shown.end();
    await statuses.idle();
    expect(calls.filter(([, { status }]) => status === '')).toHaveLength(1);
  });

  test('by a reply that has made way for the next is taken away by that one', async () => {
    const { statuses, client, calls } = bench();
    const thread = { client, team: 'T1', channel: 'D1', threadTs: '1.1' };
    const first = statuses.open(thread);
    await turn();
    expect(calls.map(([, { status }]) => status)).toEqual(['is thinking…']);
    const second = statuses.open(thread);
    first.end();
    second.end();
    await statuses.idle();
    expect(calls.at(-1)).toEqual(cleared);
  });
});

test('statuses of a thread follow each other: a hanging call is not overtaken', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isFirst = true;
  const { statuses, open, calls } = bench({
    session: async () => {
      if (!isFirst) return;
      isFirst = false;
      await held;
    },
  });
  open().end();
  const hanging = open();
  await turn();
  hanging.end();
  const next = open();
  const other = open('1.2');
  await turn();
  expect(calls.map(([, args]) => [args['thread_ts'], args['status']])).toEqual([
    ['1.1', 'processing'],
    ['1.2', 'processing'],
  ]);
  release();
  await turn();
  expect(calls.findLast(([, args]) => args['thread_ts'] === '1.1')).toEqual(['session', BEGUN]);
  next.end();
  other.end();
  await statuses.idle();
  expect(calls.findLast(([, args]) => args['thread_ts'] === '1.1')).toEqual(['session', ENDED]);
});
