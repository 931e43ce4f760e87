/** The playground through its page: a person writes, the bot answers. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChannelView, channelOf, type State } from '../../src/playground/snapshot.js';
import { DEFAULT_SYSTEM_PROMPT } from '../../src/prompt/prompt.js';
import { until } from '../support/until.js';
import {
  callAsBot,
  channelNamed,
  type OpenPlayground,
  playgroundForTests,
  post,
  replies,
  stateAt,
  Viewer,
} from './support.js';

/** Last words of the stand-in's answers: a reply that ends with them is complete. */
const END = '— demo model_';

let playground: OpenPlayground;
let logged: string[];
let viewer: Viewer;
let state: State;
let ada: string;
let general: ChannelView;

beforeAll(async () => {
  logged = [];
  // Empty: the default log level.
  playground = await playgroundForTests({ env: { LOG_LEVEL: '' }, log: (line) => logged.push(line) });
  viewer = new Viewer(playground.url);
  state = await stateAt(playground.url);
  ada = state.people[0]?.id ?? '';
  general = channelNamed(state, 'general');
});

afterAll(async () => {
  viewer.close();
  await playground.stop();
});

async function say(message: { user?: string; channel: string; text: string; threadTs?: string }): Promise<string> {
  const { status, body } = await post(`${playground.url}say`, { user: ada, ...message });
  expect(status).toBe(200);
  return String(body['ts']);
}

function untilReply(channel: ChannelView, threadTs: string | undefined, nth: number, ending = END): Promise<string> {
  return viewer.until((now) => {
    const text = replies(now, channel, threadTs)[nth]?.markdown;
    return text?.endsWith(ending) ? text : undefined;
  });
}

test('the workspace has three people, two channels, a group DM, and a DM per person with the bot', () => {
  expect(state.people.map(({ displayName }) => displayName)).toEqual(['Ada', 'Grace', 'Linus']);
  const places = state.channels.map((channel) => channel.with ?? channel.name);
  expect(places).toEqual(['general', 'random', 'mpdm-ada--grace--linus-1', ...state.people.map(({ id }) => id)]);
  expect(state.model).toEqual({ name: 'demo model', standIn: true, systemPrompt: DEFAULT_SYSTEM_PROMPT });
  expect(playground.model).toEqual(state.model);
});

test('who removes the bot and invites it again is greeted in the channel, and the button there shows the help', async () => {
  const random = channelNamed(state, 'random');
  for (const command of ['remove', 'invite'])
    await post(`${playground.url}say`, { user: ada, channel: random.id, text: `/${command} <@${state.bot.id}>` });
  const hello = await viewer.until((now) => replies(now, random).find(({ text }) => text.startsWith('Hello, I am ')));
  const press = { user: ada, channel: random.id, ts: hello.ts, actionId: 'hello-help' };
  expect((await post(`${playground.url}press`, press)).status).toBe(200);
  await viewer.until((now) => replies(now, random).find(({ text }) => text.includes('show this help')));
});

