import { expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { channelEventsFor, hearing } from '../../src/bot/channels.js';
import { memoryStopSignals } from '../../src/in-memory/stop-signals.js';
import { BOT, CHANNEL, envelope, OPTIONS, TEAM } from '../slack/inbound/payloads.js';

const DAY_MS = 86_400_000;

test('every process hears of a renamed channel, and of a stopped reply', async () => {
  const signals = memoryStopSignals();
  const heard: unknown[] = [];
  signals.start(hearing((key) => heard.push(key), { renamed: (channel) => heard.push(channel) }));
  const events = channelEventsFor({
    workspaces: { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) },
    acts: { takeEvent: async () => {} },
    signals,
    ttlDays: 30,
  });
  await events.handle(envelope({ type: 'channel_rename', channel: { id: CHANNEL, name: 'new' } }));
  signals.send('T1:C1:1766458026.240809');
  expect(heard).toEqual([{ team: TEAM, channel: CHANNEL }, 'T1:C1:1766458026.240809']);
});

test('the bot joins a channel once in as many days as conversations are kept', async () => {
  const taken: unknown[] = [];
  const events = channelEventsFor({
    workspaces: { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) },
    acts: { takeEvent: async (event, knownMs) => void taken.push(event, knownMs) },
    signals: memoryStopSignals(),
    ttlDays: 30,
  });
  await events.handle(envelope({ type: 'member_joined_channel', user: BOT, channel: CHANNEL, inviter: 'U0INVITER01' }));
  const id = `joined ${TEAM}:${CHANNEL}`;
  expect(taken).toEqual([{ id, name: 'joined', team: TEAM, channel: CHANNEL, user: 'U0INVITER01' }, 30 * DAY_MS]);
});
