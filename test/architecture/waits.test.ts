/** Holds the table in `docs/waits.md`: it has every outgoing call and every limit of the code, and no limit is waited beyond. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { english } from '../../src/messages/english.js';
import { threadReader } from '../../src/slack/inbound/thread.js';
import { slackReplies } from '../../src/slack/outbound/replies.js';
import { ThreadStatuses } from '../../src/slack/outbound/status.js';
import { slackOrganization } from '../../src/slack/workspaces/organization.js';
import { slackPeople } from '../../src/slack/workspaces/people.js';
import { slackPlaces } from '../../src/slack/workspaces/places.js';
import { CHAT } from '../openai/dialects.js';
import { events, type Part, RawServer } from '../openai/raw-server.js';
import { Bench, IDLE_TIMEOUT_MS, TIMEOUT_MS } from '../openai/support.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { until } from '../support/until.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const TABLE = /<!-- waits -->\n([\s\S]*?)<!-- \/waits -->/;
const [, table = ''] = TABLE.exec(readFileSync(join(ROOT, 'docs/waits.md'), 'utf8')) ?? [];
const rows = table
  .split('\n')
  .slice(2)
  .filter(Boolean)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, wait = '', limit = '', outcome = '', heldBy = '']) => ({ wait, limit, outcome, heldBy }));

/** Rooms that talk to somebody. */
const sources = new Map(
  ['bot.ts', 'bot', 'conversation', 'core', 'openai', 'redis', 'slack']
    .flatMap((room) =>
      room.endsWith('.ts')
        ? [room]
        : readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`src/${file}`, readFileSync(join(ROOT, 'src', file), 'utf8')] as const),
);
const inBackticks = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);

const LIMIT = /^(?:export )?const ([A-Z][A-Z_]*_MS) = ([\d_ *]+);/gm;
/** What a limit of a wait is called; other times are intervals, pauses and lifetimes. */
const IS_WAIT =
  /TIMEOUT|TIME_LIMIT|SILENCE|WITHIN|WAIT|TELLING|DELETING|READING|FAILING|UNKNOWN|TRIAL_MS|GRACE|CALL|LONGEST|HANDSHAKE|REQUEST_MS|ANSWER|LAST_/;
const product = (text: string): number =>
  text.split('*').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1);

test('every limit of the code is in the table, with its value', () => {
  const limits = [...sources.values()].flatMap((source) =>
    Array.from(source.matchAll(LIMIT), ([, name = '', value = '']) => ({ name, ms: product(value) })),
  );
  const inTable = rows.flatMap(({ limit }) =>
    Array.from(limit.matchAll(/`([A-Z_]+_MS)` ([\d.]+) s/g), ([, name = '', seconds]) => ({
      name,
      ms: Math.round(Number(seconds) * 1_000),
    })),
  );
  const waits = limits.filter(({ name }) => IS_WAIT.test(name));
  expect(waits.length).toBeGreaterThan(15);
  expect(waits.filter(({ name, ms }) => !inTable.some((row) => row.name === name && row.ms === ms))).toEqual([]);
  for (const { name, ms } of inTable) expect(limits).toContainEqual({ name, ms });
});

test('every method of the Web API that is called is in the table', () => {
  const methods = [...sources.values()].flatMap((source) =>
    Array.from(source.matchAll(/client\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g), ([, method = '']) => method),
  );
  const named = new Set(rows.flatMap(({ wait }) => inBackticks(wait)));
  expect(methods.length).toBeGreaterThan(15);
  expect(methods.filter((method) => !named.has(method))).toEqual([]);
});

test('every file that opens a connection is in the table', () => {
  const opens =
    /(?<![.\w])fetch\(|new (?:DirectClient|WebClient|SocketModeReceiver|OpenAI|Redis|Cluster|TimedCluster|Worker|WebSocket)\b|\b(?:createConnection|https?\.request)\(/;
  const files = [...sources].filter(([, source]) => opens.test(source)).map(([file]) => file);
  const named = new Set(rows.flatMap(({ wait }) => inBackticks(wait)));
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !named.has(file))).toEqual([]);
});

