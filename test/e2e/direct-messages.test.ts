/** DMs as Slack's agent messaging shows them: each top-level message begins a thread, a conversation of its own. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fault, type Message, type Session } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { Gate } from '../support/gate.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { textOf, World } from './world.js';

let redis: RedisServer;
let world: World;
let dm: string;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
afterEach(() => world.stop());

async function start(options: Partial<Parameters<typeof World.start>[0]> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', redisUrl: redis.url, ...options });
  world.echo();
  dm = world.slack.dm(world.ada).id;
  return world;
}

function say(text: string, threadTs?: string): string {
  return world.slack.say({ user: world.ada, channel: dm, text, ...(threadTs !== undefined && { threadTs }) }).ts;
}

/** The model answers `question` with `answer` once it is released. */
function hold(question: string, answer: string): { asked: Promise<void>; release: () => void } {
  const [asked, held] = [new Gate(), new Gate()];
  world.model.prependFixture({
    match: { userMessage: question },
    response: async () => {
      asked.open();
      await held.opened;
      return { content: answer };
    },
    chunkSize: 20,
    latency: 20,
  });
  return { asked: asked.opened, release: held.open };
}

const untilSession = (ts: string, status: Session['status']): Promise<Session> =>
  world.slack.until(() => {
    const session = world.slack.session(dm, ts);
    return session?.status === status && session;
  });
const sessionCalls = (ts: string): unknown[] =>
  world.slack.calls
    .filter(({ method, args }) => method === 'agents.sessions.setStatus' && args['thread_ts'] === ts)
    .map(({ args }) => args['status']);

describe('two questions at the top level of a DM', () => {
  test('are answered side by side, each in its own thread', async () => {
    await start();
    const first = hold('first?', 'The first answer.');
    const one = say('first?');
    await first.asked;
    const two = say('second?');
    await expect(world.untilSays(dm, two, 'Re: second?')).resolves.toHaveLength(1);
    expect(world.replies(dm, one)).toEqual([]);
    first.release();
    await expect(world.untilSays(dm, one, 'The first answer.')).resolves.toHaveLength(1);
    const prompts = world.asked.map(({ messages }) => messages.filter(({ role }) => role !== 'system'));
    expect(prompts).toHaveLength(2);
    expect(prompts).toContainEqual([{ role: 'user', content: 'first?' }]);
    expect(prompts).toContainEqual([{ role: 'user', content: 'second?' }]);
    expect(world.replies(dm).every(({ threadTs }) => threadTs !== undefined)).toBe(true);
  });

  test('continue apart, without a mention', async () => {
    await start();
    const [one, two] = [say('first?'), say('second?')];
    await world.untilSays(dm, one, 'Re: first?');
    await world.untilSays(dm, two, 'Re: second?');
    say('more', one);
    await world.untilSays(dm, one, 'Re: more');
    expect(world.lastPrompt).toEqual(['user: first?', 'assistant: Re: first?', 'user: more']);
    say('else', two);
    await world.untilSays(dm, two, 'Re: else');
    expect(world.lastPrompt).toEqual(['user: second?', 'assistant: Re: second?', 'user: else']);
  });

  test('delivered twice are answered once', async () => {
    await start();
    const ts = say('once?');
    world.slack.redeliverLast();
    await world.untilSays(dm, ts, 'Re: once?');
    world.slack.redeliverLast();
    await world.untilAcked();
    say('and then?', ts);
    await expect(world.untilSays(dm, ts, 'Re: and then?')).resolves.toEqual(['Re: once?', 'Re: and then?']);
  });
});

test('an empty message is greeted in its thread', async () => {
  const { botId } = await start();
  const ts = say(`<@${botId}>`);
  await world.slack.until(() => world.replies(dm, ts).some((reply) => textOf(reply).startsWith('Hello!')));
  expect(world.asked).toEqual([]);
});

describe('a question of a DM thread', () => {
  test('that is edited is answered again, in the same message', async () => {
    const { slack, ada } = await start();
    const ts = say('waht?');
    await world.untilSays(dm, ts, 'Re: waht?');
    const [first] = world.replies(dm, ts);
    slack.edit({ user: ada, channel: dm, ts, text: 'what?' });
    await expect(world.untilSays(dm, ts, 'Re: what?')).resolves.toHaveLength(1);
    expect(world.replies(dm, ts)[0]?.ts).toBe(first?.ts);
    expect(world.lastPrompt).toEqual(['user: what?']);
  });

  test('that is deleted is in no further prompt', async () => {
    const { slack } = await start();
    world.model.prependFixture({ match: { userMessage: 'xyzzy' }, response: { content: 'Noted.' } });
    const ts = say('my secret is xyzzy');
    await world.untilSays(dm, ts, 'Noted.');
    slack.remove({ channel: dm, ts });
    await world.untilAcked();
    say('and now?', ts);
    await world.untilSays(dm, ts, 'Re: and now?');
    expect(world.lastPrompt).toEqual(['assistant: Noted.', 'user: and now?'].filter((line) => line.startsWith('user')));
  });

  test('that is deleted while its answer is written takes the answer with it', async () => {
    const { slack } = await start();
    const { asked, release } = hold('long?', 'of the old words '.repeat(200));
    const ts = say('long?');
    await asked;
    release();
    await slack.until(() => world.replies(dm, ts).length > 0);
    slack.remove({ channel: dm, ts });
    await slack.until(() => world.replies(dm, ts).length === 0);
    const next = say('next?');
    await world.untilSays(dm, next, 'Re: next?');
    expect(world.lastPrompt).toEqual(['user: next?']);
  });
});