describe('in a channel', () => {
  test('a mention is answered in its thread, and follow-ups need no mention', async () => {
    const root = await say({ channel: general.id, text: `<@${state.bot.id}> where were we?` });
    expect(await untilReply(general, root, 0)).toContain('**Ada**: where were we?');
    await say({ channel: general.id, text: 'and *now*?', threadTs: root });
    expect(await untilReply(general, root, 1)).toContain(String.raw`**Ada**: and \*now\*?`);
  });

  test('an edit and a deletion change the next prompt', async () => {
    const root = await say({ channel: general.id, text: `<@${state.bot.id}> the red one` });
    await untilReply(general, root, 0);
    const second = await say({ channel: general.id, text: 'the green one', threadTs: root });
    await untilReply(general, root, 1);
    await post(`${playground.url}edit`, {
      user: ada,
      channel: general.id,
      ts: root,
      text: `<@${state.bot.id}> the blue one`,
    });
    await post(`${playground.url}remove`, { user: ada, channel: general.id, ts: second });
    await say({ channel: general.id, text: 'which ones?', threadTs: root });
    const account = await untilReply(general, root, 2);
    expect(account).toContain('**Ada**: the blue one');
    expect(account).not.toMatch(/\*\*Ada\*\*: the (red|green) one/);
    const views = viewer.state && channelNamed(viewer.state, 'general').messages;
    expect(views?.find(({ ts }) => ts === root)).toMatchObject({ edited: true });
    expect(views?.some(({ ts }) => ts === second)).toBe(false);
  });

  test('a model failure is explained in the thread, and not logged', async () => {
    const root = await say({ channel: general.id, text: `<@${state.bot.id}> error` });
    expect(await untilReply(general, root, 0, 'I remember what was said.')).toMatch(/isn't responding/);
    expect(logged).toEqual([]);
  });

  test('a long answer is split into several messages', async () => {
    const root = await say({ channel: general.id, text: `<@${state.bot.id}> long` });
    await untilReply(general, root, 1, `That was all of it.\n\n_${END}`);
  });
});

describe('with a model', () => {
  test('its text is the answer, the inspector shows its token counts, and the flag selects it', async () => {
    const server = new LLMock({ port: 0 });
    await server.start();
    server.onMessage(/yarn/, { content: 'Sock goes further.', usage: { prompt_tokens: 42, completion_tokens: 5 } });
    const own = await playgroundForTests({
      env: { OPENAI_BASE_URL: `${server.url}/v1` },
      flags: { model: 'llama3.2' },
    });
    const otherViewer = new Viewer(own.url);
    try {
      const place = channelNamed(await stateAt(own.url), 'general');
      const root = String(
        (
          await post(`${own.url}say`, {
            user: own.workspace.people[0],
            channel: place.id,
            text: `<@${own.slack.bot.userId}> which yarn?`,
          })
        ).body['ts'],
      );
      await otherViewer.until((now) => replies(now, place, root)[0]?.markdown === 'Sock goes further.' || undefined);
      await until(async () => (await own.inspect(place.id, root)).answer?.state === 'done', 'the end of the answer');
      const { prompt, answer } = await own.inspect(place.id, root);
      expect(prompt?.model).toBe('llama3.2');
      expect(answer).toMatchObject({
        finishReason: 'stop',
        usage: { promptTokens: 42, cachedTokens: 0, completionTokens: 5 },
      });
      expect(answer).not.toHaveProperty('estimated');
      expect(answer).not.toHaveProperty('costUsd');
    } finally {
      otherViewer.close();
      await own.stop();
      await server.stop();
    }
  });
});

test('a DM is answered in a thread of its own, whose title and work the page shows', async () => {
  const dm = state.channels.find((channel) => channel.with === ada);
  if (!dm) throw new Error('no DM');
  const root = await say({ channel: dm.id, text: 'which *wool*?' });
  expect(await untilReply(dm, root, 0)).toContain('**you**: which');
  const { slack } = playground;
  await slack.until(() => slack.session(dm.id, root)?.status === 'active');
  expect(channelOf(slack, dm.id)).toMatchObject({ titles: { [root]: 'which wool?' }, statuses: {} });
  await callAsBot(playground, 'agents.sessions.setStatus', {
    channel_id: dm.id,
    thread_ts: root,
    status: 'processing',
  });
  expect(channelOf(slack, dm.id).statuses).toEqual({ [root]: 'is working on it…' });
  await callAsBot(playground, 'agents.sessions.setStatus', { channel_id: dm.id, thread_ts: root, status: 'active' });
});

test('a person who opens their DM gets suggested prompts', async () => {
  const dm = state.channels.find((channel) => channel.with === ada);
  if (!dm) throw new Error('no DM');
  expect((await post(`${playground.url}open`, { user: ada })).status).toBe(200);
  await playground.slack.until(() => channelOf(playground.slack, dm.id).prompts.length === 4);
  expect((await post(`${playground.url}open`, { user: 'UNOBODY' })).status).toBe(400);
});

test('with DM_REPLIES=flat a DM is answered at its top level', async () => {
  const own = await playgroundForTests({ env: { DM_REPLIES: 'flat' } });
  try {
    const [person = ''] = own.workspace.people;
    const dm = own.slack.dm(person).id;
    own.slack.say({ user: person, channel: dm, text: 'hello' });
    const isReply = ({ user, threadTs }: { user: string; threadTs?: string }): boolean =>
      user === own.slack.bot.userId && threadTs === undefined;
    await own.slack.until(() => own.slack.messages(dm).some(isReply));
  } finally {
    await own.stop();
  }
});
