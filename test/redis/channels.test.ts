/** What is kept of channels in Redis: keys and failures. What every store promises is in `test/contract`. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ChannelMessage, removedMessage } from '../../src/core/channel.js';
import type { ChannelStore } from '../../src/core/ports.js';
import { redisChannels } from '../../src/redis/channels.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { silent, TTL_DAYS } from '../contract/backends.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const CHANNEL = { team: 'T1', channel: 'C1' };
const SAID = 'skein:{T1:C1}:said';
const COPIES = 'skein:{T1:C1}:copies';
const HOURS = 12;

function message(at: number, text = `message ${at}`): ChannelMessage {
  const ts = `${1_766_458_000 + at}.000100`;
  return { ts, version: '0', turn: { role: 'person', ts, author: 'U0ANN', text } };
}

let server: RedisServer;
let connections: RedisConnections;
let channels: ChannelStore;
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  connections = connectRedis(redisConfig(server), silent);
  channels = redisChannels(connections.commands, { messages: 10, hours: HOURS }, TTL_DAYS);
});
afterEach(async () => {
  connections.close();
  await empty(server);
});
afterAll(() => server.stop());

test('a channel has one key while nobody names the bot, and a second one then, in the same slot of a cluster', async () => {
  await channels.said(CHANNEL, message(1));
  expect(await connections.commands.keys('*')).toEqual([SAID]);
  await channels.opened(CHANNEL, message(2));
  expect((await connections.commands.keys('*')).toSorted()).toEqual([COPIES, SAID]);
});

test('messages expire hours after the last one, which an edit does not put off', async () => {
  await channels.said(CHANNEL, message(1));
  const left = await connections.commands.ttl(SAID);
  expect(left > HOURS * 3_600 - 60 && left <= HOURS * 3_600).toBe(true);
  await connections.commands.expire(SAID, 100);
  await channels.amended(CHANNEL, { ...message(1, 'edited'), version: message(2).ts });
  expect(await connections.commands.ttl(SAID)).toBeLessThanOrEqual(100);
  await channels.said(CHANNEL, message(3));
  expect(await connections.commands.ttl(SAID)).toBeGreaterThan(100);
});

test('who has copies is known for longer than a conversation lasts, and no longer', async () => {
  await channels.said(CHANNEL, message(1));
  await channels.opened(CHANNEL, message(2));
  expect(await connections.commands.ttl(COPIES)).toBeGreaterThan(TTL_DAYS * 86_400);
  const later = (TTL_DAYS + 3) * 86_400;
  await channels.said(CHANNEL, message(later));
  await channels.opened(CHANNEL, message(later + 1));
  expect(await connections.commands.zcard(COPIES)).toBe(1);
});

test('a channel of which nothing may be kept has no key', async () => {
  const off = redisChannels(connections.commands, { messages: 0, hours: HOURS }, TTL_DAYS);
  await off.amended(CHANNEL, removedMessage(message(1).ts));
  await off.amended(CHANNEL, { ...message(1, 'edited'), version: message(2).ts });
  expect(await connections.commands.keys('*')).toEqual([]);
});

test('a full Redis keeps no message, and removes one all the same', async () => {
  await channels.said(CHANNEL, message(1));
  await connections.commands.config('SET', 'maxmemory', '1');
  try {
    await expect(channels.said(CHANNEL, message(2))).rejects.toThrow('OOM');
    await channels.amended(CHANNEL, removedMessage(message(1).ts));
  } finally {
    await connections.commands.config('SET', 'maxmemory', '0');
  }
  await channels.said(CHANNEL, message(1));
  expect(await channels.opened(CHANNEL, message(3))).toEqual([]);
});
