/** Budgets: a note near the limit, a refusal above it that says until when, and answers again after that time. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompletionEvent, Clock, Model } from '../../src/core/ports.js';
import { nearBudgetNote, budgetUsedUp } from '../../src/messages/english.js';
import { systemClock } from '../../src/ops/clock.js';
import type { Message } from '../../src/simulator/index.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { textOf, World, type WorldOptions } from './world.js';

const DAY_MS = 86_400_000;
const ANSWER_USD = 0.4;
/** Noon: no day ends during a test. */
const NOON = Date.UTC(2026, 10, 30, 12);
const TOMORROW = Date.UTC(2026, 11, 1);

let server: RedisServer;
let world: World;
/** Milliseconds by which the bots' clock is ahead of real time. */
let ahead: number;
beforeAll(async () => {
  server = await startRedis();
});
afterEach(() => world.stop());
afterAll(() => server.stop());

/** What the model's service is told about who asks. */
const askers: (string | undefined)[] = [];

/** Gives every answer the same price. */
function atAPrice(model: Model): Model {
  async function* complete(...request: Parameters<Model['complete']>): AsyncGenerator<CompletionEvent> {
    askers.push(request[0].asker);
    for await (const event of model.complete(...request)) {
      yield event.type === 'done'
        ? { ...event, usage: { promptTokens: 100, cachedTokens: 0, completionTokens: 10, costUsd: ANSWER_USD } }
        : event;
    }
  }
  return { ...model, complete, costOf: () => ANSWER_USD };
}

async function start(
  env: Record<string, string>,
  storage: Pick<WorldOptions, 'redisUrl'> = { redisUrl: server.url },
): Promise<World> {
  ahead = NOON - systemClock.now();
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
  world = await World.start({ transport: 'socket', clock, env, around: { model: atAPrice }, ...storage });
  world.echo();
  return world;
}

/** Asks in a new thread; returns its `ts`. */
function ask(user: string, text: string, channel = world.general): string {
  return world.slack.say({ user, channel, text: `<@${world.botId}> ${text}` }).ts;
}

/** Asks in a new thread and waits for the answer. */
async function asks(user: string, text: string, answer: string): Promise<string> {
  const ts = ask(user, text);
  await world.untilSays(world.general, ts, answer);
  return ts;
}

const notes = (channel = world.general): Message[] =>
  world.slack.messages(channel).filter(({ ephemeralTo }) => ephemeralTo !== undefined);

describe.each([
  ['Redis', () => ({ redisUrl: server.url })],
  ['memory', () => ({})],
])('a person, with %s', (_, storage) => {
  test('gets a note, then a refusal in the thread, and the next day an answer whose prompt has all messages', async () => {
    const { slack, ada, bob, general, botId } = await start({ BUDGET_USER_DAILY_USD: '1' }, storage());
    const ts = await asks(ada, 'one', 'Re: Ada: one');
    expect(notes()).toEqual([]);
    await asks(ada, 'two', 'Re: Ada: two');
    await slack.until(() => notes().length > 0);
    await asks(ada, 'three', 'Re: Ada: three');
    const refusal = budgetUsedUp('person', TOMORROW);
    slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> four` });
    await world.untilSays(general, ts, refusal);
    await asks(ada, 'five', refusal);
    await asks(bob, 'me too', 'Re: Bob: me too');
    expect(world.asked).toHaveLength(4);
    expect(notes().map((note) => [note.ephemeralTo, textOf(note)])).toEqual([
      [ada, nearBudgetNote('person', 0.8, 1, TOMORROW).sentence],
    ]);

    ahead += DAY_MS;
    slack.say({ user: ada, channel: general, threadTs: ts, text: `<@${botId}> six` });
    await world.untilSays(general, ts, 'Re: Ada: six');
    expect(world.lastPrompt).toEqual([
      'user: Ada: one',
      'assistant: Re: Ada: one',
      'user: Ada: four',
      'user: Ada: six',
    ]);
  });
});

test('a channel has one budget for all people; a direct message has a separate one', async () => {
  const { slack, ada, bob } = await start({ BUDGET_CHANNEL_DAILY_USD: '0.5' });
  await asks(ada, 'one', 'Re: Ada: one');
  await asks(bob, 'two', 'Re: Bob: two');
  await asks(ada, 'three', budgetUsedUp('channel', TOMORROW));
  const dm = slack.dm(ada).id;
  slack.say({ user: ada, channel: dm, text: 'and here?' });
  await world.untilSays(dm, undefined, 'Re: and here?');
});

test('a workspace has one budget per month, shared by all processes', async () => {
  const { ada, bob } = await start({ BUDGET_WORKSPACE_MONTHLY_USD: '0.5' });
  await asks(ada, 'one', 'Re: Ada: one');
  await world.startBot();
  await world.stopBot(0);
  await asks(bob, 'two', 'Re: Bob: two');
  await asks(ada, 'three', budgetUsedUp('workspace', TOMORROW));
  ahead += DAY_MS;
  await asks(ada, 'four', 'Re: Ada: four');
});

test('many questions at once exceed the budget by one answer at most', async () => {
  const { slack, ada, general } = await start({ BUDGET_USER_DAILY_USD: '1' });
  await world.startBot();
  const threads = Array.from({ length: 12 }, (_, n) => ask(ada, `question ${n}`));
  const answers = (thread: string): string[] =>
    world
      .replies(general, thread)
      .filter(({ ephemeralTo, streaming }) => ephemeralTo === undefined && streaming !== 'live')
      .map(textOf);
  await slack.until(
    () =>
      threads.every((ts) =>
        answers(ts).some((text) => text === budgetUsedUp('person', TOMORROW) || text.startsWith('Re: ')),
      ),
    30_000,
  );
  expect(world.asked).toHaveLength(3);
  expect(threads.flatMap(answers).filter((text) => text.startsWith('Re: '))).toHaveLength(3);
}, 40_000);

test('in a thread of a direct message the note is posted in that thread', async () => {
  const { slack, ada } = await start({ BUDGET_USER_DAILY_USD: '0.5' });
  const dm = slack.dm(ada).id;
  const { ts } = slack.beginAgentThread({ user: ada, title: 'New' });
  slack.say({ user: ada, channel: dm, threadTs: ts, text: 'one' });
  await world.untilSays(dm, ts, 'Re: one');
  await slack.until(() => notes(dm).length > 0);
  expect(notes(dm)).toMatchObject([{ ephemeralTo: ada, threadTs: ts }]);
});

test("the model's service can tell people apart, and not who they are", async () => {
  const { ada, bob } = await start({}, {});
  askers.length = 0;
  await asks(ada, 'one', 'Re: Ada: one');
  await asks(bob, 'two', 'Re: Bob: two');
  await asks(ada, 'three', 'Re: Ada: three');
  const [first, second, third] = askers;
  expect([first, second]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.not.stringMatching(`^${first}$`)]);
  expect(third).toBe(first);
});
