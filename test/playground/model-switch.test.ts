/** The model is changed while the playground runs. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Message } from '../../src/simulator/index.js';
import { type OpenPlayground, playgroundForTests, post, stateAt } from './support.js';

interface Asked {
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly temperature?: number; readonly messages: { content: string }[] };
}

let open: OpenPlayground;
let service: Server;
const asked: Asked[] = [];
const baseUrl = (): string => `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;

beforeAll(async () => {
  service = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += String(part)));
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body: JSON.parse(text) as Asked['body'] });
      const chunk = (delta: object, reason: string | null): string =>
        `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${chunk({ content: 'From the service.' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
  });
  await new Promise<void>((resolve) => {
    service.listen(0, '127.0.0.1', resolve);
  });
  open = await playgroundForTests();
});
afterEach(() => {
  asked.splice(0);
});
afterAll(async () => {
  await open.stop();
  service.close();
});

/** Of the demo model's answers, and of the service's. */
const ENDINGS = /(— demo model_|From the service\.)$/;

const set = (choice: object): ReturnType<typeof post> => post(`${open.url}model`, choice);

/** Asks in #general, in a thread or a new one; resolves with the root and the reply. */
async function ask(text: string, threadTs?: string): Promise<{ root: string; reply: string }> {
  const { slack, workspace } = open;
  const [[user = ''], [channel = '']] = [workspace.people, workspace.channels];
  const said = slack.say({ user, channel, text, ...(threadTs !== undefined && { threadTs }) });
  const root = threadTs ?? said.ts;
  const isWhole = ({ user: by, ts, markdown = '' }: Message): boolean =>
    by === slack.bot.userId && ts > said.ts && ENDINGS.test(markdown);
  const reply = await slack.until(() => slack.messages(channel, root).find(isWhole));
  return { root, reply: reply.markdown ?? reply.text };
}

test('model, temperature, system prompt and a local server are for the next message, and what was said is known', async () => {
  const { root, reply } = await ask(`<@${open.slack.bot.userId}> the wool is red`);
  expect(reply).toContain('only a demo');
  const choice = { baseUrl: baseUrl(), model: 'my-model', temperature: 0.5, systemPrompt: 'Be brief.' };
  expect(await set(choice)).toMatchObject({ status: 200, body: { said: 'my-model answers the next message.' } });
  expect((await ask('and now?', root)).reply).toBe('From the service.');
  expect(asked[0]?.body).toMatchObject({ model: 'my-model', temperature: 0.5 });
  expect(asked[0]?.body.messages[0]?.content).toMatch(/^Be brief\./);
  expect(JSON.stringify(asked[0]?.body.messages)).toContain('the wool is red');
  expect((await stateAt(open.url)).model).toEqual({
    name: 'my-model',
    standIn: false,
    temperature: 0.5,
    systemPrompt: 'Be brief.',
    choice,
  });

  // Only what is named changes; null is as at the start.
  await set({ model: 'other', temperature: null });
  await ask('again?', root);
  expect(asked[1]?.body).toMatchObject({ model: 'other' });
  expect(asked[1]?.body).not.toHaveProperty('temperature');
  await set({ baseUrl: null, model: null, systemPrompt: null });
  expect((await ask('once more?', root)).reply).toContain('only a demo');
}, 60_000);

test('a key of the settings never goes to another server', async () => {
  const other = await playgroundForTests({ env: { OPENAI_API_KEY: 'sk-of-the-settings' } });
  try {
    await post(`${other.url}model`, { baseUrl: baseUrl(), model: 'my-model' });
    const [[user = ''], [channel = '']] = [other.workspace.people, other.workspace.channels];
    other.slack.say({ user, channel, text: `<@${other.slack.bot.userId}> hello` });
    await other.slack.until(() => asked.length > 0);
    expect(JSON.stringify(asked)).not.toContain('sk-of-the-settings');
  } finally {
    await other.stop();
  }
}, 60_000);

test.each<[object, string]>([
  [{ temperature: 7 }, 'temperature: is above 2'],
  [{ model: 'gpt-x' }, 'There is no server to ask for gpt-x'],
  [{ baseUrl: 'http://example.com/v1' }, 'The server must be on this machine'],
  [{ baseUrl: 'http://user:secret@localhost/v1' }, 'The server must be on this machine'],
  [{ apiKey: 'sk' }, 'apiKey'],
])('%j is refused, and the bot runs on', async (choice, problem) => {
  const { starts } = open.bot.status;
  const { status, body } = await set(choice);
  expect([status, body['error']]).toEqual([400, expect.stringContaining(problem)]);
  expect(open.bot.status).toMatchObject({ state: 'running', starts });
});

test('a choice that the bot cannot start with is refused, and it runs as before', async () => {
  const { status, body } = await set({ systemPrompt: 'w '.repeat(45_000), baseUrl: baseUrl(), model: 'unknown' });
  expect([status, body['error']]).toEqual([400, expect.stringContaining('nothing has changed')]);
  expect(open.bot.status.state).toBe('running');
  expect((await stateAt(open.url)).model.standIn).toBe(true);
}, 60_000);
