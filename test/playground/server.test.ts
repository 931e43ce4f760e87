import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { ConfigError } from '../../src/config/faults.js';
import type { MessageView, State } from '../../src/playground/snapshot.js';
import {
  type Answer,
  callAsBot,
  channelNamed,
  type OpenPlayground,
  playgroundForTests,
  post,
  stateAt,
  Viewer,
} from './support.js';

let playground: OpenPlayground;
let state: State;
let ada: string;
let grace: string;
let general: string;

beforeAll(async () => {
  playground = await playgroundForTests();
  state = await stateAt(playground.url);
  ada = state.people[0]?.id ?? '';
  grace = state.people[1]?.id ?? '';
  general = channelNamed(state, 'general').id;
});

afterAll(() => playground.stop());

const say = (body: object | string, headers?: Record<string, string>): Promise<Answer> =>
  post(`${playground.url}say`, body, headers);
const sayBody = (changed: object = {}): object => ({ user: ada, channel: general, text: 'hello', ...changed });

describe('a text that begins with a slash', () => {
  test('is a command: the bot answers it, and only the person sees that', async () => {
    const { status, body } = await say(sayBody({ text: '/skein help' }));
    expect([status, body]).toEqual([200, {}]);
    const { slack } = playground;
    const shown = await slack.until(() => slack.messages(general).find(({ ephemeralTo }) => ephemeralTo === ada));
    expect(shown.text).toContain('/skein help');
    expect(slack.messages(general).some(({ text }) => text === '/skein help')).toBe(false);
  });

  test.each([
    ['/dance', {}, /^\/dance is not a valid command\..* try preceding the "\/" with an empty space\.$/],
    ['/skein help', { threadTs: '1766458026.240809' }, /^\/skein is not supported in threads\. Sorry!/],
    ['/remind me', {}, /^\/remind is not in this playground\. These commands are: \/invite, \/remove, \/skein\.$/],
    ['/invite', {}, /^Whom do you want to add\?/],
    ['/remove', {}, /^Whom do you want to remove\?/],
  ])('that is no command there is refused: %s', async (text, more, error) => {
    const { status, body } = await say(sayBody({ text, ...more }));
    expect([status, body['error']]).toEqual([400, expect.stringMatching(error)]);
  });

  test('/invite adds people to a channel', async () => {
    const { slack } = playground;
    const [, other = ''] = playground.workspace.channels;
    const membersOf = (id: string): string[] => [...(slack.channels().find((one) => one.id === id)?.members ?? [])];
    const invite = (text: string, channel = other): Promise<Answer> =>
      say(sayBody({ text: `/invite ${text}`, channel }));
    expect((await invite(`<@${state.bot.id}>`)).body['error']).toBe('@skein is already in this channel.');
    await say(sayBody({ text: `/remove <@${grace}>`, channel: other }));
    expect(membersOf(other)).not.toContain(grace);
    const again = await say(sayBody({ text: `/remove <@${grace}>`, channel: other }));
    expect(again.body['error']).toBe('@grace is not in this channel.');
    expect((await invite(`<@${grace}> <@${state.bot.id}>`)).status).toBe(200);
    expect(membersOf(other)).toContain(grace);
    expect((await invite('<@U0NOBODY>')).status).toBe(400);
    const dm = state.channels.find((channel) => channel.with === ada)?.id;
    expect((await invite(`<@${grace}>`, dm)).body['error']).toMatch(/^\/invite is for channels/);
  });

  test('is a message if there is a space in front of it', async () => {
    const { body } = await say(sayBody({ text: ' /dance' }));
    expect(body['ts']).toMatch(/^\d+\.\d+$/);
  });
});

describe('the page', () => {
  test.each([
    ['', 'text/html'],
    ['app.js', 'text/javascript'],
    ['css/style.css', 'text/css'],
    ['message/message.js', 'text/javascript'],
    ['icon.svg', 'image/svg+xml'],
    ['vendor/marked.js', 'text/javascript'],
    ['vendor/dompurify.js', 'text/javascript'],
  ])('/%s', async (path, type) => {
    const response = await fetch(playground.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await response.text()).length).toBeGreaterThan(0);
  });

  test.each(['index.html', 'package.json', '..%2fflags.js', 'say/more'])('/%s is not found', async (path) => {
    expect((await fetch(playground.url + path)).status).toBe(404);
  });

  test('an invalid path is rejected', async () => {
    expect((await fetch(`${playground.url}/`)).status).toBe(400);
  });

  test.each(['', 'app.js', 'icon.svg'])('/%s answers HEAD as GET, without the body', async (path) => {
    const response = await fetch(playground.url + path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).not.toBeNull();
    expect(await response.text()).toBe('');
  });

  test('the wrong method is rejected', async () => {
    expect((await fetch(`${playground.url}say`)).status).toBe(405);
    expect((await fetch(`${playground.url}say`, { method: 'HEAD' })).status).toBe(405);
    expect((await post(`${playground.url}inspect`, {})).status).toBe(405);
  });
});