test('another process takes over a reply in a DM thread, and finishes the same message', async () => {
  const { slack } = await start({ env: { SHUTDOWN_TIMEOUT_MS: '0' } });
  const answer = 'some of the words '.repeat(60).trim();
  const { asked, release } = hold('long?', answer);
  const ts = say('long?');
  await asked;
  release();
  const [first] = await slack.until(() => {
    const replies = world.replies(dm, ts);
    return replies.length > 0 && replies;
  });
  await world.startBot();
  await world.stopBot(0);
  await expect(world.untilSays(dm, ts, answer)).resolves.toEqual([answer]);
  expect(world.replies(dm, ts)[0]?.ts).toBe(first?.ts);
  expect(world.replies(dm).every(({ threadTs }) => threadTs === ts)).toBe(true);
  await untilSession(ts, 'active');
});

describe('the session of a DM thread', () => {
  test('is at work until the answer is there, and has the first question as its title', async () => {
    const { slack, ada } = await start();
    const { asked, release } = hold('_Which_ wool is *warm*?', 'Merino.');
    const ts = say('_Which_ wool is *warm*?');
    await asked;
    expect(await untilSession(ts, 'processing')).toMatchObject({ title: 'Which wool is warm?' });
    const begun = slack.calls.find(({ method }) => method === 'agents.sessions.setStatus');
    expect(begun?.args).toMatchObject({ channel_id: dm, thread_ts: ts, initiator_user_id: ada });
    release();
    await world.untilSays(dm, ts, 'Merino.');
    await untilSession(ts, 'active');
    say('and which is soft?', ts);
    await world.untilSays(dm, ts, 'Re: and which is soft?');
    expect(await untilSession(ts, 'active')).toMatchObject({ title: 'Which wool is warm?' });
    await slack.until(() => sessionCalls(ts).length === 4);
    expect(sessionCalls(ts)).toEqual(['processing', 'active', 'processing', 'active']);
    expect(world.methods(dm)).not.toContain('assistant.threads.setStatus');
  });

  test('stays at work while the reply goes on in a further message', async () => {
    const { slack, model } = await start({ clock: fastClock(20) });
    model.prependFixture({
      match: { userMessage: 'long?' },
      response: { content: 'A paragraph of some length.\n\n'.repeat(900) },
      chunkSize: 500,
      latency: 5,
    });
    const ts = say('long?');
    await slack.until(() => world.replies(dm, ts).length > 2);
    await untilSession(ts, 'active');
    const ended = slack.calls.filter(({ method }) => method === 'chat.stopStream');
    const statuses = ended.map(({ args }) => args['session_status']);
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses).toEqual([...statuses.slice(1).map(() => 'processing'), undefined]);
  });

  test('costs no reply if Slack does not take it with the end of a stream', async () => {
    const { slack, model } = await start({ clock: fastClock(20) });
    const paragraphs = 'A paragraph of some length.\n\n'.repeat(900).trim();
    model.prependFixture({
      match: { userMessage: 'long?' },
      response: { content: paragraphs },
      chunkSize: 500,
      latency: 5,
    });
    slack.faults.next('chat.stopStream', {
      error: 'invalid_arguments',
      times: 100,
      when: ({ session_status: status }) => status !== undefined,
    });
    const ts = say('long?');
    const dense = (text: string): string => text.replaceAll(/\s/g, '');
    const isWhole = (): boolean => dense(world.replies(dm, ts).map(textOf).join('')) === dense(paragraphs);
    // The last message is no stream if its text is complete when it is posted.
    const isEnded = (): boolean => world.replies(dm, ts).every(({ streaming }) => streaming !== 'live');
    await slack.until(() => isWhole() && isEnded());
    expect(world.replies(dm, ts)[0]?.streaming).toBe('stopped');
  });

  test('gives way to line and title where Slack knows no sessions, for all threads of the workspace', async () => {
    const { slack } = await start();
    slack.faults.next('agents.sessions.setStatus', { error: 'unknown_method', times: 100 });
    const { asked, release } = hold('first?', 'One.');
    const ts = say('first?');
    await asked;
    await slack.until(() => slack.status(dm, ts)?.text === 'is thinking…');
    await slack.until(() => slack.session(dm, ts)?.title === 'first?');
    release();
    await world.untilSays(dm, ts, 'One.');
    await slack.until(() => slack.status(dm, ts) === undefined);
    const next = say('second?');
    await world.untilSays(dm, next, 'Re: second?');
    await slack.until(() => slack.session(dm, next)?.title === 'second?');
    expect(world.methods(dm).filter((method) => method === 'agents.sessions.setStatus')).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['hangs', { delayMs: 60_000, times: 100 }],
    ['is refused', { error: 'not_allowed', times: 100 }],
  ])('that %s delays neither the answer nor the next question', async (_, fault) => {
    const { slack } = await start();
    for (const method of ['agents.sessions.setStatus', 'assistant.threads.setStatus', 'assistant.threads.setTitle'])
      slack.faults.next(method, fault);
    const ts = say('first?');
    const answered = (text: string): Promise<Message> =>
      // Far less than the Slack client waits for a call.
      slack.until(() => world.replies(dm, ts).find((reply) => textOf(reply) === text), 8_000);
    await answered('Re: first?');
    say('second?', ts);
    await answered('Re: second?');
  });
});