test.each(rows)('has a limit, says what happens then, and is held by a test: $wait', ({ limit, outcome, heldBy }) => {
  expect(limit).toMatch(/^`[A-Z_]+_MS`/);
  expect(outcome).not.toBe('');
  expect(inBackticks(heldBy).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(inBackticks(heldBy)).not.toEqual([]);
});

describe('who is silent', () => {
  const refused = async (): Promise<never> => {
    throw new WebAPIPlatformError({ ok: false, error: 'is_archived' });
  };
  const never = (): Promise<never> => new Promise(() => {});
  const silent = {
    users: { info: never },
    conversations: { info: never },
    usergroups: { list: never },
    assistant: { threads: { setStatus: never } },
    chat: {
      postEphemeral: never,
      postMessage: ({ channel }: { channel: string }) => (channel === 'C1' ? refused() : never()),
    },
  } as unknown as WebClient;
  const workspaces = {
    of: async () => ({ client: silent, bot: { userId: 'U0', botId: 'B0', teamId: 'T1', enterpriseId: 'E1' } }),
  };
  const clock = new FakeClock();
  const logger = new RecordingLogger();

  test.each<[string, () => Promise<unknown>, unknown]>([
    ['people', () => slackPeople(workspaces, clock, logger).names('T1', ['U1']), new Map()],
    [
      'channels and user groups',
      () =>
        slackPlaces(workspaces, clock, logger).names({ team: 'T1', channel: 'C1', thread: '1.1' }, [
          { kind: 'channel', id: 'C2' },
          { kind: 'group', id: 'S1' },
        ]),
      new Map(),
    ],
    [
      'workspaces',
      () => slackOrganization(workspaces, clock, logger).includes({ team: 'T1', user: 'U1', home: 'T2' }),
      undefined,
    ],
  ])('about %s is waited for half a second', async (_what, lookUp, unknown) => {
    const found = lookUp();
    await clock.untilSleeping();
    await clock.advance(500);
    expect(await found).toEqual(unknown);
  });

  test('when who asked is to be told is waited for ten seconds', async () => {
    const id = { team: 'T1', channel: 'C1', thread: '1.1' };
    const question = { role: 'person' as const, ts: '1.1', author: 'U1', text: 'Who?' };
    const reply = slackReplies({
      workspaces,
      threads: threadReader(workspaces, false, clock),
      streaming: 'off',
      statuses: new ThreadStatuses(clock, logger, 0),
      stopButton: false,
      dmReplies: 'thread',
      clock,
      logger,
      botMessages: english,
    }).open({
      conversation: { id, turns: [question], pending: ['1.1'], backlogRead: true },
      question,
      after: '1.1',
      record: async () => {},
      rewritten: async () => {},
      recordFiles: async () => {},
      isKept: async () => undefined,
      stillOwned: async () => {},
      signal: new AbortController().signal,
    });
    reply.write('Me.');
    const end = reply.finish().catch((error: unknown) => error);
    await until(() => clock.sleeping.includes(10_000), 'the wait');
    await clock.advance(10_000);
    expect(await end).toMatchObject({ name: 'ReplyError', retryable: false });
  });
});

describe('a model that is silent', () => {
  let server: RawServer;
  beforeEach(async () => {
    server = await RawServer.start();
  });
  afterEach(() => server.stop());

  test.each<[string, Part[], number]>([
    ['before its first text', [], TIMEOUT_MS],
    ['in the middle of it', [CHAT.text('Half')], IDLE_TIMEOUT_MS],
  ])('%s is given up', async (_when, parts, limitMs) => {
    server.says(events(...parts));
    const asked = new Bench(server.url);
    const reading = asked.ask('hello');
    if (parts.length > 0) await reading.next();
    const next = reading.next().catch((error: unknown) => error);
    await until(() => asked.clock.sleeping[0] === limitMs, 'the wait');
    await asked.clock.advance(limitMs);
    await server.requests[0]?.closed;
    // Asked again if there is time, or told.
    expect(parts.length > 0 ? await next : ((await next) as Error).name).toEqual(
      parts.length > 0 ? { done: false, value: { type: 'restart' } } : 'ModelError',
    );
    await reading.return?.(undefined);
  });
});
