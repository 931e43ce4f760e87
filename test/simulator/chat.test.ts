import { afterEach, describe, expect, test } from '@jest/globals';
import type { Message } from '../../src/simulator/index.js';
import { Closers, errorOf, eventsOf, openOffice, errorResponse } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

const richText = (elements: object[]): object => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

describe('chat.postMessage', () => {
  test('posts at the top level and in a thread, and the app gets an event for both', async () => {
    const { client, slack, general, bot } = await openOffice(closers);
    const top = await client.chat.postMessage({ channel: general, text: 'top' });
    const reply = await client.chat.postMessage({
      channel: general,
      thread_ts: top.ts ?? '',
      text: 'reply',
      unfurl_links: false,
    });
    expect(reply.message).toMatchObject({
      text: 'reply',
      thread_ts: top.ts,
      bot_id: slack.bot.botId,
      parent_user_id: bot,
    });
    expect(slack.messages(general, top.ts).map(({ text }) => text)).toEqual(['top', 'reply']);
    const [, event] = eventsOf(slack);
    expect(event).toMatchObject({
      type: 'message',
      user: bot,
      bot_id: slack.bot.botId,
      app_id: slack.bot.appId,
      channel_type: 'channel',
    });
    expect(event).not.toHaveProperty('subtype');
  });

  test.each([
    ['text', { text: 'a `<!here>`' }],
    ['names', { text: 'a @channel' }],
    ['Markdown', { markdown_text: '```\n<@U0ADA00001>\n```' }],
    ['a Markdown block', { text: 'x', blocks: [{ type: 'markdown', text: '`<!subteam^S1|@x>`' }] }],
    ['rich text', { text: 'x', blocks: [richText([{ type: 'broadcast', range: 'here' }])] }],
  ])('notes what may ping somebody: %s', async (_what, content) => {
    const { client, slack, general } = await openOffice(closers);
    await client.apiCall('chat.postMessage', { channel: general, ...content });
    expect(slack.messages(general)[0]?.pings).not.toBeUndefined();
  });

  test('texts, code and links of rich text ping nobody, and are read as Markdown with tables', async () => {
    const { client, slack, general } = await openOffice(closers);
    const code = { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '<!here>' }] };
    const blocks = [
      { type: 'markdown', text: 'Look:' },
      richText([
        { type: 'text', text: '@here', style: { code: true } },
        { type: 'link', url: 'https://x.org/@here', text: 'x' },
      ]),
      { type: 'rich_text', elements: [code] },
      { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }], [richText([{ type: 'text', text: '1' }])]] },
    ];
    await client.apiCall('chat.postMessage', { channel: general, text: 'Look', blocks });
    const [message] = slack.messages(general);
    expect(message).not.toHaveProperty('pings');
    expect(message?.markdown).toBe(
      'Look:\n\n`@here`[x](https://x.org/@here)\n\n```\n<!here>\n```\n\n| a |\n| --- |\n| 1 |',
    );
  });

  test.each<[string, ...string[][][]]>([
    ['two tables', [['a']], [['a']]],
    ['too many rows', Array.from({ length: 101 }, () => ['a'])],
    ['too many columns', [Array.from({ length: 21 }, () => 'a')]],
  ])('refuses %s', async (_what, ...tables) => {
    const { client, general } = await openOffice(closers);
    const blocks = tables.map((rows) => ({
      type: 'table',
      rows: rows.map((row) => row.map((text) => ({ type: 'raw_text', text }))),
    }));
    expect(await errorOf(client.apiCall('chat.postMessage', { channel: general, text: 'x', blocks }))).toBe(
      'invalid_blocks',
    );
  });

  describe('charts', () => {
    const point = (label: string, value: unknown): unknown => ({ label, value });
    const pie = (segments: unknown, title: unknown = 'T'): unknown => ({
      type: 'data_visualization',
      title,
      chart: { type: 'pie', segments },
    });
    const line = (series: unknown, axis?: unknown, type = 'line'): unknown => ({
      type: 'data_visualization',
      title: 'T',
      chart: { type, series, axis_config: axis },
    });
    const axis = { categories: ['a', 'b'], x_label: 'x' };
    const data = [point('b', -1), point('a', 2)];
    const good = line([{ name: 's', data }], axis);
    const many = (count: number): unknown[] => Array.from({ length: count }, (_, at) => point(`p${at}`, 1));

    test('are taken, and read as a title and a table', async () => {
      const { client, slack, general } = await openOffice(closers);
      const blocks = [pie([point('a', 1), point('b', 2.5)]), line([{ name: 's', data: data.toReversed() }], axis)];
      await client.apiCall('chat.postMessage', { channel: general, text: 'x', blocks });
      expect(slack.messages(general)[0]?.markdown).toBe(
        '**T** (pie chart)\n\n|  |  |\n| --- | --- |\n| a | 1 |\n| b | 2.5 |\n\n' +
          '**T** (line chart)\n\n| x | s |\n| --- | --- |\n| a | 2 |\n| b | -1 |',
      );
    });

    test.each<[string, ...unknown[]]>([
      ['three of them', good, good, good],
      ['without a title', pie(many(1), '')],
      ['with a long title', pie(many(1), 't'.repeat(51))],
      ['without a chart', { type: 'data_visualization', title: 'T' }],
      ['of an unknown type', line([{ name: 's', data }], axis, 'donut')],
      ['without segments', pie([])],
      ['with 13 segments', pie(many(13))],
      ['with an empty segment', pie([point('a', 0)])],
      ['with a value that is no number', pie([point('a', '1')])],
      ['with a long label', pie([point('a'.repeat(21), 1)])],
      ['without an axis', line([{ name: 's', data }])],
      ['with 21 points', line([{ name: 's', data: many(21) }], axis)],
      [
        'with 13 series',
        line(
          Array.from({ length: 13 }, (_, at) => ({ name: `s${at}`, data })),
          axis,
        ),
      ],
      [
        'with two series of one name',
        line(
          Array.from({ length: 2 }, () => ({ name: 's', data })),
          axis,
        ),
      ],
      ['without a point for a category', line([{ name: 's', data: data.slice(1) }], axis)],
      ['with a point for no category', line([{ name: 's', data: [...data, point('c', 1)] }], axis)],
      ['with a long name of an axis', line([{ name: 's', data }], { ...axis, y_label: 'y'.repeat(51) })],
    ])('are refused: %s', async (_what, ...blocks) => {
      const { client, general } = await openOffice(closers);
      expect(await errorOf(client.apiCall('chat.postMessage', { channel: general, text: 'x', blocks }))).toBe(
        'invalid_blocks',
      );
    });
  });

  test('keeps Markdown verbatim, in a markdown block', async () => {
    const { client, slack, general } = await openOffice(closers);
    const { message } = await client.chat.postMessage({ channel: general, markdown_text: '**bold**' });
    expect(message).toMatchObject({ text: '**bold**', blocks: [{ type: 'markdown', text: '**bold**' }] });
    await client.apiCall('chat.postMessage', {
      channel: general,
      blocks: [{ type: 'markdown', text: '# one' }, { type: 'divider' }],
    });
    expect(slack.messages(general).map(({ markdown }) => markdown)).toEqual(['**bold**', '# one']);
  });

  test('posts to the DM with a person when given a user id', async () => {
    const { client, ann, dm } = await openOffice(closers);
    expect((await client.chat.postMessage({ channel: ann, text: 'hi' })).channel).toBe(dm);
  });

  test('broadcasts a reply to the channel', async () => {
    const { client, slack, general } = await openOffice(closers);
    const { ts } = await client.chat.postMessage({ channel: general, text: 'top' });
    await client.chat.postMessage({ channel: general, thread_ts: ts ?? '', reply_broadcast: true, text: 'both' });
    expect(eventsOf(slack)[1]).toMatchObject({ subtype: 'thread_broadcast', root: { ts, reply_count: 1 } });
  });

  test('fails where the app cannot post', async () => {
    const { client, slack, ann, bot } = await openOffice(closers);
    const post = (channel: string): Promise<unknown> => errorOf(client.chat.postMessage({ channel, text: 'x' }));
    const open = slack.addChannel({ name: 'open', members: [ann] });
    const secret = slack.addChannel({ name: 'secret', kind: 'private', members: [ann] });
    const old = slack.addChannel({ name: 'old', members: [ann, bot] });
    slack.archive(old.id);
    expect(await post('C0UNKNOWN')).toBe('channel_not_found');
    expect(await post(open.id)).toBe('not_in_channel');
    expect(await post(secret.id)).toBe('channel_not_found');
    expect(await post(old.id)).toBe('is_archived');
    expect(await post(bot)).toBe('channel_not_found');
  });

  test('fails if thread_ts is not the root of a thread', async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' });
    const reply = slack.say({ user: ann, channel: general, threadTs: root.ts, text: 'reply' });
    const post = (thread_ts: string): Promise<unknown> =>
      errorOf(client.chat.postMessage({ channel: general, thread_ts, text: 'x' }));
    expect(await post('yesterday')).toBe('invalid_thread_ts');
    expect(await post('1700000000.000100')).toBe('thread_not_found');
    expect(await post(reply.ts)).toBe('cannot_reply_to_message');
  });

  test.each([
    ['no_text', { text: '' }],
    ['no_text', { text: ' \n' }],
    ['no_text', {}],
    ['msg_too_long', { text: 'x'.repeat(40_001) }],
    ['msg_too_long', { markdown_text: 'x'.repeat(12_001) }],
    ['markdown_text_conflict', { markdown_text: 'x', text: 'x' }],
    ['markdown_text_conflict', { markdown_text: 'x', blocks: [{ type: 'divider' }] }],
    ['invalid_blocks_format', { blocks: 'not json' }],
    ['invalid_blocks_format', { blocks: ['text'] }],
    ['invalid_blocks', { blocks: [{ type: 'poem' }] }],
    ['invalid_blocks', { blocks: [{ type: 'section' }] }],
    ['invalid_blocks', { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] }],
    ['invalid_blocks', { blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] }],
    ['invalid_blocks', { blocks: [{ type: 'markdown', text: '' }] }],
    ['invalid_blocks', { blocks: [{ type: 'actions', elements: [] }] }],
    ['invalid_blocks', { blocks: [{ type: 'context_actions', elements: [{ type: 'button' }] }] }],
    [
      'invalid_blocks',
      { blocks: [{ type: 'context_actions', elements: Array.from({ length: 6 }, () => ({ type: 'icon_button' })) }] },
    ],
    ['msg_blocks_too_many', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
    [
      'msg_blocks_too_long',
      {
        blocks: [
          { type: 'markdown', text: 'x'.repeat(6001) },
          { type: 'markdown', text: 'x'.repeat(6000) },
        ],
      },
    ],
    [
      'msg_blocks_too_long',
      {
        blocks: Array.from({ length: 5 }, () => ({
          type: 'section',
          text: { type: 'mrkdwn', text: 'x'.repeat(2500) },
        })),
      },
    ],
    ['too_many_attachments', { text: 'x', attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }],
    ['invalid_metadata_format', { text: 'x', metadata: { event_type: 'x' } }],
  ])('returns %s', async (code, content) => {
    const { client, slack, general } = await openOffice(closers);
    expect(await errorOf(client.apiCall('chat.postMessage', { channel: general, ...content }))).toBe(code);
    expect(slack.messages(general)).toEqual([]);
  });

  test('names the position of an invalid block', async () => {
    const { client, general } = await openOffice(closers);
    const blocks = [{ type: 'divider' }, { type: 'poem' }];
    const response = await errorResponse(client.apiCall('chat.postMessage', { channel: general, blocks }));
    expect(response).toMatchObject({
      response_metadata: { messages: ['[ERROR] unsupported type: poem [json-pointer:/blocks/1/type]'] },
    });
  });

  test('accepts a text and Markdown of exactly the maximum length', async () => {
    const { client, general } = await openOffice(closers);
    await client.chat.postMessage({ channel: general, text: 'x'.repeat(40_000) });
    await client.chat.postMessage({ channel: general, markdown_text: 'x'.repeat(12_000) });
  });
});

