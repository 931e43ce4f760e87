/** Pictures that the bot makes: asked for in words, below the answer, changed by a reply, paid and stopped as all else. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../src/core/conversation-id.js';
import { english, STOPPED } from '../../src/messages/english.js';
import type { Message } from '../../src/simulator/index.js';
import { dayOf } from '../../src/usage/totals.js';
import { fastClock } from '../support/fast-clock.js';
import { type PictureServer, startPictures } from '../support/picture-server.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World, type WorldOptions } from './world.js';

const COMPLETE = 'files.completeUploadExternal';
const ANNOUNCE = 'files.getUploadURLExternal';
const DAY_MS = 24 * 60 * 60 * 1_000;
let world: World;
let drawn: PictureServer;
afterEach(async () => {
  await world.stop();
  await drawn.stop();
});

const form = (name: string, words: string, from = ''): string =>
  `Here you are:\n\n\`\`\`image name=${name}${from && ` from=${from}`}\n${words}\n\`\`\``;
const below = (name: string): string => `Here you are:\n\n${english.pictureBelow(name)}`;

async function start(options: Partial<WorldOptions> = {}): Promise<World> {
  drawn = await startPictures();
  world = await World.start({
    transport: 'socket',
    clock: fastClock(40),
    ...options,
    env: { OPENAI_BASE_URL: drawn.url, IMAGE_MODEL: 'painter', ...options.env },
  });
  drawn.inFrontOf(world.model.url);
  let again = 0;
  world.model.onMessage(/three/, {
    content: ['a', 'b', 'c'].map((name) => form(`${name}.png`, name)).join('\n\n'),
  });
  world.model.onMessage(/hundred/, {
    content: Array.from({ length: 100 }, () => form('fox.png', 'A fox')).join('\n'),
  });
  world.model.onMessage(/blue/, { content: form('blue.png', 'Make it blue', 'fox.png') });
  world.model.onMessage(/photo/, { content: form('night.png', 'At night', '"my cat.png"') });
  world.model.onMessage(/owl/, () => ({ content: form('owl.png', `An owl ${(again += 1)}`) }));
  world.model.onMessage(/next/, { content: 'here I am' });
  world.model.onMessage(/[^]*/, { content: form('fox.png', 'A red fox') });
  return world;
}

interface Place {
  channel: string;
  thread: string;
}

function ask(words = 'a fox, please', inChannel = true): Place {
  const { slack, ada, general, botId } = world;
  const channel = inChannel ? general : slack.dm(ada).id;
  return { channel, thread: slack.say({ user: ada, channel, text: inChannel ? `<@${botId}> ${words}` : words }).ts };
}

function say({ channel, thread }: Place, text: string): void {
  world.slack.say({ user: world.ada, channel, threadTs: thread, text });
}

/** The bot's messages there: words, or names of files and what their pictures show. */
const shown = ({ channel, thread }: Place): string[] =>
  world.replies(channel, thread).map((message) => pictureIn(message) ?? textOf(message));

function pictureIn({ files = [] }: Message): string | undefined {
  return files.length > 0 ? files.map(({ name, content }) => `${name}: ${drawn.shows(content)}`).join() : undefined;
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

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test.each([true, false])('a picture stands below the answer (in a channel: %s)', async (inChannel) => {
    await start({ transport });
    const place = ask('a fox, please', inChannel);
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    expect(world.replies(place.channel, place.thread)[0]?.streaming).not.toBe('live');
    expect(world.slack.calls.find(({ method }) => method === ANNOUNCE)?.args).toMatchObject({ alt_txt: 'A red fox' });
    expect(JSON.stringify(world.asked[0]?.messages[0])).toContain('image name=fox.png');
    expect(drawn.asked).toEqual([{ model: 'painter', prompt: 'A red fox' }]);
    // The next question may be about it.
    say(place, 'next?');
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox', 'here I am']);
    expect(JSON.stringify(world.asked.at(-1)?.messages)).toContain('A red fox');
  });

  test('a reply changes it, with the picture as it stands there', async () => {
    await start({ transport });
    const place = ask();
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    say(place, 'make it blue');
    const changed = [below('blue.png'), 'blue.png: A red fox, Make it blue'];
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox', ...changed]);
  });
});

