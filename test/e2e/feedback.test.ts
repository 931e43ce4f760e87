/** Thumbs under replies, from the press to what is kept and who is told. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { english } from '../../src/messages/english.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisFeedback } from '../../src/redis/feedback.js';
import { keysOf } from '../../src/redis/keys.js';
import type { Message } from '../../src/simulator/index.js';
import { silent } from '../contract/backends.js';
import { runProgram } from '../support/program.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World } from './world.js';

let redis: RedisServer;
let connections: RedisConnections;
let world: World;
/** Where bad answers are told. */
let quality: string;
beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => {
  connections = connectRedis(redisConfig(redis), silent);
});
afterEach(async () => {
  await world.stop();
  connections.close();
  await empty(redis);
});
afterAll(() => redis.stop());

const kept = () => redisFeedback(connections.commands, 1).all();

async function start(transport: 'socket' | 'http' = 'socket'): Promise<void> {
  world = await World.start({ transport, redisUrl: redis.url });
  world.echo();
}

/** With a channel that is told. */
async function startTelling(): Promise<void> {
  await start();
  const { slack, ada } = world;
  quality = slack.addChannel({ name: 'quality', members: [ada, slack.bot.userId] }).id;
  await world.startBot({ FEEDBACK_CHANNEL: quality });
  await world.stopBot(0);
}

