/** Long code, long tables and what is asked for as a file: below the answer, once, and in step with it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../src/core/conversation-id.js';
import { english, STOPPED } from '../../src/messages/english.js';
import { botMessagesIn } from '../../src/messages/translated.js';
import type { Message } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World, type WorldOptions } from './world.js';

const COMPLETE = 'files.completeUploadExternal';
const ANNOUNCE = 'files.getUploadURLExternal';
let world: World;
afterEach(() => world.stop());

const code = (word: string, count = 240): string =>
  Array.from({ length: count }, (_, at) => `${word}(${at + 1})`).join('\n');
const answer = (word: string): string => `Here it is:\n\n\`\`\`python\n${code(word)}\n\`\`\`\n\nEnjoy.`;
const shortened = (word: string, note = english.fileBelow('code.py', { unit: 'lines', count: 240 })): string =>
  `Here it is:\n\n\`\`\`python\n${code(word, 10)}\n\`\`\`\n\n${note}\n\nEnjoy.`;

async function start(options: Partial<WorldOptions> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(40), ...options });
  let again = 0;
  world.model.onMessage(/next/, { content: 'here I am' });
  world.model.onMessage(/as a file/, { content: 'Sure.\n\n```csv name="../../Q3 report.csv"\na,b\n=1+1,-5\n```' });
  world.model.onMessage(/shorter/, { content: 'In short: no.' });
  world.model.onMessage(/other/, () => ({ content: answer(`other${(again += 1)}`) }));
  world.model.onMessage(/[^]*/, { content: answer('knit') }, { chunkSize: 200 });
  return world;
}

interface Place {
  channel: string;
  thread: string;
}

function ask(words = 'long code, please', inChannel = true): Place {
  const { slack, ada, general, botId } = world;
  const channel = inChannel ? general : slack.dm(ada).id;
  return { channel, thread: slack.say({ user: ada, channel, text: inChannel ? `<@${botId}> ${words}` : words }).ts };
}

/** The bot's messages there: words, or the names and contents of files. */
const shown = ({ channel, thread }: Place): string[] =>
  world.replies(channel, thread).map((message) => fileIn(message) ?? textOf(message));

function fileIn({ files = [] }: Message): string | undefined {
  return files.length > 0 ? files.map(({ name, content }) => `${name}: ${String(content)}`).join() : undefined;
}

/** Waits until the answer is settled, and these messages stand there. */
async function untilShown(place: Place, messages: string[]): Promise<void> {
  const key = keyOf({ team: world.slack.team.id, ...place });
  const settled = async () => (await world.bots.at(-1)?.recall(key))?.pending.length === 0;
  const isShown = (): boolean => JSON.stringify(shown(place)) === JSON.stringify(messages);
  await until(async () => isShown() && (await settled()), 'the settled answer').catch((error: unknown) => {
    const instead = JSON.stringify(shown(place));
    throw new Error(`there is ${instead}\n${world.logs.slice(-10).join('')}`, { cause: error });
  });
}

const calls = (method: string): number => world.slack.calls.filter((call) => call.method === method).length;
const file = (word: string): string => `code.py: ${code(word)}\n`;

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test.each([true, false])('long code is one file below its first lines (in a channel: %s)', async (inChannel) => {
    await start({ transport });
    const place = ask('long code, please', inChannel);
    await untilShown(place, [shortened('knit'), file('knit')]);
    const [words, below] = world.replies(place.channel, place.thread);
    expect(words?.streaming).not.toBe('live');
    expect(below).toMatchObject({ threadTs: place.thread });
    // The next question may be about any line of it.
    world.slack.say({ user: world.ada, channel: place.channel, threadTs: place.thread, text: 'next?' });
    await untilShown(place, [shortened('knit'), file('knit'), 'here I am']);
    expect(JSON.stringify(world.asked.at(-1)?.messages)).toContain('knit(239)');
  });

  test('what is asked for as a file is one, with a plain name and no formulas', async () => {
    await start({ transport });
    const place = ask('as a file');
    const note = english.fileBelow('Q3 report.csv', { unit: 'lines', count: 2 });
    const words = `Sure.\n\n\`\`\`csv\na,b\n=1+1,-5\n\`\`\`\n\n${note}`;
    await untilShown(place, [words, "Q3 report.csv: a,b\n'=1+1,-5\n"]);
    expect(JSON.stringify(world.asked[0]?.messages[0])).toContain('name=report.csv');
  });

  test('an edit and another answer replace the file, and an answer without one takes it away', async () => {
    await start({ transport });
    const place = ask();
    await untilShown(place, [shortened('knit'), file('knit')]);
    const [reply] = world.replies(place.channel, place.thread);
    const edit = (text: string): void =>
      world.slack.edit({
        user: world.ada,
        channel: place.channel,
        ts: place.thread,
        text: `<@${world.botId}> ${text}`,
      });
    edit('some other code');
    await untilShown(place, [shortened('other1'), file('other1')]);
    await world.slack.press({ user: world.ada, channel: place.channel, ts: reply?.ts ?? '', actionId: 'again' });
    await untilShown(place, [shortened('other2'), file('other2')]);
    edit('shorter');
    await untilShown(place, ['In short: no.']);
    expect(calls(COMPLETE)).toBe(3);
  });
});