describe('chat.update', () => {
  test("changes the app's own message and sends message_changed", async () => {
    const { client, slack, general } = await openOffice(closers);
    const { ts = '' } = await client.chat.postMessage({ channel: general, markdown_text: '**draft**' });
    const response = await client.chat.update({ channel: general, ts, text: 'final' });
    expect(response).toMatchObject({ ts, text: 'final', message: { edited: { user: slack.bot.botId } } });
    expect(slack.messages(general)[0]).not.toHaveProperty('markdown');
    expect(eventsOf(slack)[1]).toMatchObject({
      subtype: 'message_changed',
      hidden: true,
      message: { ts, text: 'final', edited: { user: slack.bot.botId } },
      previous_message: { ts, text: '**draft**' },
    });
  });

  test("fails for a missing message and for another author's", async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'mine' });
    expect(await errorOf(client.chat.update({ channel: general, ts, text: 'x' }))).toBe('cant_update_message');
    expect(await errorOf(client.chat.update({ channel: general, ts: '1700000000.000100', text: 'x' }))).toBe(
      'message_not_found',
    );
  });

  test('accepts 4,000 characters of text and 12,000 of Markdown, and requires content', async () => {
    const { client, general } = await openOffice(closers);
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'x' });
    await client.chat.update({ channel: general, ts, text: 'x'.repeat(4000) });
    await client.chat.update({ channel: general, ts, markdown_text: 'x'.repeat(12_000) });
    expect(await errorOf(client.chat.update({ channel: general, ts, text: 'x'.repeat(4001) }))).toBe('msg_too_long');
    expect(await errorOf(client.chat.update({ channel: general, ts, markdown_text: 'x'.repeat(12_001) }))).toBe(
      'msg_too_long',
    );
    expect(await errorOf(client.chat.update({ channel: general, ts, text: '' }))).toBe('no_text');
    expect(await errorOf(client.apiCall('chat.update', { channel: general, ts }))).toBe('no_text');
    expect(await errorOf(client.chat.update({ channel: general, ts, text: 'x', reply_broadcast: true }))).toBe(
      'cant_broadcast_message',
    );
  });
});