async function answered(): Promise<Message> {
  const { slack, ada, general, botId } = world;
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> why is wool warm?` });
  return slack.until(() =>
    world.replies(general, ts).find((reply) => JSON.stringify(reply.blocks).includes('feedback_buttons')),
  );
}

async function press(reply: Message, chosen: 'positive' | 'negative', user = world.bob): Promise<string> {
  const elements = (reply.blocks as { elements?: Record<string, { value: string }>[] }[]).flatMap(
    (block) => block.elements ?? [],
  );
  const value = elements.find((element) => `${chosen}_button` in element)?.[`${chosen}_button`]?.value ?? '';
  const act = await world.slack.press({ user, channel: world.general, ts: reply.ts, actionId: 'feedback', value });
  expect(act.state).toBe('acked');
  return act.id;
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('a thumb up is kept once, with the life of the conversation', async () => {
    await start(transport);
    const reply = await answered();
    const id = await press(reply, 'positive');
    await world.slack.redeliverAct(id);
    await until(async () => (await kept()).length > 0, 'the feedback');
    const [one, ...others] = await kept();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ reply: reply.ts, person: world.bob, rating: 'positive' });
    expect(world.slack.modal(world.bob)).toBeUndefined();
    const ttl = await connections.commands.ttl(keysOf(one?.conversation ?? '').feedback);
    expect(ttl).toBeGreaterThan(29 * 86_400);
  });

  test('a thumb down asks why; what the person writes is kept, question and answer only if they agree', async () => {
    await start(transport);
    const { slack, bob, ada } = world;
    const reply = await answered();
    await press(reply, 'negative');
    await slack.until(() => slack.modal(bob));
    await slack.submitModal({ user: bob, entered: { reason: 'It is not.' } });
    await until(async () => (await kept()).some(({ reason }) => reason !== undefined), 'the reason');
    await press(reply, 'negative', ada);
    await slack.until(() => slack.modal(ada));
    await slack.submitModal({ user: ada, entered: { share: ['share'] } });
    await until(async () => (await kept()).some(({ shared }) => shared), 'question and answer');
    const both = await kept();
    expect(both.find(({ person }) => person === bob)).toMatchObject({ rating: 'negative', reason: 'It is not.' });
    expect(both.find(({ person }) => person === bob)).not.toHaveProperty('shared');
    const { shared } = both.find(({ person }) => person === ada) ?? {};
    expect(shared).toEqual({ question: 'why is wool warm?', answer: textOf(reply) });
  });
});

test('FEEDBACK_CHANNEL is told once, with a link; the reason and the rest are added to it, and ping nobody', async () => {
  await startTelling();
  const { slack, bob } = world;
  const reply = await answered();
  await press(reply, 'negative');
  const [told] = await slack.until(() => (slack.messages(quality).length > 0 ? slack.messages(quality) : undefined));
  const link = told?.text.match(/<(https:[^|>]+)\|/)?.[1];
  expect(link).toContain(reply.ts.replace('.', ''));
  expect(told?.text).toBe(english.badAnswerIn(link));
  await slack.until(() => slack.modal(bob));
  await slack.submitModal({ user: bob, entered: { reason: 'No, <!here>', share: ['share'] } });
  await slack.until(() => JSON.stringify(slack.messages(quality)[0]?.blocks).includes('why is wool warm?'));
  await press(reply, 'negative');
  const [only, ...others] = slack.messages(quality);
  expect(others).toEqual([]);
  expect(only?.blocks).toMatchObject([
    { text: { type: 'mrkdwn' } },
    { text: { type: 'plain_text', text: expect.stringMatching(/^No, @.here$/u) } },
    { text: { type: 'plain_text', text: 'Question: why is wool warm?' } },
    { text: { type: 'plain_text', text: `Answer: ${textOf(reply)}` } },
  ]);
  expect(only?.pings ?? []).toEqual([]);
});

test.each(['chat.postMessage', 'chat.getPermalink'])(
  'FEEDBACK_CHANNEL is told, with a link, when a token that %s was refused with is good again',
  async (method) => {
    await startTelling();
    const { slack } = world;
    const reply = await answered();
    slack.faults.next(method, { error: 'token_revoked', times: 2 });
    await press(reply, 'negative');
    const [told] = await slack.until(() => (slack.messages(quality).length > 0 ? slack.messages(quality) : undefined));
    expect(told?.text).toContain(reply.ts.replace('.', ''));
  },
);

test.each(['press', 'form'] as const)(
  'FEEDBACK_CHANNEL is told once when Slack posts it without saying so: the %s that comes next finds it',
  async (next) => {
    await startTelling();
    const { slack, bob } = world;
    const reply = await answered();
    slack.faults.next('chat.postMessage', { drop: true, afterEffect: true });
    await press(reply, 'negative');
    await slack.until(() => slack.messages(quality).length > 0);
    if (next === 'form') await slack.submitModal({ user: bob, entered: { reason: 'No.' } });
    await until(async () => (await kept())[0]?.told !== undefined, 'the message to be known');
    const [only, ...others] = slack.messages(quality);
    expect(others).toEqual([]);
    expect((await kept())[0]?.told).toBe(only?.ts);
    expect(JSON.stringify(only?.blocks).includes('No.')).toBe(next === 'form');
  },
);

test('the reason is kept that a person gives while FEEDBACK_CHANNEL is being told of the thumb', async () => {
  await startTelling();
  const { slack, bob } = world;
  const reply = await answered();
  slack.faults.next('chat.postMessage', { delayMs: 2_000, when: ({ channel }) => channel === quality });
  await press(reply, 'negative');
  await slack.until(() => slack.modal(bob));
  await slack.submitModal({ user: bob, entered: { reason: 'No.' } });
  await slack.until(() => slack.messages(quality).length > 1);
  const last = slack.messages(quality).at(-1)?.ts;
  await until(async () => (await kept())[0]?.told === last, 'the later message to be known');
  expect((await kept())[0]?.reason).toBe('No.');
});

test('FEEDBACK_CHANNEL is told where its messages cannot be read', async () => {
  await startTelling();
  const { slack } = world;
  const reply = await answered();
  slack.faults.next('chat.postMessage', { drop: true });
  slack.faults.next('conversations.history', { error: 'missing_scope', times: 9 });
  await press(reply, 'negative');
  await slack.until(() => slack.messages(quality).length > 0);
  expect(slack.calls.some(({ method }) => method === 'conversations.history')).toBe(true);
});

test('another thumb replaces the first; the same one keeps what was said', async () => {
  await start();
  const { slack, bob } = world;
  const reply = await answered();
  await press(reply, 'negative');
  await slack.until(() => slack.modal(bob));
  await slack.submitModal({ user: bob, entered: { reason: 'No.' } });
  await until(async () => (await kept())[0]?.reason === 'No.', 'the reason');
  await press(reply, 'negative');
  await slack.until(() => slack.modal(bob));
  expect((await kept())[0]).toMatchObject({ rating: 'negative', reason: 'No.' });
  await press(reply, 'positive');
  await until(async () => (await kept())[0]?.rating === 'positive', 'the other thumb');
  expect(await kept()).toHaveLength(1);
});

test('is forgotten with the conversation, and with the person who said it', async () => {
  await start();
  const { slack, bob, ada, general, botId } = world;
  const told = async (user: string, act: () => unknown): Promise<void> => {
    const notes = (): number => slack.messages(general).filter(({ ephemeralTo }) => ephemeralTo === user).length;
    const before = notes();
    await act();
    await slack.until(() => notes() > before);
  };
  const first = await answered();
  await press(first, 'positive');
  await until(async () => (await kept()).length === 1, 'the thumb');
  await told(ada, () =>
    slack.say({ user: ada, channel: general, threadTs: first.threadTs ?? '', text: `<@${botId}> !reset` }),
  );
  expect(await kept()).toEqual([]);
  const second = await answered();
  await press(second, 'positive');
  await press(second, 'positive', ada);
  await until(async () => (await kept()).length === 2, 'the thumbs');
  await told(bob, () => slack.command({ user: bob, channel: general, command: '/skein', text: 'forget me' }));
  expect(await kept()).toMatchObject([{ person: ada }]);
});

test('npm run feedback lists what people did not like', async () => {
  const about = { conversation: 'T1:C1:1766458000.000001', reply: '1766458001.000001', person: 'U0BOB' };
  await start();
  const store = redisFeedback(connections.commands, 1);
  const shared = { question: 'why?', answer: 'so' };
  await store.keep({ ...about, rating: 'negative', at: Date.UTC(2026, 10, 5), reason: 'No.', shared });
  await store.keep({ ...about, person: 'U0ADA', rating: 'positive', at: Date.UTC(2026, 10, 6) });
  const run = async (...args: string[]): Promise<string> => {
    const program = runProgram('cli/feedback', { REDIS_URL: redis.url }, args);
    expect(await program.exit).toBe(0);
    return program.output();
  };
  expect(await run()).toMatch(/^2026-11-05 00:00  bad .*U0BOB\n  Reason: No\.\n  Question: why\?\n  Answer: so\n$/);
  expect(await run('--good')).toContain('2026-11-06 00:00  good');
  expect(JSON.parse(await run('--json'))).toEqual([
    { ...about, rating: 'negative', at: '2026-11-05T00:00:00.000Z', reason: 'No.', shared },
  ]);
});
