/** Slash commands, pressed buttons and response URLs, over Socket Mode and HTTP. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import {
  type Json,
  ManualClock,
  type Simulator,
  SimulatorUsageError,
  startSimulator,
} from '../../src/simulator/index.js';
import { connect } from './manual-socket.js';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let app: Server;
let received: Received[];
let status: number;
beforeEach(async () => {
  [received, status] = [[], 200];
  app = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => app.close(resolve)));

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function scene(options: { clock?: ManualClock; http?: boolean } = {}) {
  const { port } = app.address() as AddressInfo;
  const slack = await startSimulator({
    ...(options.clock && { clock: options.clock }),
    ...(options.http !== false && { eventsUrl: `http://127.0.0.1:${port}/slack/events` }),
  });
  cleanUps.push(() => slack.stop());
  const ada = slack.addUser({ name: 'ada' }).id;
  const general = slack.addChannel({ name: 'general', members: [ada] }).id;
  return { slack, ada, general };
}

const fields = ({ body }: Received): Record<string, string> => Object.fromEntries(new URLSearchParams(body));

async function answer(url: string, body: object): Promise<{ status: number; error: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, error };
}

const ephemeral = (slack: Simulator, channel: string): unknown[] =>
  slack.messages(channel).map(({ text, ephemeralTo }) => [text, ephemeralTo]);

describe('a slash command', () => {
  test('is a signed form over HTTP', async () => {
    const { slack, ada, general } = await scene();
    const act = await slack.command({ user: ada, channel: general, command: '/skein', text: 'ask <b> & more' });
    expect(act.state).toBe('acked');
    const [request] = received as [Received];
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const base = `v0:${String(request.headers['x-slack-request-timestamp'])}:${request.body}`;
    const signed = createHmac('sha256', slack.signingSecret).update(base).digest('hex');
    expect(request.headers['x-slack-signature']).toBe(`v0=${signed}`);
    expect(fields(request)).toMatchObject({
      command: '/skein',
      text: 'ask &lt;b&gt; &amp; more',
      user_id: ada,
      channel_id: general,
      channel_name: 'general',
      team_id: slack.team.id,
      trigger_id: act.id,
    });
  });

  test('is an envelope of its own over Socket Mode, without retries', async () => {
    const { slack, ada, general } = await scene({ http: false });
    const socket = await connect(slack);
    const typed = slack.command({ user: ada, channel: general, command: '/skein', text: 'help' });
    const found = (): Json | undefined => socket.others.find(({ type }) => type === 'slash_commands');
    await socket.waitFor(() => found() !== undefined);
    const payload = { command: '/skein', text: 'help' };
    expect(found()).toMatchObject({ accepts_response_payload: true, payload });
    expect(found()).not.toHaveProperty('retry_attempt');
    socket.ack(found());
    expect((await typed).state).toBe('acked');
  });

  test('that the app refuses, or that nobody takes, has failed and is not sent again', async () => {
    const { slack, ada, general } = await scene();
    status = 500;
    const typed = { user: ada, channel: general, command: '/skein', text: '' };
    expect((await slack.command(typed)).state).toBe('failed');
    expect(received).toHaveLength(1);
    const { slack: offline, ...others } = await scene({ http: false });
    const nobody = { ...typed, user: others.ada, channel: others.general };
    expect((await offline.command(nobody)).state).toBe('failed');
  });

  test('can be sent again on purpose, with the same trigger', async () => {
    const { slack, ada, general } = await scene();
    const { id } = await slack.command({ user: ada, channel: general, command: '/skein', text: 'help' });
    await slack.redeliverAct(id);
    expect(received.map((request) => fields(request)['trigger_id'])).toEqual([id, id]);
    await expect(slack.redeliverAct('unknown')).rejects.toThrow(SimulatorUsageError);
  });

  test('is typed by members only', async () => {
    const { slack, general } = await scene();
    const bob = slack.addUser({ name: 'bob' }).id;
    const typed = { user: bob, channel: general, command: '/skein', text: '' };
    await expect(slack.command(typed)).rejects.toThrow(SimulatorUsageError);
  });
});

describe('a response URL', () => {
  const typed = (user: string, channel: string) => ({ user, channel, command: '/skein', text: 'help' });

  test('shows a message to the person, in a channel that the app is not in', async () => {
    const { slack, ada, general } = await scene();
    const { payload } = await slack.command(typed(ada, general));
    expect(await answer(String(payload['response_url']), { text: 'Only you' })).toMatchObject({ status: 200 });
    expect(ephemeral(slack, general)).toEqual([['Only you', ada]]);
    expect(slack.calls.at(-1)).toMatchObject({ method: 'response_url', args: { text: 'Only you' } });
  });

  test('shows it to everybody if asked to', async () => {
    const { slack, ada, general } = await scene();
    const { payload } = await slack.command(typed(ada, general));
    await answer(String(payload['response_url']), { text: 'All of you', response_type: 'in_channel' });
    expect(ephemeral(slack, general)).toEqual([['All of you', undefined]]);
  });

  test('takes five messages', async () => {
    const { slack, ada, general } = await scene();
    const { payload } = await slack.command(typed(ada, general));
    const url = String(payload['response_url']);
    for (const n of [1, 2, 3, 4, 5]) expect(await answer(url, { text: `${n}` })).toMatchObject({ status: 200 });
    expect(await answer(url, { text: '6' })).toEqual({ status: 404, error: 'used_url' });
    expect(slack.messages(general)).toHaveLength(5);
  });

  test('ends after half an hour, and an unknown one never begins', async () => {
    const clock = new ManualClock();
    const { slack, ada, general } = await scene({ clock });
    const { payload } = await slack.command(typed(ada, general));
    const url = String(payload['response_url']);
    clock.advance(30 * 60_000);
    expect(await answer(url, { text: 'late' })).toEqual({ status: 404, error: 'expired_url' });
    expect(await answer(`${url}x`, { text: 'wrong' })).toEqual({ status: 404, error: 'expired_url' });
    expect(await answer(url, { words: 'late' })).toEqual({ status: 404, error: 'invalid_arguments' });
  });
});

test('a pressed button is a `block_actions` payload with its value, and a response URL', async () => {
  const { slack, ada, general } = await scene();
  slack.join({ user: slack.bot.userId, channel: general });
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const button = { type: 'button', action_id: 'again', value: 'v1', text: { type: 'plain_text', text: 'Again' } };
  const { ts = '' } = await client.chat.postMessage({
    channel: general,
    text: 'Press',
    blocks: [{ type: 'actions', elements: [button] }] as never,
  });
  const act = await slack.press({ user: ada, channel: general, ts, actionId: 'again' });
  const pressed = received.map(fields).find((form) => 'payload' in form);
  const payload = JSON.parse(pressed?.['payload'] ?? '') as Record<string, unknown>;
  expect(payload).toMatchObject({
    type: 'block_actions',
    trigger_id: act.id,
    user: { id: ada },
    channel: { id: general },
    container: { message_ts: ts },
    actions: [{ action_id: 'again', value: 'v1' }],
  });
  await answer(String(payload['response_url']), { text: 'Pressed' });
  expect(ephemeral(slack, general).at(-1)).toEqual(['Pressed', ada]);
  const missing = slack.press({ user: ada, channel: general, ts, actionId: 'other' });
  await expect(missing).rejects.toThrow(SimulatorUsageError);
});
