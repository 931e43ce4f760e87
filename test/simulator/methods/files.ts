import { expect } from '@jest/globals';
import { type MethodCase, NO_TS } from './fixture.js';

const inChannel = (id: string, channel: string) => ({ files: [{ id }], channel_id: channel });

export const FILES: Record<string, MethodCase> = {
  'files.info': {
    args: ({ file }) => ({ file }),
    response: ({ file, bob }) => ({
      file: expect.objectContaining({ id: file, name: 'a.txt', size: 4, user: bob, file_access: 'visible' }),
      comments: [],
      response_metadata: { next_cursor: '' },
    }),
    bad: {
      file_not_found: { file: 'F0UNKNOWN' },
      file_deleted({ slack, file }) {
        slack.deleteFile({ id: file });
        return {};
      },
    },
  },
  'files.delete': {
    args: ({ upload }) => ({ file: upload }),
    response: () => ({}),
    bad: {
      file_not_found: { file: 'F0UNKNOWN' },
      file_deleted({ slack, file }) {
        slack.deleteFile({ id: file });
        return { file };
      },
      cant_delete_file: ({ file }) => ({ file }),
    },
  },
  'files.getUploadURLExternal': {
    args: () => ({ filename: 'a.md', length: 3 }),
    response: () => ({ file_id: expect.stringMatching(/^F0/), upload_url: expect.stringMatching(/\/upload\/v1\/F0/) }),
    bad: {
      missing_argument: { length: 0 },
      alt_txt_too_large: { alt_txt: 'x'.repeat(1_001) },
      snippet_too_large: { length: 1_000_001, snippet_type: 'text' },
    },
  },
  'files.completeUploadExternal': {
    args: ({ upload, general, root }) => ({
      files: [{ id: upload, title: 'Report' }],
      channel_id: general,
      thread_ts: root,
    }),
    response: ({ upload }) => ({ files: [{ id: upload, title: 'Report' }] }),
    bad: {
      file_not_found: [
        { files: [{ id: 'F0UNKNOWN' }] },
        { files: [] },
        async ({ client }) => {
          const { file_id: id = '' } = await client.files.getUploadURLExternal({ filename: 'a.md', length: 3 });
          return { files: [{ id }] };
        },
      ],
      channel_not_found: { channel_id: 'C0UNKNOWN' },
      not_in_channel: ({ upload, elsewhere }) => inChannel(upload, elsewhere),
      is_archived: ({ upload, archived }) => inChannel(upload, archived),
      invalid_thread_ts: { thread_ts: 'now' },
      thread_not_found: { thread_ts: NO_TS },
      cannot_reply_to_message: ({ reply }) => ({ thread_ts: reply }),
    },
  },
};
