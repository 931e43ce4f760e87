/** Edits and deletions count in whatever order, and however often, Slack delivers them: in memory and in Redis. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import * as fc from 'fast-check';
import { channelIntake } from '../../../src/conversation/channel.js';
import { createIntake } from '../../../src/conversation/intake.js';
import type { ChannelStore, ConversationStore } from '../../../src/core/ports.js';
import type { DmReplies } from '../../../src/core/settings.js';
import { memoryChannels } from '../../../src/in-memory/channels.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import { redisChannels } from '../../../src/redis/channels.js';
import { connectRedis, type RedisConnections } from '../../../src/redis/connection.js';
import { redisStore } from '../../../src/redis/store.js';
import { messages } from '../../../src/slack/app/messages.js';
import { silent, TTL_DAYS } from '../../contract/backends.js';
import { FakeQueue } from '../../support/doubles.js';
import { empty, redisConfig } from '../../support/redis-place.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import {
  BOT,
  CHANNEL,
  channelMessage,
  deleteEvent,
  DM,
  editEvent,
  envelope,
  type Fields,
  OPTIONS,
  TEAM,
} from '../inbound/payloads.js';

const CHANNEL_SETTINGS = { messages: 10, hours: 12 };
const FIRST = 1;
const LAST = 6;

const tsAt = (at: number): string => `176645800${at}.000100`;

/** What happens at one place. `final`: after which none of the other words may be left. */
function eventsIn(channel: string): { earlier: Fields[]; deletions: Fields[]; edits: Fields[] } {
  const at = (ts: number, text: string, more: Fields = {}): Fields =>
    channelMessage(text, { channel, ts: tsAt(ts), ...more });
  const changed = (message: Fields, text: string, ts: number): Fields => ({
    ...editEvent(message, text),
    channel,
    ts: tsAt(ts),
  });
  const chat = at(FIRST, 'OLD chat');
  const named = at(2, `<@${BOT}> OLD question`);
  const ask = at(3, `<@${BOT}> which?`);
  const sentToChannel = at(4, 'OLD reply', { thread_ts: tsAt(FIRST), subtype: 'thread_broadcast' });
  const inThread = at(LAST, `<@${BOT}> and here?`, { thread_ts: tsAt(FIRST) });
  const asks = [ask, { ...ask, type: 'app_mention' }, at(5, `<@${BOT}> so?`)];
  const edits = [changed(chat, 'new chat', 8), changed(named, `<@${BOT}> new question`, 8)];
  const earlierEdits = [changed(chat, 'OLD edit', 7), changed(named, 'OLD edit', 7)];
  return {
    earlier: [chat, named, sentToChannel, inThread, ...asks, ...earlierEdits],
    edits,
    deletions: [chat, named, sentToChannel].map((message) => ({ ...deleteEvent(message), channel, ts: tsAt(9) })),
  };
}

let server: RedisServer;
let connections: RedisConnections;
beforeAll(async () => {
  server = await startRedis();
  connections = connectRedis(redisConfig(server), silent);
});
afterAll(async () => {
  connections.close();
  await server.stop();
});

const stores: Record<string, () => Promise<{ store: ConversationStore; channels: ChannelStore }>> = {
  memory: async () => ({ store: memoryStore(), channels: memoryChannels(CHANNEL_SETTINGS) }),
  async Redis() {
    await empty(server);
    const { commands } = connections;
    return {
      store: redisStore(commands, TTL_DAYS),
      channels: redisChannels(commands, CHANNEL_SETTINGS, TTL_DAYS),
    };
  },
};

/** Everything that Redis has in hashes, as text. */
async function storedInRedis(): Promise<string> {
  const { commands } = connections;
  const hashes = (await commands.keys('*:{*')).filter((key) => /:(?:turns|state|folded|said)$/.test(key));
  return JSON.stringify(await Promise.all(hashes.map((key) => commands.hgetall(key))));
}

describe.each(Object.keys(stores))('in %s', (kind) => {
  test.each<[string, string, 'edits' | 'deletions', number[]]>([
    ['a channel, deletions', CHANNEL, 'deletions', []],
    ['a DM whose setting changes, deletions', DM, 'deletions', []],
    // What a thread that the bot joins says is read from Slack, as edited.
    ['a channel, edits', CHANNEL, 'edits', [2, 3]],
    ['a DM whose setting changes, edits', DM, 'edits', [2, 3]],
  ])('%s', async (_, channel, final, without) => {
    const { earlier, ...finals } = eventsIn(channel);
    const some = fc.shuffledSubarray(
      [...earlier.filter((__, at) => !without.includes(at)), ...finals[final]].flatMap((event) => [event, event]),
      { minLength: 6 },
    );
    const settings = fc.infiniteStream(fc.constantFrom<DmReplies>('flat', 'thread'));
    await fc.assert(
      fc.asyncProperty(some, settings, fc.boolean(), async (order, dmReplies, atOnce) => {
        const { store, channels } = (await stores[kind]?.()) ?? {};
        if (!store || !channels) throw new Error('unreachable');
        const channelOf = channelIntake(channels, store, true);
        const queue = new FakeQueue();
        const intake = createIntake({ store, channel: channelOf, queue, threadReplies: 'auto', edits: 'regenerate' });
        const workspaces = { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) };
        const deliver = (event: Fields): Promise<void> => {
          const options = { workspaces, intake, allowExternalUsers: false, logger: silent };
          return messages({ ...options, dmReplies: dmReplies.next().value }).handle(envelope(event));
        };
        const all = [...order, ...finals[final]];
        if (atOnce) await Promise.all(all.map(deliver));
        else for (const event of all) await deliver(event);
        const threads = ['dm', ...Array.from({ length: LAST }, (__, at) => tsAt(FIRST + at))];
        const loaded = await Promise.all(threads.map((thread) => store.load(`${TEAM}:${channel}:${thread}`)));
        expect(JSON.stringify(loaded)).not.toContain('OLD');
        if (kind === 'Redis') expect(await storedInRedis()).not.toContain('OLD');
      }),
      { numRuns: 60 },
    );
  });
});
