import { afterEach, describe, expect, test } from '@jest/globals';
import { Closers, errorOf, openOffice, type Office } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

async function openWithQuestion(): Promise<Office & { ts: string }> {
  const office = await openOffice(closers);
  return { ...office, ts: office.slack.say({ user: office.ann, channel: office.dm, text: 'Why?' }).ts };
}

describe('assistant.threads.setStatus', () => {
  test('shows a status until the app writes in the thread', async () => {
    const { client, slack, ann, dm, ts } = await openWithQuestion();
    await client.assistant.threads.setStatus({
      channel_id: dm,
      thread_ts: ts,
      status: 'is thinking…',
      loading_messages: ['Reading'],
    });
    expect(slack.status(dm, ts)).toEqual({ text: 'is thinking…', loadingMessages: ['Reading'] });
    slack.say({ user: ann, channel: dm, threadTs: ts, text: 'Well?' });
    expect(slack.status(dm, ts)).toBeDefined();
    await client.chat.startStream({ channel: dm, thread_ts: ts });
    expect(slack.status(dm, ts)).toBeUndefined();
  });

  test('is cleared by an empty status, and two minutes after the last one was set', async () => {
    const { client, slack, clock, dm, ts } = await openWithQuestion();
    const set = (status: string): Promise<unknown> =>
      client.assistant.threads.setStatus({ channel_id: dm, thread_ts: ts, status });
    await set('is reading…');
    await set('');
    expect(slack.status(dm, ts)).toBeUndefined();
    await set('is reading…');
    clock.advance(60_000);
    await set('is thinking…');
    clock.advance(119_999);
    expect(slack.status(dm, ts)?.text).toBe('is thinking…');
    clock.advance(1);
    expect(slack.status(dm, ts)).toBeUndefined();
  });

  test('requires a thread, and at most ten short loading messages', async () => {
    const { client, dm, ts } = await openWithQuestion();
    const set = (more: object): Promise<unknown> =>
      errorOf(client.apiCall('assistant.threads.setStatus', { channel_id: dm, thread_ts: ts, status: 'x', ...more }));
    expect(await set({ thread_ts: '1700000000.000100' })).toBe('invalid_thread_ts');
    expect(await set({ channel_id: 'C0UNKNOWN' })).toBe('channel_not_found');
    expect(await set({ loading_messages: [] })).toBe('invalid_arguments');
    expect(await set({ loading_messages: Array.from({ length: 11 }, () => 'x') })).toBe('invalid_arguments');
    expect(await set({ loading_messages: ['x'.repeat(51)] })).toBe('invalid_arguments');
  });
});

describe('an agent session', () => {
  test('has a title, prompts and a status', async () => {
    const { client, slack, dm, ts } = await openWithQuestion();
    await client.agents.sessions.setStatus({ channel_id: dm, thread_ts: ts, status: 'processing', title: 'Questions' });
    const again = await client.agents.sessions.setStatus({
      channel_id: dm,
      thread_ts: ts,
      status: 'closed',
      title: 'ignored',
    });
    expect(again).toMatchObject({ status: 'closed', agent_status: 'closed', title: 'Questions' });
    await client.assistant.threads.setTitle({ channel_id: dm, thread_ts: ts, title: 'Why' });
    await client.assistant.threads.setSuggestedPrompts({
      channel_id: dm,
      thread_ts: ts,
      prompts: [{ title: 'More', message: 'Tell me more.' }],
    });
    expect(slack.session(dm, ts)).toEqual({
      status: 'closed',
      title: 'Why',
      prompts: [{ title: 'More', message: 'Tell me more.' }],
    });
  });

  test('rejects unknown statuses, threads and users, and long titles', async () => {
    const { client, dm, ts } = await openWithQuestion();
    const set = (more: object): Promise<unknown> =>
      errorOf(
        client.apiCall('agents.sessions.setStatus', { channel_id: dm, thread_ts: ts, status: 'active', ...more }),
      );
    expect(await set({ status: 'asleep' })).toBe('invalid_status');
    expect(await set({ thread_ts: undefined })).toBe('thread_ts_required');
    expect(await set({ thread_ts: '1700000000.000100' })).toBe('invalid_thread_ts');
    expect(await set({ initiator_user_id: 'U0NOBODY' })).toBe('user_not_found');
    expect(await set({ title: 'x'.repeat(201) })).toBe('invalid_arguments');
  });

  test('accepts at most four prompts, each with a title and a message', async () => {
    const { client, slack, dm } = await openWithQuestion();
    const set = (prompts: object[]): Promise<unknown> =>
      client.apiCall('assistant.threads.setSuggestedPrompts', { channel_id: dm, prompts });
    expect(await errorOf(set([{ title: 'x' }]))).toBe('invalid_arguments');
    expect(await errorOf(set(Array.from({ length: 5 }, () => ({ title: 'x', message: 'x' }))))).toBe(
      'invalid_arguments',
    );
    await set([{ title: 'x', message: 'x' }]);
    expect(slack.session(dm, '')?.prompts).toHaveLength(1);
    const title = client.assistant.threads.setTitle({ channel_id: dm, thread_ts: '1700000000.000100', title: 'x' });
    expect(await errorOf(title)).toBe('invalid_thread_ts');
  });
});

test('a stream that ends puts the session of its thread at rest, or in the given status', async () => {
  const { client, slack, dm, ts } = await openWithQuestion();
  const end = async (more: object): Promise<string | undefined> => {
    const stream = await client.chat.startStream({ channel: dm, thread_ts: ts, markdown_text: 'Because' });
    await client.chat.stopStream({ channel: dm, ts: stream.ts ?? '', ...more });
    return slack.session(dm, ts)?.status;
  };
  expect(await end({})).toBeUndefined();
  await client.agents.sessions.setStatus({ channel_id: dm, thread_ts: ts, status: 'processing' });
  expect(await end({ session_status: 'processing' })).toBe('processing');
  expect(await end({})).toBe('active');
});

test('a person who opens the Messages tab sends app_home_opened', async () => {
  const { slack, ann, dm } = await openWithQuestion();
  slack.openMessagesTab({ user: ann });
  expect(slack.deliveries.at(-1)?.payload['event']).toEqual({
    type: 'app_home_opened',
    user: ann,
    channel: dm,
    tab: 'messages',
    event_ts: expect.any(String),
  });
});
