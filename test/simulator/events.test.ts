import { afterEach, describe, expect, test } from '@jest/globals';
import { Closers, eventsOf, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('a message by a person', () => {
  test('has exactly the fields Slack sends', async () => {
    const { slack, ann, bot, general, clock } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: `<@${bot}> 1` });
    const [message, mention] = slack.deliveries.map(({ payload }) => payload);
    const event = {
      type: 'message',
      user: ann,
      ts,
      client_msg_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      text: `<@${bot}> 1`,
      team: slack.team.id,
      blocks: [
        {
          type: 'rich_text',
          block_id: expect.any(String),
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'user', user_id: bot },
                { type: 'text', text: ' 1' },
              ],
            },
          ],
        },
      ],
      channel: general,
      event_ts: ts,
      channel_type: 'channel',
    };
    const envelope = {
      token: expect.any(String),
      team_id: slack.team.id,
      context_team_id: slack.team.id,
      context_enterprise_id: null,
      api_app_id: slack.bot.appId,
      event,
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev0[A-Z0-9]{9}$/),
      event_time: Math.floor(clock.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: slack.team.id, user_id: bot, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: expect.stringMatching(/^4-/),
    };
    expect(message).toEqual(envelope);
    const { channel_type: _type, ...inMention } = event;
    const { context_team_id: _team, context_enterprise_id: _enterprise, ...around } = envelope;
    expect(mention).toEqual({ ...around, event: { ...inMention, type: 'app_mention' } });
    expect(mention?.['event_id']).not.toBe(message?.['event_id']);
  });

  test('is posted in a new chat, under a title posted by the app', async () => {
    const { slack, ann, bot, dm } = await openOffice(closers);
    const { channel, ts } = slack.beginAgentThread({ user: ann, title: 'Knitting & more' });
    expect(channel).toBe(dm);
    expect(eventsOf(slack)).toEqual([
      expect.objectContaining({
        subtype: 'assistant_app_thread',
        user: bot,
        bot_id: slack.bot.botId,
        text: 'Knitting &amp; more',
        channel: dm,
        ts,
        assistant_app_thread: { title: 'Knitting &amp; more', title_blocks: [], artifacts: [] },
      }),
    ]);
    slack.say({ user: ann, channel, threadTs: ts, text: 'wool?' });
    expect(eventsOf(slack).at(-1)).toMatchObject({ thread_ts: ts, parent_user_id: bot });
  });

  test('has the kind of its conversation, and causes no app_mention in a DM', async () => {
    const { slack, ann, bob, bot, dm } = await openOffice(closers);
    const secret = slack.addChannel({ name: 'secret', kind: 'private', members: [ann, bot] }).id;
    const group = slack.addChannel({ name: 'group', kind: 'mpim', members: [ann, bob, bot] }).id;
    for (const channel of [secret, group, dm]) slack.say({ user: ann, channel, text: `<@${bot}>` });
    expect(eventsOf(slack).map((event) => [event['type'], event['channel_type']])).toEqual([
      ['message', 'group'],
      ['app_mention', undefined],
      ['message', 'mpim'],
      ['app_mention', undefined],
      ['message', 'im'],
    ]);
  });

  test('in a thread names the root and its author', async () => {
    const { slack, ann, bob, general } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
    slack.say({ user: bob, channel: general, threadTs: root, text: 'reply' });
    slack.say({ user: bob, channel: general, threadTs: root, text: 'for all', broadcast: true });
    expect(eventsOf(slack).slice(1)).toMatchObject([
      { thread_ts: root, parent_user_id: ann, text: 'reply' },
      {
        thread_ts: root,
        parent_user_id: ann,
        subtype: 'thread_broadcast',
        root: { ts: root, text: 'root', reply_count: 2 },
      },
    ]);
  });

  test('is escaped, with links in angle brackets', async () => {
    const { slack, ann, general } = await openOffice(closers);
    slack.say({ user: ann, channel: general, text: 'a < b && see https://example.com/?a=1&b=2' });
    expect(eventsOf(slack)[0]).toMatchObject({
      text: 'a &lt; b &amp;&amp; see <https://example.com/?a=1&amp;b=2>',
      blocks: [
        {
          elements: [
            {
              elements: [
                { type: 'text', text: 'a < b && see ' },
                { type: 'link', url: 'https://example.com/?a=1&b=2' },
              ],
            },
          ],
        },
      ],
    });
  });

  test('causes no event where the app is not a member', async () => {
    const { slack, ann, bot } = await openOffice(closers);
    const open = slack.addChannel({ name: 'open', members: [ann] }).id;
    slack.say({ user: ann, channel: open, text: `<@${bot}>` });
    expect(slack.deliveries).toEqual([]);
  });

  test('has files, which can be downloaded with the bot token only', async () => {
    const { slack, ann, bot, general } = await openOffice(closers);
    slack.say({ user: ann, channel: general, text: `<@${bot}> look`, files: [{ name: 'a.txt', content: 'inside' }] });
    const [message, mention] = eventsOf(slack);
    expect(message).toMatchObject({
      subtype: 'file_share',
      files: [{ name: 'a.txt', mimetype: 'text/plain', size: 6, mode: 'hosted' }],
    });
    expect(mention).not.toHaveProperty('files');
    const { files } = message as { files: { url_private: string }[] };
    const authorized = await fetch(files[0]?.url_private ?? '', {
      headers: { authorization: `Bearer ${slack.botToken}` },
    });
    expect(await authorized.text()).toBe('inside');
    const stranger = await fetch(files[0]?.url_private ?? '');
    expect([stranger.status, stranger.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  test('from a user of another workspace names that workspace', async () => {
    const { slack, ann, bot } = await openOffice(closers);
    const guest = slack.addUser({ name: 'guest', team: 'T0ELSEWHERE' }).id;
    const shared = slack.addChannel({ name: 'shared', members: [ann, guest, bot] }).id;
    slack.say({ user: guest, channel: shared, text: 'Hello.' });
    expect(slack.deliveries[0]?.payload).toMatchObject({
      is_ext_shared_channel: true,
      event: { team: slack.team.id, user_team: 'T0ELSEWHERE', source_team: 'T0ELSEWHERE' },
    });
  });

  test('can send the two events of a mention in either order', async () => {
    const { slack, ann, bot, general } = await openOffice(closers);
    slack.say({ user: ann, channel: general, text: `<@${bot}>`, mentionOrder: 'app_mention-first' });
    expect(eventsOf(slack).map(({ type }) => type)).toEqual(['app_mention', 'message']);
    const orders = new Set<unknown>();
    for (let count = 0; count < 20; count += 1) {
      slack.say({ user: ann, channel: general, text: `<@${bot}>`, mentionOrder: 'random' });
      orders.add(eventsOf(slack).at(-1)?.['type']);
    }
    expect(orders.size).toBe(2);
  });

  test('can send the two events of a mention with a delay between them', async () => {
    const { slack, clock, ann, bot, general } = await openOffice(closers);
    slack.say({
      user: ann,
      channel: general,
      text: `<@${bot}>`,
      mentionOrder: 'app_mention-first',
      mentionGapMs: 2000,
    });
    expect(eventsOf(slack).map(({ type }) => type)).toEqual(['app_mention']);
    clock.advance(2000);
    expect(eventsOf(slack).map(({ type }) => type)).toEqual(['app_mention', 'message']);
  });
});

describe('other messages', () => {
  test("by another app have its bot's ids and can mention the app", async () => {
    const { slack, ann, bot } = await openOffice(closers);
    const other = slack.addUser({ name: 'other', app: true });
    const channel = slack.addChannel({ name: 'apps', members: [ann, bot, other.id] }).id;
    slack.say({ user: other.id, channel, text: `<@${bot}> ping` });
    expect(eventsOf(slack)).toMatchObject([
      { type: 'message', bot_id: other.botId, app_id: other.appId, bot_profile: { name: 'other' } },
      { type: 'app_mention', bot_id: other.botId },
    ]);
    expect(eventsOf(slack)[0]).not.toHaveProperty('client_msg_id');
  });

  test('about joining a channel have a subtype', async () => {
    const { slack, general } = await openOffice(closers);
    const cleo = slack.addUser({ name: 'cleo' }).id;
    slack.join({ user: cleo, channel: general });
    expect(eventsOf(slack)[0]).toMatchObject({
      subtype: 'channel_join',
      user: cleo,
      text: `<@${cleo}> has joined the channel`,
    });
  });
});

describe('what happens to a channel', () => {
  test('the app hears that somebody joined, and who invited them', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const cleo = slack.addUser({ name: 'cleo' }).id;
    slack.join({ user: cleo, channel: general, inviter: ann });
    expect(eventsOf(slack)).toMatchObject([
      { subtype: 'channel_join', inviter: ann },
      { type: 'member_joined_channel', user: cleo, channel: general, channel_type: 'C', inviter: ann },
    ]);
    slack.join({ user: cleo, channel: general });
    expect(eventsOf(slack).filter(({ type }) => type === 'member_joined_channel')).toHaveLength(1);
    slack.leave({ user: cleo, channel: general });
    expect(eventsOf(slack).at(-1)).toMatchObject({ type: 'member_left_channel', user: cleo, channel: general });
  });

  test('the app hears that it was added itself, and removed, and of nothing in between and after', async () => {
    const { slack, ann, bot } = await openOffice(closers);
    const channel = slack.addChannel({ name: 'new', kind: 'private', members: [ann] }).id;
    slack.rename({ user: ann, channel, name: 'newer' });
    slack.join({ user: bot, channel, inviter: ann });
    slack.leave({ user: bot, channel });
    slack.archive(channel, ann);
    expect(eventsOf(slack)).toMatchObject([
      { subtype: 'group_join', user: bot, inviter: ann },
      { type: 'member_joined_channel', user: bot, channel, inviter: ann },
      { type: 'group_left', channel },
    ]);
    expect(() => slack.leave({ user: bot, channel })).toThrow('is not in');
  });

  test('it is renamed, archived and unarchived', async () => {
    const { slack, client, ann, general } = await openOffice(closers);
    slack.rename({ user: ann, channel: general, name: 'lobby' });
    expect((await client.conversations.info({ channel: general })).channel).toMatchObject({ name: 'lobby' });
    slack.archive(general, ann);
    expect((await client.conversations.info({ channel: general })).channel).toMatchObject({ is_archived: true });
    slack.unarchive(general, ann);
    expect(eventsOf(slack)).toMatchObject([
      { subtype: 'channel_name', old_name: 'general', name: 'lobby' },
      { type: 'channel_rename', channel: { id: general, name: 'lobby' } },
      { subtype: 'channel_archive' },
      { type: 'channel_archive', channel: general, user: ann },
      { subtype: 'channel_unarchive' },
      { type: 'channel_unarchive', channel: general, user: ann },
    ]);
    slack.say({ user: ann, channel: general, text: 'open again' });
  });
});

describe('an edit', () => {
  test('sends the message before and after the change', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'helo' });
    slack.edit({ user: ann, channel: general, ts, text: 'hello' });
    const event = eventsOf(slack)[1];
    expect(event).toMatchObject({
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      channel: general,
      channel_type: 'channel',
      message: { ts, text: 'hello', edited: { user: ann }, source_team: slack.team.id, user_team: slack.team.id },
      previous_message: { ts, text: 'helo' },
    });
    expect(event?.['previous_message']).not.toHaveProperty('edited');
    expect(event?.['ts']).not.toBe(ts);
  });

  test('that adds a mention of the app also sends app_mention', async () => {
    const { slack, ann, bot, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'hey' });
    slack.edit({ user: ann, channel: general, ts, text: `<@${bot}> hey` });
    slack.edit({ user: ann, channel: general, ts, text: `<@${bot}> hey!` });
    expect(eventsOf(slack).map(({ type, subtype }) => subtype ?? type)).toEqual([
      'message',
      'message_changed',
      'app_mention',
      'message_changed',
    ]);
    expect(eventsOf(slack)[2]).toMatchObject({ ts, edited: { user: ann } });
  });

  test('by Slack that adds a link preview keeps the text', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'https://example.com/' });
    slack.unfurl({ channel: general, ts });
    expect(eventsOf(slack)[1]).toMatchObject({
      subtype: 'message_changed',
      message: { text: '<https://example.com/>', attachments: [{}] },
    });
    expect(eventsOf(slack)[1]?.['message']).not.toHaveProperty('edited');
  });

  test('or other action that is impossible in Slack throws in the test', async () => {
    const { slack, ann, bob, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'x' });
    expect(() => slack.edit({ user: bob, channel: general, ts, text: 'y' })).toThrow('did not write');
    expect(() => slack.remove({ channel: general, ts: '1' })).toThrow('no message');
    expect(() => slack.say({ user: ann, channel: 'C0UNKNOWN', text: 'x' })).toThrow('no such channel');
    expect(() => slack.say({ user: slack.addUser({ name: 'cleo' }).id, channel: general, text: 'x' })).toThrow(
      'is not in',
    );
  });
});

describe('a deletion', () => {
  test('removes the message', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'oops' });
    slack.remove({ channel: general, ts });
    expect(slack.messages(general)).toEqual([]);
    expect(eventsOf(slack)[1]).toMatchObject({
      subtype: 'message_deleted',
      deleted_ts: ts,
      hidden: true,
      previous_message: { ts, text: 'oops' },
    });
  });

  test('of a root with replies leaves a tombstone', async () => {
    const { slack, client, ann, bob, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'root' });
    slack.say({ user: bob, channel: general, threadTs: ts, text: 'reply' });
    slack.remove({ channel: general, ts });
    expect(eventsOf(slack)[2]).toMatchObject({
      subtype: 'message_changed',
      message: {
        ts,
        subtype: 'tombstone',
        user: 'USLACKBOT',
        hidden: true,
        text: 'This message was deleted.',
        reply_count: 1,
      },
      previous_message: { ts, text: 'root' },
    });
    const { messages } = await client.conversations.replies({ channel: general, ts });
    expect(messages).toMatchObject([{ subtype: 'tombstone' }, { text: 'reply' }]);
  });
});
