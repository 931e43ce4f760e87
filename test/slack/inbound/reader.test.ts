import { describe, expect, test } from '@jest/globals';
/** What a message says, in each of the places where Slack puts words, whichever way the message comes. */
import type { WebClient } from '@slack/web-api';
import * as fc from 'fast-check';
import { contentOf } from '../../../src/slack/inbound/content.js';
import { slackMessage } from '../../../src/slack/inbound/payload.js';
import { threadReader } from '../../../src/slack/inbound/thread.js';
import { FakeClock } from '../../support/clock.js';
import {
  ANN,
  BEN,
  BOT,
  CHANNEL,
  changeEvent,
  EDITED_TS,
  type Fields,
  parsed,
  directMessage,
  OPTIONS,
  ROOT_TS,
  messageIn,
  TEAM,
  TS,
  channelMessage,
} from './payloads.js';

const mrkdwn = (text: string): Fields => ({ type: 'mrkdwn', text });
const plain = (text: string): Fields => ({ type: 'plain_text', text });
const header = (text: string): Fields => ({ type: 'header', text: plain(text) });
const section = (text: string, more: Fields = {}): Fields => ({ type: 'section', text: mrkdwn(text), ...more });
const rich = (...elements: Fields[]): Fields => ({ type: 'rich_text', elements });
const inline = (...elements: Fields[]): Fields => ({ type: 'rich_text_section', elements });
const words = (text: string, style?: Fields): Fields => ({ type: 'text', text, ...(style && { style }) });
const list = (style: string, items: string[], more: Fields = {}): Fields => ({
  type: 'rich_text_list',
  style,
  elements: items.map((item) => inline(words(item))),
  ...more,
});