describe('the suggested prompts', () => {
  const set = (): number => world.methods(dm).filter((name) => name === 'assistant.threads.setSuggestedPrompts').length;

  test('are set when the Messages tab is opened, and not at each opening', async () => {
    const { slack, ada, bob } = await start({ env: { SUGGESTED_PROMPTS: '{"Start": "What can you do?"}' } });
    slack.openMessagesTab({ user: ada });
    await slack.until(() => slack.session(dm, '')?.prompts.length);
    expect(slack.session(dm, '')?.prompts).toEqual([{ title: 'Start', message: 'What can you do?' }]);
    expect(slack.calls.at(-1)?.args).not.toHaveProperty('thread_ts');
    slack.openMessagesTab({ user: ada });
    const other = slack.dm(bob).id;
    slack.openMessagesTab({ user: bob });
    await slack.until(() => slack.session(other, '')?.prompts.length);
    expect(set()).toBe(1);
  });

  test('are tried again at the next opening if Slack fails, and not where it refuses them', async () => {
    const { slack, ada, bob } = await start();
    slack.faults.next('assistant.threads.setSuggestedPrompts', { error: 'internal_error', times: 1 });
    slack.openMessagesTab({ user: ada });
    await until(() => world.logs.some((line) => line.includes('cannot set the suggested prompts')), 'the call to fail');
    slack.openMessagesTab({ user: ada });
    await slack.until(() => slack.session(dm, '')?.prompts.length === 4);
    slack.faults.next('assistant.threads.setSuggestedPrompts', { error: 'not_agent_app', times: 100 });
    slack.openMessagesTab({ user: bob });
    const refused = (): number => slack.calls.filter(({ result }) => result?.['error'] === 'not_agent_app').length;
    await slack.until(() => refused() === 1);
    slack.openMessagesTab({ user: bob });
    const ts = say('hello');
    await world.untilSays(dm, ts, 'Re: hello');
    expect(refused()).toBe(1);
  });

  test('are left to the manifest with SUGGESTED_PROMPTS={}', async () => {
    const { slack, ada } = await start({ env: { SUGGESTED_PROMPTS: '{}' } });
    slack.openMessagesTab({ user: ada });
    await world.untilAcked();
    const ts = say('hello');
    await world.untilSays(dm, ts, 'Re: hello');
    expect(set()).toBe(0);
  });
});

describe('a conversation of the flat form', () => {
  test('goes on where it is after DM_REPLIES was changed: its messages can be edited and deleted', async () => {
    const { slack, ada } = await start({ env: { DM_REPLIES: 'flat' } });
    const [one, two] = [say('one?'), say('waht?')];
    await world.untilSays(dm, undefined, 'Re: waht?');
    await world.startBot({ DM_REPLIES: 'thread' });
    await world.stopBot(0);
    slack.edit({ user: ada, channel: dm, ts: two, text: 'what?' });
    await world.untilSays(dm, undefined, 'Re: what?');
    slack.remove({ channel: dm, ts: one });
    const three = say('three?');
    await world.untilSays(dm, three, 'Re: three?');
    expect(world.lastPrompt).toEqual(['user: three?']);
    await world.startBot({ DM_REPLIES: 'flat' });
    await world.stopBot(0);
    say('four?');
    await world.untilSays(dm, undefined, 'Re: four?');
    const questions = world.lastPrompt.filter((line) => line.startsWith('user'));
    expect(questions).toEqual(['user: what?', 'user: four?']);
  });

  test('is not begun by an edit', async () => {
    const { slack, ada } = await start();
    const ts = say('waht?');
    await world.untilSays(dm, ts, 'Re: waht?');
    slack.edit({ user: ada, channel: dm, ts, text: 'what?' });
    await world.untilSays(dm, ts, 'Re: what?');
    expect(world.replies(dm).map(({ threadTs }) => threadTs)).toEqual([ts]);
  });
});
