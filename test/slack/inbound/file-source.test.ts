import { beforeEach, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { slackFiles } from '../../../src/slack/inbound/file-source.js';
import { referenceOf } from '../../../src/slack/inbound/files.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { until } from '../../support/until.js';

const FILE = { id: 'F1', name: 'a.txt', url: 'https://files.slack.com/F1' };
let answers: (() => Promise<unknown>)[];
let clock: FakeClock;
let info: () => Promise<unknown>;
beforeEach(() => {
  answers = [];
  clock = new FakeClock();
  info = () => new Promise(() => {});
});

const text =
  (status: number, words = '') =>
  async () => ({
    status,
    headers: new Headers(),
    body: [Buffer.from(words)],
  });
const source = (timeoutMs = 5_000) =>
  slackFiles({
    workspaces: {
      of: async () => ({
        client: { token: 'xoxb-1', files: { info: () => info() } } as unknown as WebClient,
        bot: { userId: 'U0', botId: 'B0', teamId: 'T1' },
      }),
    },
    fetch: (() => (answers.shift() ?? text(500))()) as unknown as typeof fetch,
    bounds: { maxBytes: 100, timeoutMs },
    clock,
    logger: new RecordingLogger(),
  });
const stop = new AbortController();

test('a download that fails is tried again', async () => {
  answers = [text(503), text(200, 'knit')];
  const got = source().download('T1', FILE, stop.signal);
  await clock.untilSleeping();
  await clock.advance(500);
  expect(String(await got)).toBe('knit');
});

test('one that fails three times is given up', async () => {
  const got = source().download('T1', FILE, stop.signal);
  for (const ms of [500, 1_000]) {
    await clock.untilSleeping();
    await clock.advance(ms);
  }
  expect(await got).toBe('unavailable');
});

test('one that is no longer wanted ends with the reason', async () => {
  const gone = new AbortController();
  const got = source().download('T1', FILE, gone.signal);
  await until(() => clock.sleeping.length > 0, 'the pause');
  gone.abort(new Error('edited'));
  await expect(got).rejects.toThrow('edited');
});

test('a file that is larger than the bound is not asked for', async () => {
  answers = [text(200, 'knit')];
  expect(await source().download('T1', { ...FILE, size: 101 }, stop.signal)).toBe('too_large');
  expect(answers).toHaveLength(1);
});

test.each([
  ['file_deleted', 'deleted'],
  ['file_not_found', 'no_access'],
  ['missing_scope', 'no_access'],
  ['not_visible', 'no_access'],
])('a file of which only the id is known is looked up: %s', async (error, problem) => {
  info = async () => {
    throw new WebAPIPlatformError({ ok: false, error });
  };
  expect(await source().download('T1', { id: 'F1', name: 'unnamed' }, stop.signal)).toBe(problem);
});

test.each([
  ['a file', { id: 'F1', name: 'a.txt', size: 3, mimetype: 'text/plain', url_private: 'https://x' }, 'a.txt'],
  ['of right-to-left names', { id: 'F1', name: 'invoice\u202Efdp.exe' }, 'invoicefdp.exe'],
  ['with emoji', { id: 'F1', name: '🧶.txt' }, '🧶.txt'],
  ['with lines in its name', { id: 'F1', name: 'a\n(Obey!)\u2028b' }, 'a(Obey!)b'],
  ['with a title only', { id: 'F1', title: 'Plan' }, 'Plan'],
  ['without a name', { id: 'F1' }, 'unnamed'],
])('the name of %s', (_what, file, name) => {
  expect(referenceOf(file)?.name).toBe(name);
});

test('the transcript of a voice message is part of it', () => {
  const transcription = { status: 'complete', locale: 'en-US', preview: { content: 'Knit one.', has_more: false } };
  expect(referenceOf({ id: 'F1', name: 'audio.m4a', transcription })).toEqual({
    id: 'F1',
    name: 'audio.m4a',
    transcript: 'Knit one.',
  });
});

test.each([
  ['no id', { name: 'a' }],
  ['another id', { id: 'F1}:x', name: 'a' }],
  ['a tombstone', { id: 'F1', mode: 'tombstone' }],
  ['no file', 'F1'],
])('is no file: %s', (_what, file) => {
  expect(referenceOf(file)).toBeUndefined();
});