describe('a message', () => {
  test('is sent to an open page', async () => {
    const viewer = new Viewer(playground.url);
    await viewer.until(() => true);
    const { body } = await say(sayBody({ text: 'a < b' }));
    const message = await viewer.until((now) =>
      channelNamed(now, 'general').messages.find(({ ts }) => ts === body['ts']),
    );
    expect(message).toEqual({ ts: body['ts'], user: ada, text: 'a &lt; b' });
    viewer.close();
  });

  test.each<[string, object | string, RegExp]>([
    ['no JSON', 'hello', /not JSON/],
    ['no object', '[]', /expected object/],
    ['no text', { text: undefined }, /^text: /],
    ['blank text', { text: ' \n' }, /^A message needs some text\.$/],
    [
      'too much text',
      { text: 'x'.repeat(40_001) },
      /^This message is too long: it has 40,001 characters, and Slack takes 40,000\./,
    ],
    ['an odd thread', { threadTs: 'now' }, /^threadTs: is not the ts of a message$/],
    ['an unknown thread', { threadTs: '1766458026.240809' }, /no message/],
    ['an unknown channel', { channel: 'C1' }, /no such channel/],
    ['an unknown person', { user: 'U1' }, /^user: nobody here is U1$/],
    ['something more', { broadcast: true }, /broadcast/],
  ])('%s is refused', async (_, changed, message) => {
    const { status, body } = await say(typeof changed === 'string' ? changed : sayBody(changed));
    expect(status).toBe(400);
    expect(body['error']).toMatch(message);
  });

  test("cannot be written as the bot, or in somebody else's DM", async () => {
    expect((await say(sayBody({ user: state.bot.id }))).status).toBe(400);
    const dm = state.channels.find((channel) => channel.with === grace)?.id;
    expect((await say(sayBody({ channel: dm }))).status).toBe(400);
  });

  test('can be edited and removed by its author only, and removed once', async () => {
    const { ts } = (await say(sayBody())).body;
    const where = { user: grace, channel: general, ts };
    expect((await post(`${playground.url}edit`, { ...where, text: 'mine' })).body['error']).toMatch(/somebody else/);
    expect((await post(`${playground.url}remove`, where)).status).toBe(400);
    expect((await post(`${playground.url}remove`, { ...where, user: ada })).status).toBe(200);
    expect((await post(`${playground.url}remove`, { ...where, user: ada })).status).toBe(400);
  });

  test("may be as long as Slack's limit, in any script", async () => {
    expect((await say(sayBody({ text: '中'.repeat(40_000) }))).status).toBe(200);
  });

  test('may not exceed 256 kB in total', async () => {
    const { status, body } = await say(sayBody({ text: 'x'.repeat(270_000) }));
    expect(status).toBe(413);
    expect(body['error']).toMatch(/^This is too long to be sent: it has more than 256 KB/);
  });
});