/** [what, the parts of the message, what it says, names of its files] */
const PERSONS: [string, Fields, string, string?][] = [
  [
    'an ordinary message, whose block repeats the text',
    {
      text: 'see <https://a.example/b|this> &amp; that',
      blocks: [
        rich(inline(words('see '), { type: 'link', url: 'https://a.example/b', text: 'this' }, words(' & that'))),
      ],
    },
    'see [this](https://a.example/b) & that',
  ],
  [
    'channels and a user group without labels, in text and block',
    {
      text: '<#C1|> and <#C2|>, <!subteam^S1>',
      blocks: [
        rich(
          inline(
            { type: 'channel', channel_id: 'C1' },
            words(' and '),
            { type: 'channel', channel_id: 'C2' },
            words(', '),
            { type: 'usergroup', usergroup_id: 'S1' },
          ),
        ),
      ],
    },
    '<@#C1> and <@#C2>, <@!S1>',
  ],
  ['words in a block only', { text: '', blocks: [rich(inline(words('which wool?')))] }, 'which wool?'],
  [
    'a text that is poorer than its block',
    { text: 'Plan', blocks: [rich(inline(words('Plan\n')), list('bullet', ['wool', 'needles']))] },
    'Plan\n- wool\n- needles',
  ],
  [
    'lists, one in the other and one that goes on',
    {
      text: '',
      blocks: [
        rich(
          list('ordered', ['buy', 'knit']),
          list('bullet', ['front', 'back\nof it'], { indent: 1 }),
          list('ordered', ['wear'], { offset: 2 }),
        ),
      ],
    },
    '1. buy\n2. knit\n  - front\n  - back\n    of it\n3. wear',
  ],
  [
    'a quote',
    { text: '', blocks: [rich({ type: 'rich_text_quote', elements: [words('one\ntwo')] }, inline(words('really?')))] },
    '> one\n> two\nreally?',
  ],
  [
    'code, which may hold fences',
    {
      text: '',
      blocks: [
        rich(inline(words('run '), words('make', { code: true }), words(':')), {
          type: 'rich_text_preformatted',
          elements: [words('a\n```\nb')],
        }),
      ],
    },
    'run `make`:\n````\na\n```\nb\n````',
  ],
  [
    'every inline element',
    {
      text: '',
      blocks: [
        rich(
          inline(
            { type: 'user', user_id: BEN },
            words(' '),
            { type: 'usergroup', usergroup_id: 'S1' },
            words(' '),
            { type: 'channel', channel_id: 'C1' },
            words(' '),
            { type: 'broadcast', range: 'here' },
            words(' '),
            { type: 'emoji', name: 'wave', skin_tone: 2 },
            words(' '),
            { type: 'link', url: 'https://a.example' },
            words(' '),
            { type: 'date', timestamp: 1_766_458_031, format: '{date}', fallback: 'Dec 23' },
            words(' '),
            { type: 'date', timestamp: 1_766_458_031, format: '{date}' },
            words(' '),
            { type: 'color', value: '#ff0000' },
            words(' '),
            words('gone', { strike: true }),
          ),
        ),
      ],
    },
    `<@${BEN}> <@!S1> <@#C1> @here :wave::skin-tone-2: https://a.example Dec 23 2025-12-23 02:47 UTC #ff0000 ~gone~`,
  ],
  [
    'typed letters that look like a mention',
    { text: '', blocks: [rich(inline(words('<@U0ANN000001> <'), words('@U0ANN000001>')))] },
    '<\u200B@U0ANN000001> <\u200B@U0ANN000001>',
  ],
  [
    'blocks of several kinds beside a poorer text',
    {
      text: 'Disk full',
      blocks: [
        header('Disk full &amp; slow'),
        section('*db-7* at <https://a.example/7|98 %>', {
          fields: [mrkdwn('*Region*\neu-1'), mrkdwn('*Since*\nnoon')],
        }),
        { type: 'divider' },
        {
          type: 'context',
          elements: [{ type: 'image', image_url: 'https://a.example/i.png', alt_text: 'warning' }, mrkdwn('by Watch')],
        },
      ],
    },
    'Disk full & slow\n*db-7* at [98 %](https://a.example/7)\n*Region*\neu-1\n*Since*\nnoon\n[image: warning] by Watch',
  ],
  [
    'a text that is fuller than the blocks',
    { text: 'Disk full on db-7 since noon', blocks: [header('Disk full')] },
    'Disk full on db-7 since noon',
  ],
  [
    'text and blocks that say different things',
    { text: 'Please look', blocks: [header('Disk full')] },
    'Please look\nDisk full',
  ],
  [
    'a table',
    {
      text: '',
      blocks: [
        {
          type: 'table',
          rows: [
            [
              { type: 'raw_text', text: 'a' },
              rich(inline(words('b', { bold: true }))),
              { type: 'raw_number', value: 3 },
            ],
          ],
        },
      ],
    },
    '| a | b | 3 |',
  ],
  [
    'a table besides the text that a person typed',
    {
      text: 'Samsung?',
      blocks: [rich(inline(words('Samsung?'))), { type: 'table', rows: [[{ type: 'raw_text', text: 'Samsung' }]] }],
    },
    'Samsung?\n| Samsung |',
  ],
  [
    'a chart with series',
    {
      text: 'Numbers',
      blocks: [
        {
          type: 'data_visualization',
          title: 'Sales &amp; returns',
          chart: {
            type: 'bar',
            series: [
              {
                name: 'EMEA',
                data: [
                  { label: 'Q1', value: 10 },
                  { label: 'Q2', value: -2.5 },
                ],
              },
              { name: 'US', data: [{ label: 'Q1', value: 12 }, { label: 'Q2' }, 'x'] },
            ],
            axis_config: { categories: ['Q1', 'Q2'], x_label: 'Quarter', y_label: 'M€' },
          },
        },
      ],
    },
    'Numbers\n[bar chart] Sales & returns (Quarter, M€)\nEMEA: Q1 10, Q2 -2.5\nUS: Q1 12, Q2',
  ],
  [
    'a chart of segments, whose labels are no mentions',
    {
      text: '',
      blocks: [
        {
          type: 'data_visualization',
          title: 'Who',
          chart: { type: 'pie', segments: [{ label: '<@U0BEN000001>', value: 3 }] },
        },
      ],
    },
    '[pie chart] Who\n<\u200B@U0BEN000001> 3',
  ],
  [
    'a chart of unknown form',
    { text: '', blocks: [{ type: 'data_visualization', title: 7, chart: [{ series: 'x' }] }] },
    '[chart] 7',
  ],
  [
    'Markdown, with code that is no markup',
    { text: '', blocks: [{ type: 'markdown', text: '**Hi** <@U0BEN000001|ben>: `vector<int>`' }] },
    '**Hi** <@U0BEN000001>: `vector<int>`',
  ],
  [
    'an image',
    {
      text: '',
      blocks: [
        { type: 'image', title: plain('Load'), alt_text: 'a steep curve', image_url: 'https://a.example/i.png' },
      ],
    },
    '[image: Load, a steep curve]',
  ],
  [
    'labels of buttons and choices',
    {
      text: '',
      blocks: [
        section('Ship?', { accessory: { type: 'button', text: plain('Details') } }),
        {
          type: 'actions',
          elements: [
            { type: 'button', text: plain('Yes') },
            { type: 'static_select', placeholder: plain('Later'), options: [{ text: plain('unseen') }] },
            { type: 'radio_buttons', options: [{ text: plain('now') }] },
          ],
        },
      ],
    },
    'Ship?\n[Details]\n[Yes] [Later] [now]',
  ],
  [
    'a video',
    {
      text: '',
      blocks: [
        {
          type: 'video',
          title: plain('How to knit'),
          title_url: 'https://a.example/v',
          description: plain('in ten minutes'),
          alt_text: 'x',
        },
      ],
    },
    '[How to knit](https://a.example/v)\nin ten minutes',
  ],
  [
    'a block of a later kind',
    {
      text: '',
      blocks: [
        {
          type: 'card',
          title: mrkdwn('Yarn'),
          body: mrkdwn('is *soft*'),
          actions: [{ type: 'button', text: plain('Buy') }],
        },
      ],
    },
    'Yarn\nis *soft*\n[Buy]',
  ],
  [
    'files',
    { text: 'read', subtype: 'file_share', files: [{ name: 'plan.pdf', mimetype: 'application/pdf' }] },
    'read',
    '[file: plan.pdf, application/pdf]',
  ],
  [
    'a file alone',
    { text: '', subtype: 'file_share', files: [{ title: 'Plan' }, 'odd'] },
    '',
    '[file: Plan]\n[file: unnamed]',
  ],
  [
    'a file whose name looks like a mention',
    { text: '', files: [{ name: '<@U0ANN000001>.txt' }] },
    '',
    '[file: <\u200B@U0ANN000001>.txt]',
  ],
  ['a mention of the bot within a sentence', { text: `What can <@${BOT}> do?` }, `What can <@${BOT}> do?`],
];

