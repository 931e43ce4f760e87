import { afterEach, describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/simulator/index.js';
import { Closers, errorOf, openOffice, type Office } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

/** A thread by Ann with four replies, and one channel message before and after it. */
async function openWithThread(): Promise<Office & { root: string; replies: string[]; later: string }> {
  const office = await openOffice(closers);
  const { slack, ann, bob, general } = office;
  slack.say({ user: bob, channel: general, text: 'before' });
  const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
  const replies = ['1', '2', '3', '4'].map(
    (text) => slack.say({ user: bob, channel: general, threadTs: root, text }).ts,
  );
  const later = slack.say({ user: bob, channel: general, text: 'later' }).ts;
  return { ...office, root, replies, later };
}

const texts = (messages: { text?: string }[] | undefined): (string | undefined)[] =>
  (messages ?? []).map(({ text }) => text);

describe('conversations.replies', () => {
  test('returns the root and the replies, oldest first', async () => {
    const { client, general, root, ann, bob, replies } = await openWithThread();
    const { messages, has_more } = await client.conversations.replies({ channel: general, ts: root });
    expect(texts(messages)).toEqual(['root', '1', '2', '3', '4']);
    expect(has_more).toBe(false);
    expect(messages?.[0]).toMatchObject({
      reply_count: 4,
      latest_reply: replies[3],
      reply_users: [bob],
      thread_ts: root,
    });
    expect(messages?.[1]).toMatchObject({ parent_user_id: ann, thread_ts: root });
  });

  test('returns pages, each starting with the root', async () => {
    const { client, general, root } = await openWithThread();
    const pages: (string | undefined)[][] = [];
    for await (const page of client.paginate('conversations.replies', {
      channel: general,
      ts: root,
      limit: 3,
    }) as AsyncIterable<Json>) {
      pages.push(texts(page['messages'] as { text?: string }[]));
    }
    expect(pages).toEqual([
      ['root', '1', '2', '3'],
      ['root', '4'],
    ]);
  });

  test('returns a range, including its ends only if inclusive is set', async () => {
    const { client, general, root, replies } = await openWithThread();
    const range = { channel: general, ts: root, oldest: replies[0] ?? '', latest: replies[2] ?? '' };
    expect(texts((await client.conversations.replies(range)).messages)).toEqual(['root', '2']);
    expect(texts((await client.conversations.replies({ ...range, inclusive: true })).messages)).toEqual([
      'root',
      '1',
      '2',
      '3',
    ]);
  });

  test('rejects invalid threads, channels, cursors, limits and times', async () => {
    const { client, general, root } = await openWithThread();
    const ask = (more: object): Promise<unknown> =>
      errorOf(client.apiCall('conversations.replies', { channel: general, ts: root, ...more }));
    expect(await ask({ ts: '1700000000.000100' })).toBe('thread_not_found');
    expect(await ask({ channel: 'C0UNKNOWN' })).toBe('channel_not_found');
    expect(await ask({ cursor: 'bm9uc2Vuc2U=' })).toBe('invalid_cursor');
    expect(await ask({ limit: -1 })).toBe('invalid_limit');
    expect(await ask({ oldest: 'yesterday' })).toBe('invalid_ts_oldest');
    expect(await ask({ latest: 'tomorrow' })).toBe('invalid_ts_latest');
  });
});

describe('conversations.history', () => {
  test('returns top-level messages and broadcast replies, newest first', async () => {
    const { client, slack, general, bob, root } = await openWithThread();
    slack.say({ user: bob, channel: general, threadTs: root, text: 'for all', broadcast: true });
    const { messages } = await client.conversations.history({ channel: general });
    expect(texts(messages)).toEqual(['for all', 'later', 'root', 'before']);
  });

  test('returns pages and ranges', async () => {
    const { client, general, root, later } = await openWithThread();
    const first = await client.conversations.history({ channel: general, limit: 2 });
    expect(texts(first.messages)).toEqual(['later', 'root']);
    expect(first.has_more).toBe(true);
    const cursor = first.response_metadata?.next_cursor ?? '';
    expect(texts((await client.conversations.history({ channel: general, limit: 2, cursor })).messages)).toEqual([
      'before',
    ]);
    expect(
      texts((await client.conversations.history({ channel: general, oldest: root, latest: later })).messages),
    ).toEqual([]);
    expect(texts((await client.conversations.history({ channel: general, oldest: root })).messages)).toEqual(['later']);
  });

  test('includes metadata only on request', async () => {
    const { client, general } = await openOffice(closers);
    const metadata = { event_type: 'answered', event_payload: { question: 1 } };
    await client.chat.postMessage({ channel: general, text: 'x', metadata });
    expect((await client.conversations.history({ channel: general })).messages?.[0]).not.toHaveProperty('metadata');
    const asked = await client.conversations.history({ channel: general, include_all_metadata: true });
    expect(asked.messages?.[0]).toMatchObject({ metadata });
  });

  test('requires the app to be a member', async () => {
    const { client, slack, ann } = await openOffice(closers);
    const open = slack.addChannel({ name: 'open', members: [ann] });
    expect(await errorOf(client.conversations.history({ channel: open.id }))).toBe('not_in_channel');
  });
});

describe('conversations.info and members', () => {
  test('describe each kind of conversation', async () => {
    const { client, slack, ann, bob, bot, general, dm } = await openOffice(closers);
    const secret = slack.addChannel({ name: 'secret', kind: 'private', members: [ann, bot] });
    const group = slack.addChannel({ name: 'group', kind: 'mpim', members: [ann, bob, bot] });
    const about = async (channel: string): Promise<unknown> =>
      (await client.conversations.info({ channel, include_num_members: true })).channel;
    expect(await about(general)).toMatchObject({
      name: 'general',
      is_channel: true,
      is_private: false,
      is_member: true,
      num_members: 3,
    });
    expect(await about(secret.id)).toMatchObject({ is_group: true, is_private: true });
    expect(await about(group.id)).toMatchObject({ is_mpim: true, is_private: true });
    expect(await about(dm)).toMatchObject({ is_im: true, user: ann });
    expect(await errorOf(client.conversations.info({ channel: 'C0UNKNOWN' }))).toBe('channel_not_found');
  });

  test('return the members in pages', async () => {
    const { client, general, ann, bob, bot } = await openOffice(closers);
    const first = await client.conversations.members({ channel: general, limit: 2 });
    expect(first.members).toEqual([ann, bob]);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await client.conversations.members({ channel: general, limit: 2, cursor });
    expect(second).toMatchObject({ members: [bot], response_metadata: { next_cursor: '' } });
    expect(await errorOf(client.conversations.members({ channel: general, cursor: 'x' }))).toBe('invalid_cursor');
  });
});

describe('conversations.open', () => {
  test('finds or creates a DM or group DM', async () => {
    const { client, ann, bob, dm } = await openOffice(closers);
    expect((await client.conversations.open({ users: ann })).channel).toEqual({ id: dm });
    expect((await client.conversations.open({ channel: dm, return_im: true })).channel).toMatchObject({
      id: dm,
      is_im: true,
      user: ann,
    });
    const group = await client.conversations.open({ users: `${ann},${bob}` });
    expect((await client.conversations.open({ users: `${bob},${ann}` })).channel).toEqual(group.channel);
  });

  test('marks existing conversations as already open, and reports new ones to listeners', async () => {
    const { client, slack, bob } = await openOffice(closers);
    const seen: string[] = [];
    slack.onChange(({ kind, id }) => seen.push(`${kind} ${id}`));
    const first = await client.conversations.open({ users: bob });
    expect(first).not.toHaveProperty('already_open');
    expect(seen).toContain(`channel ${first.channel?.id}`);
    seen.splice(0);
    expect(await client.conversations.open({ users: bob })).toMatchObject({
      no_op: true,
      already_open: true,
      channel: first.channel,
    });
    expect(seen).toEqual(['call conversations.open']);
  });

  test('rejects no users, unknown users, too many users, and users together with a channel', async () => {
    const { client, ann, dm } = await openOffice(closers);
    const crowd = Array.from({ length: 9 }, (_, count) => `U${count}`).join(',');
    expect(await errorOf(client.apiCall('conversations.open'))).toBe('users_list_not_supplied');
    expect(await errorOf(client.conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found');
    expect(await errorOf(client.conversations.open({ users: crowd }))).toBe('too_many_users');
    expect(await errorOf(client.apiCall('conversations.open', { users: ann, channel: dm }))).toBe('invalid_arguments');
  });
});