describe('the state', () => {
  const seen = async (ts: unknown): Promise<MessageView | undefined> =>
    channelNamed(await stateAt(playground.url), 'general').messages.find((message) => message.ts === ts);
  const send = async (path: string, body: object): Promise<number> =>
    (await post(`${playground.url}${path}`, { user: ada, channel: general, ...body })).status;

  test('has the channels with their kinds and members', () => {
    const kinds = state.channels.map(({ kind, with: person }) => [kind, person]);
    expect(kinds).toEqual([
      ['channel', undefined],
      ['channel', undefined],
      ['mpim', undefined],
      ...state.people.map(({ id }) => ['im', id]),
    ]);
    expect(channelNamed(state, 'general').members).toEqual([...state.people.map(({ id }) => id), state.bot.id]);
  });

  test("has the status of the bot's process", () => {
    expect(state).toMatchObject({ storage: 'memory', process: { state: 'running', starts: 1 } });
  });

  test('has reactions, which can be added and removed', async () => {
    const { ts } = (await say(sayBody())).body;
    expect(await send('react', { ts, name: 'tada' })).toBe(200);
    expect(await send('react', { ts, name: 'tada', user: grace })).toBe(200);
    expect((await seen(ts))?.reactions).toEqual([{ name: 'tada', users: [ada, grace] }]);
    await send('react', { ts, name: 'tada' });
    await send('react', { ts, name: 'tada', user: grace });
    expect(await seen(ts)).not.toHaveProperty('reactions');
    expect(await send('react', { ts: '1766458026.240809', name: 'tada' })).toBe(400);
    expect(await send('react', { ts, name: 'tada', user: 'U1' })).toBe(400);
  });

  test("has the bot's buttons, which can be pressed", async () => {
    const elements = [
      { type: 'button', action_id: 'stop', text: { type: 'plain_text', text: 'Stop' }, value: 'of none' },
    ];
    const { ts } = await callAsBot(playground, 'chat.postMessage', {
      channel: general,
      text: 'pressable',
      blocks: [{ type: 'actions', elements }],
    });
    expect((await seen(ts))?.blocks).toMatchObject([{ type: 'actions', elements }]);
    expect(await send('press', { ts, actionId: 'none' })).toBe(400);
    expect(await send('press', { ts, actionId: 'stop', user: 'U1' })).toBe(400);
    expect(await send('press', { ts, actionId: 'stop' })).toBe(200);
    expect(playground.slack.acts.at(-1)).toMatchObject({
      state: 'acked',
      payload: { user: { id: ada }, actions: [{ action_id: 'stop', value: 'of none' }] },
    });
  });

  test("has Slack's own stop button for streams", async () => {
    const { ts: root } = (await say(sayBody())).body;
    const stream = { channel: general, thread_ts: root, markdown_text: 'On', recipient_user_id: ada };
    const { ts } = await callAsBot(playground, 'chat.startStream', {
      ...stream,
      recipient_team_id: playground.slack.team.id,
    });
    expect((await seen(ts))?.live).toBe(true);
    expect(await send('stop', { ts })).toBe(200);
    expect((await seen(ts))?.live).toBeUndefined();
    expect(await send('stop', { ts })).toBe(400);
  });

  test('has read positions per person and thread', async () => {
    const { ts } = (await say(sayBody())).body;
    const reply = (await say(sayBody({ threadTs: ts }))).body['ts'];
    const readBy = async (person: string): Promise<Record<string, string> | undefined> =>
      channelNamed(await stateAt(playground.url), 'general').read[person];
    expect(await readBy(grace)).not.toMatchObject({ '': ts });
    expect(await send('read', { user: grace, ts })).toBe(200);
    expect(await readBy(grace)).toMatchObject({ '': ts });
    expect(await readBy(grace)).not.toHaveProperty([String(ts)]);
    await send('read', { user: grace, ts: reply, threadTs: ts });
    expect(await readBy(grace)).toMatchObject({ [String(ts)]: reply });
    expect(await readBy(ada)).toMatchObject({ '': ts, [String(ts)]: reply });
    expect(await send('read', { user: 'U1', ts })).toBe(400);
    expect(await send('read', { ts: 'now' })).toBe(400);
  });

  test("has an app's blocks only when they say more than its text", async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'Yarn' } }, { type: 'divider' }];
    const { ts } = await callAsBot(playground, 'chat.postMessage', { channel: general, text: 'Yarn', blocks });
    expect((await seen(ts))?.blocks).toMatchObject(blocks);
    const plain = await callAsBot(playground, 'chat.postMessage', { channel: general, markdown_text: '**Yarn**' });
    expect(await seen(plain['ts'])).toMatchObject({ markdown: '**Yarn**' });
    expect(await seen(plain['ts'])).not.toHaveProperty('blocks');
  });

  test("has the bot's status in a thread, with its loading messages", async () => {
    const { ts } = (await say(sayBody())).body;
    const status = {
      channel_id: general,
      thread_ts: ts,
      status: 'is thinking…',
      loading_messages: ['Weighing the options'],
    };
    await callAsBot(playground, 'assistant.threads.setStatus', status);
    expect(channelNamed(await stateAt(playground.url), 'general').statuses).toMatchObject({
      [String(ts)]: 'is thinking… Weighing the options',
    });
  });

  test('has ephemeral messages, with their recipient', async () => {
    const { message_ts: ts } = await callAsBot(playground, 'chat.postEphemeral', {
      channel: general,
      user: grace,
      text: 'psst',
    });
    expect(await seen(ts)).toMatchObject({ text: 'psst', ephemeralTo: grace });
  });
});

