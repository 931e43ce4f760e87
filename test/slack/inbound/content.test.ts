import { describe, expect, test } from '@jest/globals';
import { blocksName, contentOf } from '../../../src/slack/inbound/content.js';
import { slackMessage } from '../../../src/slack/inbound/payload.js';
import { ANN, BOT, type Fields, richText, channelMessage } from './payloads.js';

function content(message: Fields): string {
  return contentOf(slackMessage.parse(message), BOT);
}

/** A pasted table, in the form in which Slack attaches it to a message. */
function table(...rows: unknown[][]): Fields {
  return { id: 1, fallback: '[no preview available]', blocks: [{ type: 'table', block_id: 'pasted1', rows }] };
}

const raw = (text: string): Fields => ({ type: 'raw_text', text });

describe('a pasted table', () => {
  test('follows the text, one line per row', () => {
    const head = [richText({ type: 'text', text: 'Maker', style: { bold: true } }), raw('Model'), raw('Units')];
    const row = [raw('Samsung'), raw('QB55C'), { type: 'raw_number', value: 3 }];
    expect(content(channelMessage('Which one?', { attachments: [table(head, row)] }))).toBe(
      'Which one?\n| Maker | Model | Units |\n| Samsung | QB55C | 3 |',
    );
  });

  test('keeps the links and mentions in its cells', () => {
    const row = [
      richText({ type: 'link', url: 'https://example.com/a' }),
      richText({ type: 'link', url: 'https://example.com/b', text: 'b' }),
      richText({ type: 'user', user_id: ANN }),
    ];
    expect(content(channelMessage('', { attachments: [table(row)] }))).toBe(
      `| https://example.com/a | b | <@${ANN}> |`,
    );
  });

  test('keeps its empty cells', () => {
    expect(content(channelMessage('', { attachments: [table([raw('a'), { type: 'raw_text' }, raw('c')])] }))).toBe(
      '| a |  | c |',
    );
  });
});

describe('what is attached to a message', () => {
  test('a shared message is quoted, with its author', () => {
    const attachments = [
      { is_share: true, is_msg_unfurl: true, author_name: 'Ben', text: 'We ship &lt;Monday&gt;\nat noon' },
    ];
    expect(content(channelMessage('Is that so?', { attachments }))).toBe(
      'Is that so?\n> Ben: We ship <Monday>\n> at noon',
    );
  });

  test('a link preview is not part of the content', () => {
    const attachments = [
      { from_url: 'https://example.com', title: 'Example', text: 'This domain is for use in examples.' },
    ];
    expect(content(channelMessage('<https://example.com>', { attachments }))).toBe('https://example.com');
  });

  test('attachments posted by another app are read', () => {
    const attachments = [{ fallback: 'Build failed', text: 'Build 17 failed' }];
    expect(content(channelMessage('', { bot_id: 'B0BUILDS001', attachments }))).toBe('> Build 17 failed');
  });

  test('files are listed with their name and type', () => {
    const files = [
      { id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' },
      { id: 'F2', file_access: 'check_file_info' },
    ];
    expect(content(channelMessage('see here', { subtype: 'file_share', files }))).toBe(
      'see here\n[file: plan.pdf, application/pdf]\n[file: unnamed]',
    );
  });

  test('a message without text consists of its files', () => {
    expect(content(channelMessage('', { files: [{ name: 'a.png', mimetype: 'image/png' }] }))).toBe(
      '[file: a.png, image/png]',
    );
  });

  test('parts of an unknown form are ignored', () => {
    expect(content({ ts: '1.1', text: 'hello', attachments: 'none', files: { name: 'x' }, blocks: null })).toBe(
      'hello',
    );
    expect(content({ ts: '1.1', text: 7 })).toBe('');
  });
});

describe('a mention in the blocks', () => {
  const blocks = [richText({ type: 'text', text: 'hey ' }, { type: 'user', user_id: BOT })];

  test('is found at any depth', () => {
    const list = {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_list',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: BOT }] }],
        },
      ],
    };
    expect(blocksName(blocks, BOT)).toBe(true);
    expect(blocksName([list], BOT)).toBe(true);
  });

  test("of somebody else is not the bot's", () => {
    expect(blocksName(blocks, ANN)).toBe(false);
    expect(blocksName([richText({ type: 'text', text: `<@${BOT}>` })], BOT)).toBe(false);
    expect(blocksName(undefined, BOT)).toBe(false);
  });
});