test('a picture that a person attached is changed', async () => {
  await start();
  const { slack, ada, general, botId } = world;
  const files = [{ name: 'my cat.png', mimetype: 'image/png', content: drawn.picture('A cat') }];
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> this photo, at night`, files });
  const place = { channel: general, thread: ts };
  await until(() => shown(place)[1] === 'night.png: A cat, At night', 'the changed picture');
  expect(shown(place)[0]).toMatch(new RegExp(`^${below('night.png')}`));
});

test('an edit and another answer replace it, and an answer without one takes it away', async () => {
  const { slack, ada, botId } = await start();
  const place = ask('an owl');
  const { channel, thread } = place;
  await untilShown(place, [below('owl.png'), 'owl.png: An owl 1']);
  const [reply] = world.replies(channel, thread);
  await slack.press({ user: ada, channel, ts: reply?.ts ?? '', actionId: 'again' });
  await untilShown(place, [below('owl.png'), 'owl.png: An owl 2']);
  await slack.press({ user: ada, channel, ts: reply?.ts ?? '', actionId: 'earlier-version' });
  await untilShown(place, [below('owl.png'), 'owl.png: An owl 1']);
  slack.edit({ user: ada, channel, ts: thread, text: `<@${botId}> a fox` });
  await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
  slack.edit({ user: ada, channel, ts: thread, text: `<@${botId}> next` });
  await untilShown(place, ['here I am']);
});

test('another answer has another picture, even if it is described in the same words', async () => {
  const { slack, ada } = await start();
  const place = ask();
  await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
  const [reply, first] = world.replies(place.channel, place.thread);
  await slack.press({ user: ada, channel: place.channel, ts: reply?.ts ?? '', actionId: 'again' });
  await until(() => drawn.asked.length === 2, 'the second picture');
  await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
  expect(world.replies(place.channel, place.thread)[1]?.files?.[0]?.id).not.toBe(first?.files?.[0]?.id);
});

test('an earlier version that has no picture stays without', async () => {
  const { slack, ada } = await start();
  drawn.fail(400, { message: 'no', code: 'moderation_blocked' });
  const place = ask();
  const without = `${form('fox.png', 'A red fox')}\n\n${english.pictureNotMade('fox.png', 'refused')}`;
  await untilShown(place, [without]);
  const press = async (actionId: string): Promise<void> => {
    const [reply] = world.replies(place.channel, place.thread);
    await slack.press({ user: ada, channel: place.channel, ts: reply?.ts ?? '', actionId });
  };
  drawn.recover();
  await press('again');
  await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
  await press('earlier-version');
  await untilShown(place, [without]);
  expect(drawn.asked).toHaveLength(2);
});

describe('while it is being made', () => {
  test.each([true, false])('people see so, and may stop it (in a channel: %s)', async (inChannel) => {
    const { slack } = await start();
    drawn.hold();
    const place = ask('a fox, please', inChannel);
    await slack.until(() => shown(place)[0]?.endsWith(english.makingPicture('fox.png')));
    say(place, 'stop');
    await untilShown(place, [`${form('fox.png', 'A red fox')}${STOPPED}`]);
    await until(() => drawn.brokenOff === 1, 'the end of the request');
    expect(calls(ANNOUNCE)).toBe(0);
  });

  test('a stop leaves nothing of the pictures that are made already', async () => {
    const { slack } = await start();
    drawn.hold(2);
    const place = ask('three of them');
    await slack.until(() => shown(place)[0]?.endsWith(english.makingPicture('b.png')));
    say(place, 'stop');
    await slack.until(() => shown(place)[0]?.endsWith(STOPPED));
    await until(() => calls('files.delete') === 1, 'the end of the first picture');
    expect([calls(ANNOUNCE), calls(COMPLETE), shown(place).length]).toEqual([1, 0, 1]);
  });

  test('a question that is edited ends it, and the answer to the new one has its own', async () => {
    const { slack, ada, botId } = await start();
    drawn.hold();
    const place = ask('an owl');
    await slack.until(() => shown(place)[0]?.endsWith(english.makingPicture('owl.png')));
    slack.edit({ user: ada, channel: place.channel, ts: place.thread, text: `<@${botId}> a fox` });
    await until(() => drawn.brokenOff === 1, 'the end of the request');
    drawn.release();
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    expect(calls(COMPLETE)).toBe(1);
  });

  test.each(['auto', 'off'])(
    'a deleted question leaves none that are made already (streaming: %s)',
    async (streaming) => {
      const { slack } = await start({ env: { REPLY_STREAMING: streaming } });
      drawn.hold(2);
      const place = ask('three of them', false);
      await until(() => drawn.asked.length === 2, 'the second request');
      slack.remove({ channel: place.channel, ts: place.thread });
      await until(() => calls('files.delete') === 1, 'the end of the first picture');
      expect([calls(ANNOUNCE), calls(COMPLETE)]).toEqual([1, 0]);
    },
  );

  test('a question that is deleted takes the answer away, and leaves no picture', async () => {
    const { slack } = await start();
    drawn.hold();
    const place = ask('a fox, please', false);
    await slack.until(() => shown(place)[0]?.endsWith(english.makingPicture('fox.png')));
    slack.remove({ channel: place.channel, ts: place.thread });
    await slack.until(() => world.replies(place.channel, place.thread).length === 0);
    drawn.release();
    await until(() => drawn.brokenOff === 1, 'the end of the request');
    expect(calls(COMPLETE)).toBe(0);
  });
});

describe('the text stays, and a line says why there is no picture,', () => {
  const without = async (problem: Parameters<typeof english.pictureNotMade>[1], more = ''): Promise<void> => {
    const line = english.pictureNotMade('fox.png', problem);
    await untilShown(ask(), [`${form('fox.png', 'A red fox')}\n\n${line}${more}`]);
  };

  test.each([
    ['refused', 400, { code: 'moderation_blocked', message: 'no' }],
    ['failed', 400, { code: 'invalid_value', message: 'no' }],
    ['failed', 404, { code: 'model_not_found', message: 'no' }],
    ['busy', 429, { code: 'rate_limit_exceeded', message: 'later' }],
    ['busy', 503, { message: 'later' }],
  ] as const)('where the service answers so: %s, %s', async (problem, status, error) => {
    await start();
    drawn.fail(status, error);
    await without(problem);
  });

  test('where the service is silent', async () => {
    await start({ clock: fastClock(400) });
    drawn.hold();
    await without('busy');
  });

  test('without the scope files:write: the next one is not even made', async () => {
    await start();
    world.slack.faults.next(ANNOUNCE, { error: 'missing_scope', times: 100 });
    await without('not_posted');
    await without('not_posted');
    expect(drawn.asked).toHaveLength(1);
  });

  test('where Slack does not let it be shown', async () => {
    await start();
    world.slack.faults.next(COMPLETE, { error: 'file_type_not_allowed' });
    await without('not_posted');
  });

  test('where the picture to be changed is not there', async () => {
    await start();
    const line = english.pictureNotMade('blue.png', 'no_base');
    await untilShown(ask('make it blue'), [`${form('blue.png', 'Make it blue', 'fox.png')}\n\n${line}`]);
    expect(drawn.asked).toEqual([]);
  });

  test('behind the second one', async () => {
    await start();
    const place = ask('three of them');
    const last = `${form('c.png', 'c')}\n\n${english.pictureNotMade('c.png', 'too_many')}`;
    await untilShown(place, [[below('a.png'), below('b.png'), last].join('\n\n'), 'a.png: a,b.png: b']);
  });

  test('of five at most', async () => {
    await start();
    const place = ask('a hundred');
    await until(() => shown(place).some((words) => words.includes('fox.png: A fox,fox-2.png: A fox')), 'the pictures');
    const words = shown(place).join('');
    expect(words.split(english.pictureNotMade('fox-7.png', 'too_many')).length).toBe(2);
    expect(words).not.toContain(english.pictureNotMade('fox-8.png', 'too_many'));
  });
});

describe('what it costs', () => {
  const models = (): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'skein-')), 'models.json');
    writeFileSync(
      path,
      JSON.stringify({ 'test-model': { inputUsd: 0, outputUsd: 0 }, painter: { inputUsd: 5, outputUsd: 100 } }),
    );
    return path;
  };

  test('is counted with the answer', async () => {
    const { slack, ada } = await start({ env: { MODELS_FILE: models() } });
    const place = ask();
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    const used = await world.bots[0]?.used(slack.team.id, dayOf(Date.now()));
    // 10 tokens of words, and 1,000 of the picture.
    expect(used?.find(({ id }) => id === ada)).toMatchObject({ calls: 2, costNanos: 100_050_000, unpriced: 0 });
    const kept = await world.bots[0]?.recall(keyOf({ team: slack.team.id, ...place }));
    expect(kept?.turns[1]).toMatchObject({ usage: { costUsd: 0.10005 }, postedFiles: [{ picture: 'fox.png' }] });
  });

  test('is not spent beyond a budget, and the answer is there all the same', async () => {
    await start({ env: { MODELS_FILE: models(), BUDGET_USER_DAILY_USD: '0.05' } });
    const tomorrow = Date.parse(dayOf(Date.now() + DAY_MS));
    const words = [
      [below('a.png'), form('b.png', 'b'), form('c.png', 'c')],
      [english.pictureNotMade('b.png', 'no_budget'), english.pictureNotMade('c.png', 'too_many')],
      [english.budgetUsedUp('person', tomorrow)],
    ];
    await untilShown(ask('three of them'), [words.flat().join('\n\n'), 'a.png: a']);
    expect(drawn.asked).toHaveLength(1);
  });
});

describe('two processes', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test.each([
    ['before it is shown', {}],
    ['after it is shown', { afterEffect: true as const }],
  ])('show one picture, paid once, of which the first stops %s', async (_when, effect) => {
    const { slack } = await start({ redisUrl: redis.url, env: { SHUTDOWN_TIMEOUT_MS: '0' } });
    slack.faults.next(COMPLETE, { error: 'internal_error', ...effect });
    for (const method of [COMPLETE, 'files.info']) slack.faults.next(method, { error: 'internal_error', times: 1_000 });
    const place = ask();
    await slack.until(() => calls('files.info') > 0);
    await world.startBot();
    await world.stopBot(0);
    slack.faults.clear();
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    expect([calls(ANNOUNCE), drawn.asked.length, world.asked.length]).toEqual([1, 1, 2]);
  });

  test('show one picture, of which the first stops while it is being made', async () => {
    const { slack } = await start({ redisUrl: redis.url, env: { SHUTDOWN_TIMEOUT_MS: '0' } });
    drawn.hold();
    const place = ask();
    await slack.until(() => drawn.asked.length === 1);
    await world.startBot();
    await world.stopBot(0);
    drawn.release();
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    expect([calls(ANNOUNCE), drawn.asked.length]).toEqual([1, 2]);
  });

  test.each(['auto', 'off'])('keep what the first has made until it stops (streaming: %s)', async (streaming) => {
    await start({
      redisUrl: redis.url,
      env: { SHUTDOWN_TIMEOUT_MS: '0', REPLY_STREAMING: streaming },
    });
    drawn.hold(2);
    const place = ask('three of them');
    await until(() => drawn.asked.length === 2, 'the second request');
    await world.startBot();
    await world.stopBot(0);
    drawn.release();
    await until(() => shown(place)[1] === 'a.png: a,b.png: b', 'both pictures');
    expect([calls(ANNOUNCE), drawn.asked.map(({ prompt }) => prompt)]).toEqual([2, ['a', 'b', 'b']]);
  });

  test('make it again if Slack has not kept it', async () => {
    const { slack } = await start({ redisUrl: redis.url, env: { SHUTDOWN_TIMEOUT_MS: '0' } });
    slack.faults.next(COMPLETE, { error: 'internal_error', times: 1_000 });
    const place = ask();
    await slack.until(() => calls(COMPLETE) > 0);
    await world.startBot();
    await world.stopBot(0);
    slack.faults.clear();
    slack.faults.next(COMPLETE, { error: 'file_not_found' });
    await untilShown(place, [below('fox.png'), 'fox.png: A red fox']);
    expect(drawn.asked).toHaveLength(2);
  });
});

test('without IMAGE_MODEL the model hears nothing of pictures, and none is made', async () => {
  await start({ env: { IMAGE_MODEL: '' } });
  await untilShown(ask(), [form('fox.png', 'A red fox')]);
  expect(JSON.stringify(world.asked[0]?.messages[0])).not.toContain('image name=');
  expect(drawn.asked).toEqual([]);
});

test('where files of text are switched off, pictures are made all the same', async () => {
  await start({ env: { FILES_POSTED: 'off' } });
  await untilShown(ask(), [below('fox.png'), 'fox.png: A red fox']);
});