describe('chat.update keeps what it does not replace', () => {
  const section = { type: 'section', text: { type: 'mrkdwn', text: 'block' } };

  /** Posts a message with text, a block, an attachment and metadata, updates it once, and returns it. */
  async function messageAfterUpdate(change: object): Promise<Message | undefined> {
    const { client, slack, general } = await openOffice(closers);
    const metadata = { event_type: 'answered', event_payload: { question: 1 } };
    const original = {
      channel: general,
      text: 'text',
      blocks: [section],
      attachments: [{ text: 'attached' }],
      metadata,
    };
    const { ts } = (await client.apiCall('chat.postMessage', original)) as { ts?: string };
    await client.apiCall('chat.update', { channel: general, ts, ...change });
    return slack.messages(general)[0];
  }

  test('a new text removes the blocks, but not attachments and metadata', async () => {
    expect(await messageAfterUpdate({ text: 'new' })).toMatchObject({
      text: 'new',
      blocks: [{ type: 'rich_text' }],
      attachments: [{ id: 1, text: 'attached' }],
      metadata: { event_type: 'answered' },
    });
  });

  test('new attachments keep text and blocks', async () => {
    const message = await messageAfterUpdate({ attachments: [{ text: 'other' }] });
    expect(message).toMatchObject({
      text: 'text',
      blocks: [section],
      attachments: [{ id: 1, text: 'other', fallback: '[no preview available]' }],
    });
  });

  test('empty lists remove blocks and attachments, and an empty object removes metadata', async () => {
    const message = await messageAfterUpdate({ blocks: [], attachments: [], metadata: {} });
    expect(message).toMatchObject({ text: 'text', blocks: [{ type: 'rich_text' }] });
    expect(message).not.toHaveProperty('attachments');
    expect(message).not.toHaveProperty('metadata');
  });

  test('the last content of a message cannot be removed', async () => {
    const { client, general } = await openOffice(closers);
    const { ts } = (await client.apiCall('chat.postMessage', {
      channel: general,
      attachments: [{ text: 'attached' }],
    })) as { ts?: string };
    expect(await errorOf(client.apiCall('chat.update', { channel: general, ts, attachments: [] }))).toBe('no_text');
  });

  test('broadcasting a reply keeps its content', async () => {
    const { client, slack, general } = await openOffice(closers);
    const { ts: root = '' } = await client.chat.postMessage({ channel: general, text: 'root' });
    const { ts = '' } = await client.chat.postMessage({ channel: general, thread_ts: root, text: 'reply' });
    await client.apiCall('chat.update', { channel: general, ts, reply_broadcast: true });
    const reply = slack.messages(general)[1];
    expect(reply).toMatchObject({ text: 'reply', subtype: 'thread_broadcast' });
    expect(reply).not.toHaveProperty('edited');
    await client.apiCall('chat.update', { channel: general, ts, text: 'edited', reply_broadcast: true });
    expect(slack.messages(general)[1]).toMatchObject({ text: 'edited', subtype: 'thread_broadcast' });
  });
});

