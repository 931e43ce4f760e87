import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatorUsageError } from '../../src/simulator/index.js';
import { Closers, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('a read cursor', () => {
  test('moves forward only, and reports each move to listeners', async () => {
    const { slack, ann, bob, general } = await openOffice(closers);
    const [first = '', second = '', third = ''] = ['1', '2', '3'].map(
      (text) => slack.say({ user: ann, channel: general, text }).ts,
    );
    const seen: unknown[] = [];
    slack.onChange((change) => seen.push(change));
    expect(slack.lastRead(bob, general)).toBeUndefined();
    slack.markRead({ user: bob, channel: general, ts: second });
    slack.markRead({ user: bob, channel: general, ts: first });
    slack.markRead({ user: bob, channel: general, ts: second });
    expect(slack.lastRead(bob, general)).toBe(second);
    slack.markRead({ user: bob, channel: general, ts: third });
    expect(slack.lastRead(bob, general)).toBe(third);
    expect(seen).toEqual([
      { kind: 'read', id: bob, channel: general },
      { kind: 'read', id: bob, channel: general },
    ]);
  });

  test('is separate for the channel and each thread', async () => {
    const { slack, ann, bob, general } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
    const reply = slack.say({ user: ann, channel: general, threadTs: root, text: 'reply' }).ts;
    slack.markRead({ user: bob, channel: general, threadTs: root, ts: reply });
    expect(slack.lastRead(bob, general, root)).toBe(reply);
    expect(slack.lastRead(bob, general)).toBeUndefined();
  });

  test("moves to the author's own message, where it was posted", async () => {
    const { slack, client, ann, bob, bot, general } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
    expect([slack.lastRead(ann, general), slack.lastRead(ann, general, root), slack.lastRead(bob, general)]).toEqual([
      root,
      undefined,
      undefined,
    ]);
    const reply = slack.say({ user: bob, channel: general, threadTs: root, text: 'reply' }).ts;
    expect([slack.lastRead(bob, general), slack.lastRead(bob, general, root)]).toEqual([undefined, reply]);
    const both = slack.say({ user: bob, channel: general, threadTs: root, text: 'both', broadcast: true }).ts;
    expect([slack.lastRead(bob, general), slack.lastRead(bob, general, root)]).toEqual([both, both]);
    const { ts } = await client.chat.postMessage({ channel: general, text: 'mine' });
    await client.chat.postEphemeral({ channel: general, user: ann, text: 'psst' });
    expect(slack.lastRead(bot, general)).toBe(ts);
  });

  test('can be moved only by members, and only to valid messages and threads', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
    const reply = slack.say({ user: ann, channel: general, threadTs: root, text: 'reply' }).ts;
    const mark =
      (more: object): (() => void) =>
      () =>
        slack.markRead({ user: ann, channel: general, ts: reply, ...more });
    const stranger = slack.addUser({ name: 'stranger' }).id;
    for (const invalid of [
      { user: 'U0NOBODY' },
      { user: stranger },
      { channel: 'C0UNKNOWN' },
      { ts: 'now' },
      { threadTs: reply },
      { threadTs: '1700000000.000100' },
    ]) {
      expect(mark(invalid)).toThrow(SimulatorUsageError);
    }
    expect(slack.lastRead(stranger, general)).toBeUndefined();
  });
});

describe('a DM, as the app sees it,', () => {
  test('is empty before the first message', async () => {
    const { client, dm, ann } = await openOffice(closers);
    const asked = await client.conversations.open({ channel: dm, return_im: true });
    expect(asked).toMatchObject({ no_op: true, already_open: true });
    expect(asked.channel).toEqual({
      id: dm,
      created: expect.any(Number),
      is_im: true,
      is_org_shared: false,
      is_archived: false,
      context_team_id: expect.any(String),
      user: ann,
      last_read: '0000000000.000000',
      latest: null,
      unread_count: 0,
      unread_count_display: 0,
      is_open: true,
      priority: 0,
    });
  });

  test("counts top-level messages since the app's last message", async () => {
    const { client, slack, dm, ann } = await openOffice(closers);
    const info = async (): Promise<unknown> => (await client.conversations.info({ channel: dm })).channel;
    const first = slack.say({ user: ann, channel: dm, text: 'one' }).ts;
    slack.say({ user: ann, channel: dm, threadTs: first, text: 'aside' });
    const second = slack.say({ user: ann, channel: dm, text: 'two' }).ts;
    expect(await info()).toMatchObject({
      last_read: '0000000000.000000',
      unread_count: 2,
      unread_count_display: 2,
      latest: { type: 'message', user: ann, text: 'two', ts: second },
    });
    const { ts } = await client.chat.postMessage({ channel: dm, text: 'three' });
    expect(await info()).toMatchObject({
      last_read: ts,
      unread_count: 0,
      unread_count_display: 0,
      latest: { text: 'three', ts },
    });
    slack.say({ user: ann, channel: dm, text: 'four' });
    expect(await info()).toMatchObject({ last_read: ts, unread_count: 1, latest: { text: 'four' } });
  });
});
