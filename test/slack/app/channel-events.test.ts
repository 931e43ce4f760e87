import { beforeEach, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { ChannelId } from '../../../src/core/channel.js';
import { channelEvents } from '../../../src/slack/app/channel-events.js';
import { ANN, BEN, BOT, CHANNEL, channelMessage, envelope, type Fields, OPTIONS, TEAM } from '../inbound/payloads.js';

let joined: [ChannelId, string][];
let renamed: ChannelId[];
let asked: number;
const PLACE = { team: TEAM, channel: CHANNEL };

const events = channelEvents({
  workspaces: {
    async of() {
      asked += 1;
      return { client: {} as WebClient, bot: OPTIONS.bot };
    },
  },
  joined: async (channel, by) => void joined.push([channel, by]),
  renamed: (channel) => void renamed.push(channel),
});

beforeEach(() => {
  joined = [];
  renamed = [];
  asked = 0;
});

const someoneJoined = { type: 'member_joined_channel', user: BOT, channel: CHANNEL, channel_type: 'C', team: TEAM };
const deliver = (event: unknown): Promise<void> => events.handle(envelope(event as Fields));

test('the bot was added by somebody, or Slack does not say by whom', async () => {
  await deliver({ ...someoneJoined, inviter: ANN });
  await deliver(someoneJoined);
  await deliver({ ...someoneJoined, inviter: { id: ANN } });
  expect(joined).toEqual([
    [PLACE, ANN],
    [PLACE, ''],
    [PLACE, ''],
  ]);
});

test('somebody else joined', async () => {
  await deliver({ ...someoneJoined, user: BEN, inviter: ANN });
  expect(joined).toEqual([]);
});

test.each<[string, Fields]>([
  ['a public channel', { type: 'channel_rename', channel: { id: CHANNEL, name: 'new', created: 1 } }],
  ['a private channel', { type: 'group_rename', channel: { id: CHANNEL, name: 'new', created: 1 } }],
  ['the note of it', channelMessage('renamed', { subtype: 'channel_name', old_name: 'old', name: 'new' })],
  ['the note of it in a private channel', channelMessage('renamed', { subtype: 'group_name', name: 'new' })],
  ['one that became private', channelMessage('private now', { subtype: 'channel_convert_to_private' })],
  ['one that became public', channelMessage('public now', { subtype: 'channel_convert_to_public' })],
])('a channel has another name, or is named elsewhere now: %s', async (_, event) => {
  await deliver(event);
  expect([renamed, joined]).toEqual([[PLACE], []]);
});

test.each<[string, unknown]>([
  ['a message', channelMessage('hello')],
  ['another note', channelMessage('joined', { subtype: 'channel_join' })],
  ['a rename without a channel', { type: 'channel_rename', channel: CHANNEL }],
  ['a rename without an id', { type: 'channel_rename', channel: { id: 7 } }],
  ['a join without a channel', { ...someoneJoined, channel: undefined }],
  ['no event', null],
])('anything else asks for nothing: %s', async (_, event) => {
  await deliver(event);
  expect([renamed, joined, asked]).toEqual([[], [], 0]);
});

test('what cannot be stored throws: there is no ack', async () => {
  const failing = channelEvents({
    workspaces: { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) },
    joined: () => Promise.reject(new Error('Redis is away')),
    renamed: () => {},
  });
  await expect(failing.handle(envelope(someoneJoined))).rejects.toThrow('Redis is away');
});