const APPS: [string, Fields, string][] = [
  ['a sign that is said once', { text: 'Build 17', attachments: [{ text: '✅' }] }, 'Build 17\n> ✅'],
  [
    'an attachment, all of it in reading order',
    {
      attachments: [
        {
          fallback: 'FALLBACK',
          pretext: 'Alert',
          author_name: 'Watch',
          title: 'Disk full on db-7',
          title_link: 'https://a.example/7',
          text: '98 %',
          fields: [
            { title: 'Region', value: 'eu-1', short: true },
            { title: 'Since', value: 'noon' },
          ],
          footer: 'Watch 2.0',
        },
      ],
    },
    '> Alert\n> Watch: [Disk full on db-7](https://a.example/7)\n> 98 %\n> Region: eu-1\n> Since: noon\n> Watch 2.0',
  ],
  [
    'an attachment with blocks',
    {
      attachments: [
        { color: '#f00', fallback: '[no preview available]', blocks: [header('Disk full'), section('on db-7')] },
      ],
    },
    '> Disk full\n> on db-7',
  ],
  [
    'the fallback, where there is nothing else',
    { attachments: [{ fallback: 'Build 17 failed', color: '#f00' }] },
    '> Build 17 failed',
  ],
  ['nothing, where Slack had nothing to say', { attachments: [{ fallback: '[no preview available]' }] }, ''],
  [
    'text that an attachment says more fully',
    { text: 'Disk full', attachments: [{ title: 'Disk full', text: 'on db-7' }] },
    '> Disk full\n> on db-7',
  ],
  [
    'an attachment that the text says more fully',
    { text: 'Disk full on db-7', attachments: [{ text: 'Disk full' }] },
    'Disk full on db-7',
  ],
  [
    'text, blocks and attachments that say three things',
    { text: 'Deploy', blocks: [section('Deploy of api')], attachments: [{ title: 'Log' }] },
    'Deploy of api\n> Log',
  ],
  [
    'rich text that says a little more than the text',
    { text: 'Deploy of api done', blocks: [rich(inline(words('Deploy of api done by Ann')))] },
    'Deploy of api done by Ann',
  ],
];