describe('other requests', () => {
  test('an avatar of every user', async () => {
    for (const { id } of [...state.people, state.bot]) {
      const response = await fetch(`${playground.url}avatars/${id}.svg`);
      expect(response.headers.get('content-type')).toBe('image/svg+xml');
      expect(await response.text()).toMatch(/^<svg /);
    }
    expect((await fetch(`${playground.url}avatars/U1.svg`)).status).toBe(404);
  });

  test('an inspection, of known channels only', async () => {
    const dm = state.channels.find((channel) => channel.with === ada)?.id;
    const look = (query: string): Promise<Response> => fetch(`${playground.url}inspect?${query}`);
    expect(await (await look(`channel=${dm}`)).json()).toEqual({ calls: [], runs: [] });
    expect((await look('channel=C1')).status).toBe(400);
    expect((await look('')).status).toBe(400);
  });

  test('a fault, of a known kind only', async () => {
    const { status, body } = await post(`${playground.url}fault`, { kind: 'fire' });
    expect(status).toBe(400);
    expect(body['error']).toMatch(/^kind: .*redeliver/);
  });
});

describe('other web pages', () => {
  test.each([
    ['a foreign origin', { origin: 'https://evil.test' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['a null origin', { origin: 'null' }, 403],
    ['a domain pointed here (DNS rebinding)', { host: 'evil.test' }, 403],
    ['an HTML form', { 'content-type': 'text/plain' }, 415],
  ])('%s is refused', async (_, headers, status) => {
    expect((await say(sayBody(), headers)).status).toBe(status);
  });

  test('the page itself is accepted', async () => {
    const host = `localhost:${playground.port}`;
    expect((await say(sayBody(), { host, origin: `http://${host}` })).status).toBe(200);
  });

  /** HTTP status of a WebSocket request; 101 when it is accepted. */
  async function opened(path: string, headers: Record<string, string>): Promise<number | undefined> {
    const socket = new WebSocket(`ws://127.0.0.1:${playground.port}/${path}`, { headers });
    const answer = await Promise.race([once(socket, 'unexpected-response'), once(socket, 'upgrade')]);
    socket.on('error', () => {});
    socket.terminate();
    return (answer.at(-1) as IncomingMessage).statusCode;
  }

  test.each([
    ['of a foreign origin', 'events', { origin: 'https://evil.test' }, 403],
    ['of another port of this machine', 'events', { origin: 'http://127.0.0.1:1' }, 403],
    ['of a null origin', 'events', { origin: 'null' }, 403],
    ['of a domain pointed here (DNS rebinding)', 'events', { host: 'evil.test' }, 403],
    ['at another path', 'say', {}, 404],
    ['at an invalid path', '/', {}, 404],
  ])('a socket %s is refused', async (_, path, headers, status) => {
    expect(await opened(path, headers)).toBe(status);
  });

  test("the page's own socket is accepted; a plain request for it is not found", async () => {
    const host = `localhost:${playground.port}`;
    expect(await opened('events', { host, origin: `http://${host}` })).toBe(101);
    expect((await fetch(`${playground.url}events`)).status).toBe(404);
  });
});

describe('the playground starts', () => {
  test('on another port when the requested one is taken', async () => {
    const other = await playgroundForTests({ flags: { port: playground.port } });
    expect(other.port).not.toBe(playground.port);
    expect((await stateAt(other.url)).model.standIn).toBe(true);
    await other.stop();
    await other.stop();
  });

  test('with the configured model, and ignores real Slack tokens', async () => {
    const env = {
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      OPENAI_MODEL: 'some-model',
      SLACK_BOT_TOKEN: 'not even a token',
    };
    const other = await playgroundForTests({ env });
    expect(other.model).toMatchObject({ name: 'some-model', standIn: false });
    await other.stop();
  });

  test('with the model servers on this machine, and with what the model is told, for the page to offer', async () => {
    const localServers = [{ name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama3.2'] }];
    const env = { SYSTEM_PROMPT: 'Be brief.', OPENAI_TEMPERATURE: '0.3' };
    const other = await playgroundForTests({ env, localServers: () => localServers });
    expect(await stateAt(other.url)).toMatchObject({
      localServers,
      model: { standIn: true, systemPrompt: 'Be brief.', temperature: 0.3 },
    });
    await other.stop();
  });

  test('not with invalid settings', async () => {
    await expect(playgroundForTests({ env: { THREAD_REPLIES: 'never' } })).rejects.toThrow(ConfigError);
  });
});
