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

/** Nobody acknowledges it, and its response URL works all the same. */
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

test('also without a response URL', async () => {
  const { responseUrl: _, ...without } = await interaction();
  await send(without);
  expect(shown()).toEqual([['Only *you*', ada]]);
  expect(slack.calls.map(({ method }) => method)).toEqual(['chat.postEphemeral']);
});

test('the sixth answer, which the response URL no longer takes, reaches the person all the same', async () => {
  const acted = await interaction();
  for (const text of ['1', '2', '3', '4', '5', '6']) await send(acted, text);
  expect(shown().at(-1)).toEqual(['6', ada]);
  expect(slack.calls.at(-1)?.method).toBe('chat.postEphemeral');
});

test('outside of conversations, and where the bot is no member, the answer is a direct message', async () => {
  const secret = slack.addChannel({ name: 'secret', members: [ada] }).id;
  const { responseUrl: _, channel: __, ...without } = await interaction();
  await send(without, 'one');
  await send({ ...without, channel: secret }, 'two');
  expect(slack.messages(slack.dm(ada).id).map(({ text }) => text)).toEqual(['one', 'two']);
});

test('an answer that Slack cannot take now is an error, which does not hold the address', async () => {
  const server = createServer((_, response) => response.writeHead(500).end('oops')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const responseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/actions/secret`;
  const failed = await send(await interaction({ responseUrl })).catch(String);
  server.close();
  expect(failed).toMatch(/does not take the answer to an interaction \(HTTP 500\)/);
  expect(failed).not.toContain('secret');
  expect(shown()).toEqual([]);
});

test('a stopping process gives up', async () => {
  const stopped = AbortSignal.abort(new Error('the process stops'));
  await expect(send(await interaction(), 'late', stopped)).rejects.toThrow('the process stops');
  expect(shown()).toEqual([]);
});