test('the note is in the language of who asked', async () => {
  await start();
  const { slack, general, botId } = world;
  const user = slack.addUser({ name: 'eva', locale: 'de-DE' }).id;
  slack.join({ user, channel: general });
  const { ts } = slack.say({ user, channel: general, text: `<@${botId}> long code` });
  const note = botMessagesIn('de').fileBelow('code.py', { unit: 'lines', count: 240 });
  await untilShown({ channel: general, thread: ts }, [shortened('knit', note), file('knit')]);
});

test('at the top level of a DM, the file is there too', async () => {
  await start({ env: { DM_REPLIES: 'flat' } });
  const { slack, ada } = world;
  const channel = slack.dm(ada).id;
  slack.say({ user: ada, channel, text: 'long code' });
  await slack.until(() => world.replies(channel).some(fileIn));
  expect(world.replies(channel).map((message) => fileIn(message) ?? textOf(message))).toEqual([
    shortened('knit'),
    file('knit'),
  ]);
  expect(world.replies(channel)[1]?.threadTs).toBeUndefined();
});

describe('the text stays whole, and nothing is lost,', () => {
  const whole = async (): Promise<void> => {
    const place = ask();
    await untilShown(place, [answer('knit')]);
  };

  test('without the scope files:write, which is logged once', async () => {
    await start();
    world.slack.faults.next(ANNOUNCE, { error: 'missing_scope', times: 100 });
    await whole();
    await whole();
    expect(calls(ANNOUNCE)).toBe(1);
    expect(world.logs.filter((line) => line.includes('files:write'))).toHaveLength(1);
  });

  test('where files are switched off', async () => {
    await start({ env: { FILES_POSTED: 'off' } });
    await whole();
    expect(calls(ANNOUNCE)).toBe(0);
    expect(JSON.stringify(world.asked[0]?.messages[0])).not.toContain('name=report.csv');
  });

  test('where Slack does not let the file be shown', async () => {
    await start();
    world.slack.faults.next(COMPLETE, { error: 'file_type_not_allowed' });
    await whole();
  });

  test('where Slack is silent', async () => {
    await start();
    world.slack.faults.next(ANNOUNCE, { delayMs: 3_600_000 });
    await whole();
  });
});

test.each([
  ['before it is shown', {}],
  ['after it is shown', { afterEffect: true as const }],
])('a call that fails %s leaves one file', async (_when, effect) => {
  await start();
  world.slack.faults.next(ANNOUNCE, { drop: true });
  world.slack.faults.next(COMPLETE, { drop: true, ...effect });
  await untilShown(ask(), [shortened('knit'), file('knit')]);
});

describe('two processes', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test.each([
    ['before the file is shown', {}],
    ['after it is shown', { afterEffect: true as const }],
  ])('show one file, of which the first stops %s', async (_when, effect) => {
    const { slack } = await start({ redisUrl: redis.url, env: { SHUTDOWN_TIMEOUT_MS: '0' } });
    slack.faults.next(COMPLETE, { error: 'internal_error', ...effect });
    for (const method of [COMPLETE, 'files.info']) slack.faults.next(method, { error: 'internal_error', times: 1_000 });
    const place = ask();
    await slack.until(() => calls('files.info') > 0);
    await world.startBot();
    await world.stopBot(0);
    slack.faults.clear();
    await untilShown(place, [shortened('knit'), file('knit')]);
    // The second goes on with what the first has uploaded.
    expect(calls(ANNOUNCE)).toBe(1);
    expect(world.asked).toHaveLength(2);
  });
});

test('another answer that is stopped takes the file of the first away', async () => {
  const { slack, ada, model } = await start();
  const place = ask();
  await untilShown(place, [shortened('knit'), file('knit')]);
  model.prependFixture({
    match: { userMessage: /long code/ },
    response: { content: 'so '.repeat(900) },
    chunkSize: 9,
    latency: 9,
  });
  const [reply] = world.replies(place.channel, place.thread);
  await slack.press({ user: ada, channel: place.channel, ts: reply?.ts ?? '', actionId: 'again' });
  await slack.until(() => shown(place)[0]?.startsWith('so so'));
  slack.say({ user: ada, channel: place.channel, threadTs: place.thread, text: 'stop' });
  await slack.until(() => shown(place)[0]?.endsWith(STOPPED));
  await slack.until(() => shown(place).length === 1);
});

test('a question that is deleted while its file is being shown takes the file with it', async () => {
  await start();
  world.slack.faults.next(COMPLETE, { delayMs: 300, afterEffect: true });
  const place = ask('long code, please', false);
  await world.slack.until(() => fileIn(world.replies(place.channel, place.thread).at(-1) ?? ({} as Message)));
  world.slack.remove({ channel: place.channel, ts: place.thread });
  await world.slack.until(() => world.replies(place.channel, place.thread).length === 0);
});