/** A message that somebody forwarded, as it hangs on the new one. */
function forwarded({ text, blocks, files, attachments }: Fields): Fields {
  return {
    is_share: true,
    is_msg_unfurl: true,
    from_url: 'https://slack.example/p1',
    author_name: 'Ben',
    author_id: BEN,
    fallback: '[December 23rd] ben: …',
    ...(text !== undefined && { text }),
    message_blocks: [{ team: TEAM, channel: CHANNEL, ts: ROOT_TS, message: { blocks, attachments } }],
    ...(files !== undefined && { files }),
  };
}

/** The text of the turn that is read back from the thread. */
async function readBack(message: Fields): Promise<string | undefined> {
  const client = { conversations: { replies: async () => ({ messages: [message] }) } } as unknown as WebClient;
  const threads = threadReader({ of: async () => ({ client, bot: OPTIONS.bot }) }, false, new FakeClock());
  const id = { team: TEAM, channel: CHANNEL, thread: ROOT_TS };
  const turns = await threads.read({ id, turns: [], pending: ['1766459999.000000'], backlogRead: false });
  return turns[0]?.text;
}

function quote(text: string): string {
  return text === '' ? '' : `> Ben: ${text.replaceAll('\n', '\n> ')}`;
}

const both = (one: string, other = ''): string => [one, other].filter((part) => part !== '').join('\n');

describe.each(PERSONS)("a person's message with %s", (_what, parts, text, files) => {
  const message = channelMessage('', { blocks: [], ...parts });

  test('as an event', () => {
    expect(messageIn(message).text).toBe(both(text, files));
  });

  test('as an edit', () => {
    const edited = { ...message, edited: { user: ANN, ts: EDITED_TS } };
    expect(parsed(changeEvent(edited, channelMessage('before')))).toMatchObject({
      kind: 'edited',
      message: { text: both(text, files) },
    });
  });

  test('read back from its thread', async () => {
    expect(await readBack(message)).toBe(both(text, files));
  });

  test('forwarded', () => {
    const carrier = channelMessage('look', { attachments: [forwarded(parts)] });
    expect(messageIn(carrier).text).toBe(both(both('look', quote(text)), files));
  });
});

describe.each(APPS)("an app's post with %s", (_what, parts, text) => {
  const message = { ts: TS, text: '', bot_id: 'B0WATCH0001', subtype: 'bot_message', ...parts };

  test('is what it says', () => {
    expect(contentOf(slackMessage.parse(message), BOT)).toBe(text);
  });

  test('read back from its thread', async () => {
    expect(await readBack(message)).toBe(text === '' ? undefined : text);
  });
});

