import { expect } from '@jest/globals';
import type { Json } from '../../../src/simulator/index.js';
import { badBlocks, type MethodCase, NO_CHANNEL, NO_TS, NOT_IN_CHANNEL, type Fixture } from './fixture.js';

const CHUNK = { type: 'markdown_text', text: 'x' };

/** Invalid content of a call, by error code. */
const BAD_CONTENT = {
  msg_too_long: [{ markdown_text: 'x'.repeat(12_001) }, { markdown_text: 'x'.repeat(11_001) }],
  markdown_text_conflict: { chunks: [CHUNK] },
  invalid_chunks: ['not json', [{ type: 'poem' }], [{ type: 'markdown_text' }], [{ type: 'blocks' }]].map((chunks) => ({
    markdown_text: undefined,
    chunks,
  })),
  ...badBlocks((blocks) => ({ markdown_text: undefined, chunks: [{ type: 'blocks', blocks }] })),
};
const BAD_STREAM = {
  streaming_mode_mismatch: { markdown_text: undefined, chunks: [CHUNK] },
  channel_not_found: NO_CHANNEL,
  not_in_channel: NOT_IN_CHANNEL,
  is_archived: ({ archived, archivedTs }: Fixture) => ({ channel: archived, ts: archivedTs }),
  message_not_found: { ts: NO_TS },
  message_not_owned_by_app: ({ question }: Fixture) => ({ ts: question }),
};

function notAStream({ general, mine }: Fixture): Json {
  return { channel: general, ts: mine };
}

function stopped({ slack, ann, dm, stream }: Fixture): Json {
  slack.stopStream({ user: ann, channel: dm, ts: stream });
  return {};
}

export const STREAMS: Record<string, MethodCase> = {
  'chat.startStream': {
    args: ({ slack, general, ann, root }) => ({
      channel: general,
      thread_ts: root,
      recipient_user_id: ann,
      recipient_team_id: slack.team.id,
      markdown_text: 'x',
    }),
    response: ({ general }) => ({ channel: general, ts: expect.stringMatching(/^\d{10}\.\d{6}$/) }),
    bad: {
      channel_not_found: NO_CHANNEL,
      not_in_channel: NOT_IN_CHANNEL,
      is_archived: ({ archived, archivedTs }) => ({ channel: archived, thread_ts: archivedTs }),
      missing_recipient_user_id: { recipient_user_id: undefined },
      missing_recipient_team_id: { recipient_team_id: undefined },
      user_not_found: { recipient_user_id: 'U0NOBODY' },
      invalid_thread_ts: { thread_ts: 'yesterday' },
      thread_not_found: { thread_ts: NO_TS },
      cannot_reply_to_message: ({ reply }) => ({ thread_ts: reply }),
      ...BAD_CONTENT,
    },
  },
  'chat.appendStream': {
    args: ({ dm, stream }) => ({ channel: dm, ts: stream, markdown_text: 'cause' }),
    response: ({ dm, stream }) => ({ channel: dm, ts: stream }),
    bad: {
      ...BAD_STREAM,
      ...BAD_CONTENT,
      message_not_in_streaming_state: notAStream,
      stopped_by_user: stopped,
      no_text: [{ markdown_text: undefined }, { markdown_text: '' }],
    },
  },
  'chat.stopStream': {
    args: ({ dm, stream }) => ({ channel: dm, ts: stream, markdown_text: 'cause' }),
    response: ({ bot, dm, question, stream }) => ({
      channel: dm,
      ts: stream,
      message: expect.objectContaining({
        type: 'message',
        user: bot,
        ts: stream,
        thread_ts: question,
        text: 'Because',
        streaming_state: 'completed',
        blocks: [{ type: 'markdown', block_id: expect.any(String), text: 'Because' }],
      }),
    }),
    bad: {
      ...BAD_STREAM,
      ...BAD_CONTENT,
      message_not_in_streaming_state: [notAStream, stopped],
      invalid_blocks_format: [{ blocks: 'not json' }, { blocks: ['text'] }],
      invalid_metadata_format: { metadata: { event_type: 'x' } },
      invalid_status: { session_status: 'asleep' },
    },
  },
};
