import { afterEach, describe, expect, test } from '@jest/globals';
import { Closers, errorOf, eventsOf, openOffice, type Office } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

const MINUTE_MS = 60_000;

interface Streaming extends Office {
  readonly root: string;
  readonly ts: string;
}

/** Ann asked a question in her DM, and the app started to stream the answer. */
async function startStream(
  content: { markdown_text: string } | { chunks: { type: 'markdown_text'; text: string }[] } = { markdown_text: 'Be' },
): Promise<Streaming> {
  const office = await openOffice(closers);
  const root = office.slack.say({ user: office.ann, channel: office.dm, text: 'Why?' }).ts;
  const { ts = '' } = await office.client.chat.startStream({ channel: office.dm, thread_ts: root, ...content });
  return { ...office, root, ts };
}

describe('a stream', () => {
  test('grows, and is an ordinary message after it stops', async () => {
    const { client, slack, dm, root, ts } = await startStream();
    await client.chat.appendStream({ channel: dm, ts, markdown_text: 'cause' });
    expect(slack.messages(dm, root)[1]).toMatchObject({
      text: 'Because',
      markdown: 'Because',
      streaming: 'live',
      threadTs: root,
    });
    const closing = [{ type: 'context_actions', elements: [{ type: 'feedback_buttons' }] }];
    const stopped = await client.apiCall('chat.stopStream', {
      channel: dm,
      ts,
      markdown_text: '.',
      blocks: closing,
      session_status: 'active',
    });
    expect(stopped).toMatchObject({
      ts,
      message: { text: 'Because.', blocks: [{ type: 'markdown' }, { type: 'context_actions' }] },
    });
    expect(slack.messages(dm, root)[1]).toMatchObject({ text: 'Because.', streaming: 'stopped' });
    await client.chat.update({ channel: dm, ts, markdown_text: 'Edited.' });
  });

  test('sends message when it starts and message_changed when it stops, nothing in between', async () => {
    const { client, slack, dm, ts } = await startStream();
    await client.chat.appendStream({ channel: dm, ts, markdown_text: 'cause' });
    await client.chat.stopStream({ channel: dm, ts });
    expect(eventsOf(slack).slice(1)).toMatchObject([
      { type: 'message', ts, text: 'Be', streaming_state: 'in_progress' },
      { subtype: 'message_changed', message: { ts, text: 'Because', streaming_state: 'completed' } },
    ]);
  });

  test('accepts chunks: Markdown, tasks identified by id, plans and blocks', async () => {
    const { client, slack, dm, root, ts } = await startStream({ chunks: [{ type: 'markdown_text', text: 'Be' }] });
    const task = { type: 'task_update' as const, id: 'search', title: 'Searching' };
    await client.chat.appendStream({
      channel: dm,
      ts,
      chunks: [
        { ...task, status: 'in_progress' },
        { type: 'markdown_text', text: 'cause' },
      ],
    });
    await client.chat.appendStream({
      channel: dm,
      ts,
      chunks: [
        { ...task, status: 'complete' },
        { type: 'blocks', blocks: [{ type: 'divider' }] },
      ],
    });
    await client.chat.stopStream({ channel: dm, ts, chunks: [{ type: 'plan_update', title: 'Done' }] });
    const [, message] = slack.messages(dm, root);
    expect(message?.markdown).toBe('Because');
    expect(message?.streamed).toMatchObject([
      { id: 'search', status: 'complete' },
      { type: 'blocks' },
      { type: 'plan_update' },
    ]);
    expect(message?.blocks).toMatchObject([
      { type: 'task_card', status: 'complete' },
      { type: 'divider' },
      { type: 'plan' },
      { type: 'markdown' },
    ]);
  });

  test.each([
    [{ type: 'poem' }],
    [{ type: 'markdown_text' }],
    [{ type: 'task_update', id: '1', title: 'x', status: 'lost' }],
    [{ type: 'blocks' }],
  ])('rejects the chunk %j', async (chunk) => {
    const { client, dm, ts } = await startStream();
    expect(await errorOf(client.apiCall('chat.appendStream', { channel: dm, ts, chunks: [chunk] }))).toBe(
      'invalid_chunks',
    );
  });

  test('accepts only one form of content: that of its first content', async () => {
    const { client, slack, dm, root, ts } = await startStream({ chunks: [{ type: 'markdown_text', text: 'Be' }] });
    expect(await errorOf(client.chat.appendStream({ channel: dm, ts, markdown_text: 'cause' }))).toBe(
      'streaming_mode_mismatch',
    );
    await client.chat.stopStream({ channel: dm, ts });
    expect(slack.messages(dm, root)[1]).toMatchObject({ text: 'Be', streaming: 'stopped' });
    const { ts: bare = '' } = await client.chat.startStream({ channel: dm, thread_ts: root });
    await client.chat.appendStream({ channel: dm, ts: bare, markdown_text: 'Because' });
    expect(
      await errorOf(
        client.chat.appendStream({ channel: dm, ts: bare, chunks: [{ type: 'markdown_text', text: '.' }] }),
      ),
    ).toBe('streaming_mode_mismatch');
  });

  test('rejects Markdown together with chunks, and calls without content', async () => {
    const { client, dm, ts } = await startStream();
    const both = { markdown_text: 'x', chunks: [{ type: 'markdown_text', text: 'x' }] };
    expect(await errorOf(client.apiCall('chat.appendStream', { channel: dm, ts, ...both }))).toBe(
      'markdown_text_conflict',
    );
    expect(await errorOf(client.chat.appendStream({ channel: dm, ts, markdown_text: '' }))).toBe('no_text');
  });

  test('is limited to 11,000 bytes', async () => {
    const { client, slack, dm, root, ts } = await startStream();
    await client.chat.appendStream({ channel: dm, ts, markdown_text: 'é'.repeat(5499) });
    expect(await errorOf(client.chat.appendStream({ channel: dm, ts, markdown_text: 'x' }))).toBe('msg_too_long');
    expect(await errorOf(client.chat.stopStream({ channel: dm, ts, markdown_text: 'x' }))).toBe('msg_too_long');
    expect(slack.messages(dm, root)[1]?.streaming).toBe('live');
    await client.chat.stopStream({ channel: dm, ts });
  });

  test('cannot be updated while it is live', async () => {
    const { client, dm, ts } = await startStream();
    expect(await errorOf(client.chat.update({ channel: dm, ts, text: 'x' }))).toBe('streaming_state_conflict');
  });

  test('expires after five minutes, even if active', async () => {
    const { client, slack, clock, dm, root, ts } = await startStream();
    clock.advance(5 * MINUTE_MS - 1);
    await client.chat.appendStream({ channel: dm, ts, markdown_text: 'cause' });
    clock.advance(1);
    expect(slack.messages(dm, root)[1]).toMatchObject({ streaming: 'expired', text: 'Because' });
    expect(await errorOf(client.chat.appendStream({ channel: dm, ts, markdown_text: 'x' }))).toBe(
      'message_not_in_streaming_state',
    );
    expect(await errorOf(client.chat.stopStream({ channel: dm, ts }))).toBe('message_not_in_streaming_state');
    await client.chat.update({ channel: dm, ts, text: 'Because I said so.' });
  });

  test('that was deleted does not expire', async () => {
    const { client, slack, clock, dm, root, ts } = await startStream();
    await client.chat.delete({ channel: dm, ts });
    const before = eventsOf(slack).length;
    clock.advance(5 * MINUTE_MS);
    expect(eventsOf(slack)).toHaveLength(before);
    expect(slack.messages(dm, root)).toHaveLength(1);
  });

  test('can be stopped by a user', async () => {
    const { client, slack, ann, dm, root, ts } = await startStream();
    slack.stopStream({ user: ann, channel: dm, ts });
    expect(eventsOf(slack).at(-1)).toMatchObject({
      type: 'agent_session_stopped',
      channel: dm,
      user: ann,
      thread_ts: root,
      streaming_message_ts: [ts],
    });
    expect(await errorOf(client.chat.appendStream({ channel: dm, ts, markdown_text: 'x' }))).toBe('stopped_by_user');
    expect(await errorOf(client.chat.stopStream({ channel: dm, ts }))).toBe('message_not_in_streaming_state');
    expect(() => slack.stopStream({ user: ann, channel: dm, ts })).toThrow('not a live stream');
  });
});

