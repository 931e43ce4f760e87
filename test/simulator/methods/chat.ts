import { expect } from '@jest/globals';
import type { Json } from '../../../src/simulator/index.js';
import { ARCHIVED, badBlocks, type MethodCase, NO_CHANNEL, NO_TS, NOT_IN_CHANNEL, type Fixture } from './fixture.js';

const ATTACHMENT = { text: 'x' };

/** Invalid message content, by error code. */
const BAD_CONTENT = {
  no_text: [{ text: undefined }, { text: '' }, { text: ' \n' }],
  markdown_text_conflict: [
    { markdown_text: 'x' },
    { text: undefined, markdown_text: 'x', blocks: [{ type: 'divider' }] },
  ],
  ...badBlocks((blocks) => ({ blocks })),
  too_many_attachments: { attachments: Array.from({ length: 101 }, () => ATTACHMENT) },
  invalid_attachments: [
    { attachments: 'not json' },
    { attachments: ['text'] },
    { attachments: [{ blocks: [{ type: 'poem' }] }] },
    { attachments: [{ blocks: 'none' }] },
  ],
};
const BAD_METADATA = [
  { metadata: { event_type: 'x' } },
  { metadata: { event_type: 'x', event_payload: [] } },
  { metadata: 'not json' },
];
const TOO_LONG_TO_POST = [{ text: 'x'.repeat(40_001) }, { text: undefined, markdown_text: 'x'.repeat(12_001) }];
const BAD_THREADS = {
  invalid_thread_ts: { thread_ts: 'yesterday' },
  thread_not_found: { thread_ts: NO_TS },
  cannot_reply_to_message: ({ reply }: Fixture) => ({ thread_ts: reply }),
};

/** A complete message by the app in #general, in wire format. */
function appMessage({ slack, bot }: Fixture, more: Json): Json {
  const { botId, appId, name } = slack.bot;
  const icon = expect.stringMatching(new RegExp(`/avatars/${bot}-\\d+\\.svg$`));
  return {
    type: 'message',
    user: bot,
    ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
    bot_id: botId,
    app_id: appId,
    team: slack.team.id,
    bot_profile: {
      id: botId,
      app_id: appId,
      user_id: bot,
      name,
      deleted: false,
      updated: expect.any(Number),
      team_id: slack.team.id,
      icons: { image_36: icon, image_48: icon, image_72: icon },
    },
    blocks: [{ type: 'rich_text', block_id: expect.any(String), elements: expect.any(Array) }],
    ...more,
  };
}

export const CHAT: Record<string, MethodCase> = {
  'chat.postMessage': {
    args: ({ general }) => ({ channel: general, text: 'x' }),
    response: (fixture) => ({
      channel: fixture.general,
      ts: expect.any(String),
      message: appMessage(fixture, { text: 'x' }),
    }),
    bad: {
      channel_not_found: [...NO_CHANNEL, ({ bot }) => ({ channel: bot })],
      not_in_channel: NOT_IN_CHANNEL,
      is_archived: ({ archived }) => ({ channel: archived }),
      ...BAD_THREADS,
      ...BAD_CONTENT,
      msg_too_long: TOO_LONG_TO_POST,
      invalid_metadata_format: BAD_METADATA,
    },
  },
  'chat.postEphemeral': {
    args: ({ general, ann }) => ({ channel: general, user: ann, text: 'x' }),
    response: () => ({ message_ts: expect.stringMatching(/^\d{10}\.\d{6}$/) }),
    bad: {
      channel_not_found: NO_CHANNEL,
      not_in_channel: NOT_IN_CHANNEL,
      is_archived: ({ archived }) => ({ channel: archived }),
      user_not_in_channel: [{ user: 'U0NOBODY' }, ({ slack }) => ({ user: slack.addUser({ name: 'stranger' }).id })],
      ...BAD_THREADS,
      ...BAD_CONTENT,
      msg_too_long: TOO_LONG_TO_POST,
    },
  },
  'chat.update': {
    args: ({ general, mine }) => ({ channel: general, ts: mine, text: 'x' }),
    response: (fixture) => ({
      channel: fixture.general,
      ts: fixture.mine,
      text: 'x',
      message: appMessage(fixture, {
        ts: fixture.mine,
        text: 'x',
        edited: { user: fixture.slack.bot.botId, ts: expect.stringMatching(/\.000000$/) },
        reactions: [{ name: 'tada', users: [fixture.bot], count: 1 }],
      }),
    }),
    bad: {
      channel_not_found: NO_CHANNEL,
      not_in_channel: NOT_IN_CHANNEL,
      is_inactive: ARCHIVED,
      message_not_found: [{ ts: NO_TS }, tombstone, ephemeral],
      cant_update_message: ({ root }) => ({ ts: root }),
      streaming_state_conflict: ({ dm, stream }) => ({ channel: dm, ts: stream }),
      cant_broadcast_message: { reply_broadcast: true },
      no_dual_broadcast_content_update: ({ myReply }) => ({ ts: myReply, reply_broadcast: true }),
      ...BAD_CONTENT,
      msg_too_long: [{ text: 'x'.repeat(4001) }, { text: undefined, markdown_text: 'x'.repeat(12_001) }],
      invalid_metadata_format: BAD_METADATA,
    },
  },
  'chat.delete': {
    args: ({ general, mine }) => ({ channel: general, ts: mine }),
    response: ({ general, mine }) => ({ channel: general, ts: mine }),
    bad: {
      channel_not_found: NO_CHANNEL,
      not_in_channel: NOT_IN_CHANNEL,
      message_not_found: [{ ts: NO_TS }, tombstone, ephemeral],
      cant_delete_message: ({ root }) => ({ ts: root }),
    },
  },
  'chat.getPermalink': {
    args: ({ general, reply }) => ({ channel: general, message_ts: reply }),
    response: ({ slack, general, root, reply }) => ({
      channel: general,
      permalink: `https://${slack.team.domain}.slack.com/archives/${general}/p${reply.replace('.', '')}?thread_ts=${root}&cid=${general}`,
    }),
    bad: { channel_not_found: NO_CHANNEL, message_not_found: { message_ts: NO_TS } },
  },
};

function tombstone({ slack, general, root }: Fixture): Json {
  slack.remove({ channel: general, ts: root });
  return { ts: root };
}

async function ephemeral({ client, general, ann }: Fixture): Promise<Json> {
  return { ts: (await client.chat.postEphemeral({ channel: general, user: ann, text: 'psst' })).message_ts };
}