describe('a forwarded message', () => {
  test("is read without the previews of its links, and an app's with its attachments", () => {
    const attachments = [
      { from_url: 'https://a.example', title: 'A page' },
      { title: 'Disk full', fields: [{ title: 'Host', value: 'db-7' }] },
    ];
    const carrier = channelMessage('', { blocks: [], attachments: [forwarded({ text: 'see', attachments })] });
    expect(messageIn(carrier).text).toBe('> Ben: see\n> > Disk full\n> > Host: db-7');
  });

  const plan = { id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' };
  const only = (more: Fields): Fields => ({ is_share: true, author_name: 'Ben', author_id: BEN, ...more });
  test.each<[string, Fields, string]>([
    [
      'whose words are only in its blocks',
      only({ message_blocks: [{ message: { blocks: [rich(inline(words('noon')))] } }] }),
      '> Ben: noon',
    ],
    ['that is only a file', only({ text: '', files: [plan] }), '[file: plan.pdf, application/pdf]'],
    [
      'that is only a file, named in the message in it',
      only({ message_blocks: [{ message: { files: [plan] } }] }),
      '[file: plan.pdf, application/pdf]',
    ],
    [
      'that forwards one that is only a file',
      only({ attachments: [only({ author_name: 'Cy', files: [plan] })] }),
      '[file: plan.pdf, application/pdf]',
    ],
  ])('%s is read, live, edited and read back', async (_what, share, text) => {
    const carrier = channelMessage('', { blocks: [], attachments: [share] });
    expect(messageIn(carrier).text).toBe(text);
    const edited = { ...carrier, edited: { user: ANN, ts: EDITED_TS } };
    expect(parsed(changeEvent(edited, channelMessage('before')))).toMatchObject({ message: { text } });
    expect(await readBack(carrier)).toBe(text);
  });

  test('whose author only has an id is quoted with a mention', () => {
    const { author_name: _name, ...share } = forwarded({ text: 'noon' });
    expect(messageIn(channelMessage('', { blocks: [], attachments: [share] })).text).toBe(`> <@${BEN}>: noon`);
  });

  test('that names the bot asks nothing', () => {
    const carrier = channelMessage('look', { attachments: [forwarded({ text: `<@${BOT}> hi` })] });
    expect(messageIn(carrier)).toMatchObject({ addressed: 'open', text: `look\n> Ben: <@${BOT}> hi` });
  });
});

test.each([
  ['of a page', { from_url: 'https://a.example', title: 'A', text: 'b', fallback: 'c', blocks: [section('d')] }],
  ['by an app', { is_app_unfurl: true, app_unfurl_url: 'https://a.example', blocks: [section('d')] }],
  [
    'of a message',
    {
      is_msg_unfurl: true,
      from_url: 'https://slack.example/p1',
      message_blocks: [{ message: { blocks: [section('d')] } }],
    },
  ],
  [
    'of a table',
    { from_url: 'https://a.example', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] },
  ],
])("a link's preview %s stays out of what a person said", (_which, preview) => {
  expect(messageIn(channelMessage('<https://a.example>', { attachments: [preview] })).text).toBe('https://a.example');
});

test('a text that only names the bot is not all, if the blocks say more', () => {
  const blocks = [rich(inline({ type: 'user', user_id: BOT }, words(' hi')))];
  expect(messageIn(channelMessage(`<@${BOT}>`, { blocks })).text).toBe('hi');
  expect(messageIn(channelMessage(`<@${BOT}>`, { blocks: [rich(inline({ type: 'user', user_id: BOT }))] })).text).toBe(
    '',
  );
});

test('words that only blocks hold open with a mention of the bot, which is dropped', () => {
  const blocks = [rich(inline({ type: 'user', user_id: BOT }, words(', which wool?')))];
  expect(messageIn(channelMessage('', { blocks }))).toMatchObject({ text: 'which wool?', addressed: 'bot' });
  expect(messageIn(directMessage('', { blocks }))).toMatchObject({ text: 'which wool?', addressed: 'bot' });
});