describe('chat.startStream', () => {
  test('requires a thread, and in channels a recipient', async () => {
    const { client, slack, ann, bot, general, dm } = await openOffice(closers);
    const start = (args: Record<string, unknown>): Promise<unknown> =>
      errorOf(client.apiCall('chat.startStream', args));
    const { ts } = slack.say({ user: ann, channel: general, text: `<@${bot}> why?` });
    expect(await start({ channel: dm })).toBe('invalid_arguments');
    expect(await start({ channel: dm, thread_ts: '1700000000.000100' })).toBe('thread_not_found');
    expect(await start({ channel: general, thread_ts: ts })).toBe('missing_recipient_user_id');
    expect(await start({ channel: general, thread_ts: ts, recipient_user_id: ann })).toBe('missing_recipient_team_id');
    expect(
      await start({ channel: general, thread_ts: ts, recipient_user_id: 'U0NOBODY', recipient_team_id: slack.team.id }),
    ).toBe('user_not_found');
    expect(
      await start({
        channel: general,
        thread_ts: ts,
        recipient_user_id: ann,
        recipient_team_id: slack.team.id,
        markdown_text: 'x'.repeat(12_001),
      }),
    ).toBe('msg_too_long');
    const recipient = { recipient_user_id: ann, recipient_team_id: slack.team.id };
    expect((await client.chat.startStream({ channel: general, thread_ts: ts, ...recipient })).ok).toBe(true);
  });
});

describe('appending and stopping', () => {
  test("require a live stream of the app's own", async () => {
    const { client, slack, ann, dm } = await openOffice(closers);
    const theirs = slack.say({ user: ann, channel: dm, text: 'x' }).ts;
    const { ts: plain = '' } = await client.chat.postMessage({ channel: dm, text: 'x' });
    for (const method of ['chat.appendStream', 'chat.stopStream']) {
      const call = (ts: string): Promise<unknown> =>
        errorOf(client.apiCall(method, { channel: dm, ts, markdown_text: 'x' }));
      expect(await call('1700000000.000100')).toBe('message_not_found');
      expect(await call(theirs)).toBe('message_not_owned_by_app');
      expect(await call(plain)).toBe('message_not_in_streaming_state');
    }
  });

  test("work through the client's chatStream helper", async () => {
    const { client, slack, ann, dm } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: dm, text: 'Why?' }).ts;
    const streamer = client.chatStream({ channel: dm, thread_ts: root, buffer_size: 1 });
    await streamer.append({ markdown_text: 'Be' });
    await streamer.append({ markdown_text: 'cause' });
    await streamer.stop({ markdown_text: '.' });
    expect(slack.messages(dm, root)[1]).toMatchObject({ markdown: 'Because.', streaming: 'stopped' });
  });
});
