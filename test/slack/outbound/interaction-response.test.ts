import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { type Simulator, startSimulator } from '../../../src/simulator/index.js';
import type { Interaction } from '../../../src/slack/inbound/interaction.js';
import { respond } from '../../../src/slack/outbound/interaction-response.js';
import { workspacesOf } from '../../support/workspaces.js';

let slack: Simulator;
let ada: string;
let general: string;
beforeEach(async () => {
  slack = await startSimulator();
  ada = slack.addUser({ name: 'ada' }).id;
  general = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
});
afterEach(() => slack.stop());

const signal = new AbortController().signal;

/** Never acknowledged; its response URL works anyway. */
async function interaction(more: Partial<Interaction> = {}): Promise<Interaction> {
  const { id, payload } = await slack.command({ user: ada, channel: general, command: '/skein', text: 'help' });
  const responseUrl = String(payload['response_url']);
  return {
    id,
    kind: 'command',
    name: 'help',
    team: slack.team.id,
    user: ada,
    channel: general,
    text: '',
    responseUrl,
    ...more,
  };
}

function send(to: Interaction, text = 'Only *you*', until = signal): Promise<void> {
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  return respond(to, text, workspacesOf(slack, client), until);
}

const shown = (): unknown[] => slack.messages(general).map(({ text, ephemeralTo }) => [text, ephemeralTo]);

test('only the person who acted sees the answer', async () => {
  await send(await interaction());
  expect(shown()).toEqual([['Only *you*', ada]]);
  expect(slack.calls.map(({ method }) => method)).toEqual(['response_url']);
});

test('without a response URL, the answer is still ephemeral', async () => {
  const { responseUrl: _, ...without } = await interaction();
  await send(without);
  expect(shown()).toEqual([['Only *you*', ada]]);
  expect(slack.calls.map(({ method }) => method)).toEqual(['chat.postEphemeral']);
});

test('an answer that the response URL no longer accepts is sent through the Web API', async () => {
  const acted = await interaction();
  for (const text of ['1', '2', '3', '4', '5', '6']) await send(acted, text);
  expect(shown().at(-1)).toEqual(['6', ada]);
  expect(slack.calls.at(-1)?.method).toBe('chat.postEphemeral');
});

test('outside a conversation, and where the bot is not a member, the answer is a direct message', async () => {
  const secret = slack.addChannel({ name: 'secret', members: [ada] }).id;
  const { responseUrl: _, channel: __, ...without } = await interaction();
  await send(without, 'one');
  await send({ ...without, channel: secret }, 'two');
  expect(slack.messages(slack.dm(ada).id).map(({ text }) => text)).toEqual(['one', 'two']);
});

test('a server error is thrown, and does not contain the response URL', async () => {
  const server = createServer((_, response) => response.writeHead(500).end('oops')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const responseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/actions/secret`;
  const failed = await send(await interaction({ responseUrl })).catch(String);
  server.close();
  expect(failed).toMatch(/refuses the response to an interaction \(HTTP 500\)/);
  expect(failed).not.toContain('secret');
  expect(shown()).toEqual([]);
});

test('a stopping process gives up', async () => {
  const stopped = AbortSignal.abort(new Error('the process stops'));
  await expect(send(await interaction(), 'late', stopped)).rejects.toThrow('the process stops');
  expect(shown()).toEqual([]);
});
