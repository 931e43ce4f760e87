import { type MethodCase, NO_TS, type Fixture } from './fixture.js';

const BAD_THREAD = {
  channel_not_found: [{ channel_id: 'C0UNKNOWN' }, ({ secret }: Fixture) => ({ channel_id: secret })],
  invalid_thread_ts: [{ thread_ts: NO_TS }, ({ stream }: Fixture) => ({ thread_ts: stream })],
};
const NOT_IN_CHANNEL = ({ elsewhere }: Fixture): { channel_id: string } => ({ channel_id: elsewhere });

export const AGENTS: Record<string, MethodCase> = {
  'assistant.threads.setStatus': {
    args: ({ dm, question }) => ({
      channel_id: dm,
      thread_ts: question,
      status: 'is thinking…',
      loading_messages: ['Reading'],
    }),
    response: () => ({}),
    bad: { ...BAD_THREAD, not_in_channel: NOT_IN_CHANNEL },
  },
  'assistant.threads.setTitle': {
    args: ({ dm, question }) => ({ channel_id: dm, thread_ts: question, title: 'Why' }),
    response: () => ({}),
    bad: { ...BAD_THREAD, not_in_channel: NOT_IN_CHANNEL },
  },
  'assistant.threads.setSuggestedPrompts': {
    args: ({ dm, question }) => ({
      channel_id: dm,
      thread_ts: question,
      title: 'Ask',
      prompts: [{ title: 'More', message: 'Tell me more.' }],
    }),
    response: () => ({}),
    bad: { ...BAD_THREAD, not_in_channel: NOT_IN_CHANNEL },
  },
  'agents.sessions.setStatus': {
    args: ({ dm, question, ann }) => ({
      channel_id: dm,
      thread_ts: question,
      status: 'processing',
      title: 'Why',
      initiator_user_id: ann,
    }),
    response: () => ({ status: 'processing', agent_status: 'processing', title: 'Why' }),
    bad: {
      ...BAD_THREAD,
      not_authorized: NOT_IN_CHANNEL,
      invalid_status: { status: 'asleep' },
      thread_ts_required: { thread_ts: undefined },
      user_not_found: [{ initiator_user_id: 'U0NOBODY' }, ({ bob }) => ({ initiator_user_id: bob })],
    },
  },
};