describe('chat.delete', () => {
  test("deletes the app's own messages only", async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const { ts = '' } = await client.chat.postMessage({ channel: general, text: 'oops' });
    await client.chat.delete({ channel: general, ts });
    expect(slack.messages(general)).toEqual([]);
    expect(eventsOf(slack)[1]).toMatchObject({
      subtype: 'message_deleted',
      deleted_ts: ts,
      previous_message: { text: 'oops' },
    });
    expect(await errorOf(client.chat.delete({ channel: general, ts }))).toBe('message_not_found');
    const other = slack.say({ user: ann, channel: general, text: 'mine' });
    expect(await errorOf(client.chat.delete({ channel: general, ts: other.ts }))).toBe('cant_delete_message');
  });
});

describe('chat.postEphemeral', () => {
  test('shows a message to one user, and not in the history', async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const { message_ts } = await client.chat.postEphemeral({ channel: general, user: ann, text: 'psst' });
    expect(slack.messages(general)).toMatchObject([{ ts: message_ts, ephemeralTo: ann, text: 'psst' }]);
    expect((await client.conversations.history({ channel: general })).messages).toEqual([]);
    expect(slack.deliveries).toEqual([]);
  });

  test('accepts metadata of any shape and does not store it', async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    await client.apiCall('chat.postEphemeral', {
      channel: general,
      user: ann,
      text: 'psst',
      metadata: { entities: [] },
    });
    expect(slack.messages(general)[0]).not.toHaveProperty('metadata');
  });

  test('is shown in a thread only if the thread has replies', async () => {
    const { client, slack, general, ann, bob } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'root' });
    const psst = { channel: general, user: ann, thread_ts: ts, text: 'psst' };
    expect((await client.chat.postEphemeral(psst)).message_ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(slack.messages(general, ts)).toHaveLength(1);
    slack.say({ user: bob, channel: general, threadTs: ts, text: 'reply' });
    await client.chat.postEphemeral(psst);
    expect(slack.messages(general, ts)[2]).toMatchObject({ ephemeralTo: ann, threadTs: ts });
  });

  test('cannot be updated, deleted or reacted to by anyone', async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const { message_ts: ts = '' } = await client.chat.postEphemeral({ channel: general, user: ann, text: 'psst' });
    expect(await errorOf(client.chat.update({ channel: general, ts, text: 'x' }))).toBe('message_not_found');
    expect(await errorOf(client.chat.delete({ channel: general, ts }))).toBe('message_not_found');
    expect(await errorOf(client.reactions.add({ channel: general, timestamp: ts, name: 'eyes' }))).toBe(
      'message_not_found',
    );
    expect(() => slack.react({ user: ann, channel: general, ts, name: 'eyes' })).toThrow('no message');
  });
});

describe('chat.getPermalink', () => {
  test('returns the URL of a message', async () => {
    const { client, slack, general, ann } = await openOffice(closers);
    const root = slack.say({ user: ann, channel: general, text: 'root' });
    const reply = slack.say({ user: ann, channel: general, threadTs: root.ts, text: 'reply' });
    const { permalink } = await client.chat.getPermalink({ channel: general, message_ts: reply.ts });
    const place = `p${reply.ts.replace('.', '')}?thread_ts=${root.ts}&cid=${general}`;
    expect(permalink).toBe(`https://playground.slack.com/archives/${general}/${place}`);
    expect(await errorOf(client.chat.getPermalink({ channel: general, message_ts: '1700000000.000100' }))).toBe(
      'message_not_found',
    );
  });
});