describe('what is too deep or too much', () => {
  const named = (count: number): Fields[] => Array.from({ length: count }, (_, at) => ({ text: `disk ${at}` }));
  function nested(levels: number, key: string, inner: Fields): Fields {
    let node = inner;
    for (let level = 0; level < levels; level += 1) node = { type: 'rich_text_section', [key]: [node] };
    return node;
  }

  test.each([
    ['rich text', (deep: Fields) => ({ blocks: [rich(inline(words('top ')), deep)] })],
    ['blocks', (deep: Fields) => ({ blocks: [section('top'), { type: 'container', blocks: [deep] }] })],
    ['attachments', (deep: Fields) => ({ attachments: [{ text: 'top', attachments: [deep] }] })],
  ])('nesting of %s is cut, and a note says so', (_where, around) => {
    for (const key of ['elements', 'blocks', 'attachments', 'rows', 'fields', 'text']) {
      const message = channelMessage('', { blocks: [], ...around(nested(20_000, key, words('bottom'))) });
      const { text } = messageIn(message);
      expect(text).toMatch(/top/);
      expect(text).toMatch(/parts of this message are left out/);
    }
  });

  test('a mention is found at any depth', () => {
    const deep = nested(20_000, 'elements', { type: 'user', user_id: BOT });
    expect(messageIn(channelMessage('', { blocks: [rich(deep)] })).addressed).toBe('bot');
  });

  test('many parts are cut, and so are many characters, between two of them', () => {
    const many = Array.from({ length: 100_000 }, () => section('x'));
    const { text } = messageIn(channelMessage('', { blocks: many }));
    expect(text.length).toBeLessThan(101_000);
    expect(text).toMatch(/left out/);
    const long = messageIn(channelMessage('', { blocks: [section(`x${'😀'.repeat(60_000)}y`)] })).text;
    expect(long).toMatch(/\n\[… 20004 characters left out …\]\n/);
    expect(long).toMatch(/^x.*y$/s);
    expect(long).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });

  // Jest's limit of time fires only between two tasks.
  test.each<[string, () => Fields]>([
    ['mentions in a text', () => ({ blocks: [], text: '<#C1>'.repeat(200_000) })],
    [
      "attachments beside an app's text",
      () => ({ bot_id: 'B1', blocks: [], text: 'disk full '.repeat(40_000), attachments: named(20_000) }),
    ],
  ])('very many %s are read within the limit of time', async (_what, message) => {
    expect(messageIn(channelMessage('', message())).text).toMatch(/left out …/);
    await new Promise((resolve) => setTimeout(resolve, 1));
  });

  test('whatever JSON stands in its place, a message can be read', () => {
    const kinds = fc.constantFrom(
      'rich_text',
      'rich_text_list',
      'section',
      'table',
      'context',
      'actions',
      'image',
      'markdown',
      'video',
      'button',
      'date',
      'card',
    );
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc
          .dictionary(
            fc.constantFrom(
              'elements',
              'text',
              'fields',
              'rows',
              'blocks',
              'message_blocks',
              'message',
              'title',
              'files',
              'options',
              'style',
              'indent',
              'timestamp',
            ),
            tie('node'),
            { maxKeys: 4 },
          )
          .chain((fields) => kinds.map((type) => ({ type, ...(fields as Fields) }))),
      ),
    }));
    fc.assert(
      fc.property(fc.array(node), fc.array(node), fc.boolean(), (blocks, attachments, isApps) => {
        const message = slackMessage.parse({ ts: TS, blocks, attachments, ...(isApps && { bot_id: 'B1' }) });
        expect(typeof contentOf(message, BOT)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});

test.each(['x', ':', '<', '<@U', '`', ' ', '_a', '0', '\n', '>', '&lt;'])(
  'two million characters of %j are read, cut, whatever regular expressions do with long runs',
  (piece) => {
    // In a text beyond Latin-1, a run that long overflowed the stack of a regular expression.
    const text = `ł ${piece.repeat(2_000_000 / piece.length)} ł`;
    const blocks = [rich(inline({ type: 'text', text }))];
    for (const more of [{ blocks }, { blocks, bot_id: 'B1' }, { attachments: [{ text, fallback: text }] }])
      expect(contentOf(slackMessage.parse({ ts: TS, text, ...more }), BOT)).toContain('ł');
  },
);
