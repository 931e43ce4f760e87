import { expect } from '@jest/globals';
import type { Json } from '../../../src/simulator/index.js';
import { type MethodCase, NO_CHANNEL, NO_TS, NOT_IN_CHANNEL } from './fixture.js';

const BAD_PAGE = { invalid_cursor: { cursor: 'bm9uc2Vuc2U=' }, invalid_limit: [{ limit: -1 }, { limit: 1.5 }] };
const BAD_RANGE = { invalid_ts_oldest: { oldest: 'yesterday' }, invalid_ts_latest: { latest: 'tomorrow' } };

const message = (text: string): Json => expect.objectContaining({ type: 'message', text, ts: expect.any(String) });

export const CONVERSATIONS: Record<string, MethodCase> = {
  'conversations.history': {
    args: ({ general }) => ({ channel: general }),
    response: () => ({ messages: [message('mine'), message('root')], has_more: false, pin_count: 0 }),
    bad: { channel_not_found: NO_CHANNEL, not_in_channel: NOT_IN_CHANNEL, ...BAD_PAGE, ...BAD_RANGE },
  },
  'conversations.replies': {
    args: ({ general, root }) => ({ channel: general, ts: root, limit: 1 }),
    response: () => ({
      messages: [message('root'), message('reply')],
      has_more: true,
      response_metadata: { next_cursor: expect.stringMatching(/^[\w+/]+=*$/) },
    }),
    bad: {
      channel_not_found: NO_CHANNEL,
      not_in_channel: NOT_IN_CHANNEL,
      thread_not_found: { ts: NO_TS },
      ...BAD_PAGE,
      ...BAD_RANGE,
    },
  },
  'conversations.info': {
    args: ({ general }) => ({ channel: general, include_num_members: true, include_locale: true }),
    response: ({ slack, ann, general }) => ({
      channel: {
        id: general,
        name: 'general',
        name_normalized: 'general',
        created: expect.any(Number),
        creator: ann,
        updated: expect.any(Number),
        is_channel: true,
        is_group: false,
        is_im: false,
        is_mpim: false,
        is_private: false,
        is_archived: false,
        is_general: false,
        is_member: true,
        is_shared: false,
        is_ext_shared: false,
        is_org_shared: false,
        is_pending_ext_shared: false,
        is_frozen: false,
        unlinked: 0,
        parent_conversation: null,
        previous_names: [],
        context_team_id: slack.team.id,
        shared_team_ids: [slack.team.id],
        pending_shared: [],
        pending_connected_team_ids: [],
        locale: 'en-US',
        num_members: 3,
        topic: { value: '', creator: '', last_set: 0 },
        purpose: { value: '', creator: '', last_set: 0 },
      },
    }),
    bad: { channel_not_found: NO_CHANNEL },
  },
  'conversations.members': {
    args: ({ general }) => ({ channel: general }),
    response: ({ ann, bob, bot }) => ({ members: [ann, bob, bot], response_metadata: { next_cursor: '' } }),
    bad: { channel_not_found: NO_CHANNEL, ...BAD_PAGE },
  },
  'conversations.open': {
    args: ({ ann, bob }) => ({ users: `${ann},${bob}` }),
    response: () => ({ channel: { id: expect.stringMatching(/^C0/) } }),
    bad: {
      channel_not_found: [
        { users: undefined, channel: 'D0UNKNOWN' },
        ({ secret }) => ({ users: undefined, channel: secret }),
      ],
      method_not_supported_for_channel_type: ({ general }) => ({ users: undefined, channel: general }),
      users_list_not_supplied: [{ users: undefined }, { users: ' ,' }],
      too_many_users: { users: Array.from({ length: 9 }, (_, count) => `U${count}`).join(',') },
      user_not_found: [{ users: 'U0NOBODY' }, ({ ann }) => ({ users: `${ann},U0NOBODY` })],
      cannot_dm_bot: [
        ({ bot }) => ({ users: bot }),
        ({ slack }) => ({ users: slack.addUser({ name: 'other', app: true }).id }),
      ],
    },
  },
};
