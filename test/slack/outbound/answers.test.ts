/** Whatever Markdown a model writes: it arrives as it was written, in messages that Slack takes, and pings nobody. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { lexer, type Token, walkTokens } from 'marked';
import { pingsIn } from '../../../src/simulator/pings.js';
import { contentArguments, type MessageContent } from '../../../src/slack/outbound/blocks.js';
import { withoutPings } from '../../../src/slack/outbound/pings.js';
import { ReplyText } from '../../../src/slack/outbound/reply-text.js';

const word = fc.constantFrom(
  'wool',
  'knit',
  '**bold**',
  '😀',
  'é',
  '@here',
  '<!channel>',
  '<@U0ADA00001>',
  '`npm i @here/maps`',
  '``a ` b``',
  '[docs](https://x.org/@here/a)',
  'https://x.org/@everyone/b',
  'a < b & c',
  '\ud83d',
);
/** A second table with an address that could ping is shown as code, which is not what is counted here. */
const cell = fc.constantFrom('wool', '**bold**', '`a`', '@here', '[docs](https://x.org)', '😀');
const line = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
const code = fc.array(
  fc.constantFrom(
    '<!here>',
    'npm i @here/maps',
    'const a = `b`;',
    '| a | b |',
    '# no heading',
    '  indented',
    'x'.repeat(700),
    '~~',
    '``',
  ),
  { minLength: 1, maxLength: 30 },
);

interface Piece {
  markdown: string;
  /** Lines of its code blocks. */
  code: string[];
}

const prose = (markdown: string): Piece => ({ markdown, code: [] });
const prefixed = (text: string, first: string, further: string): string =>
  text
    .split('\n')
    .map((each, at) => (at === 0 ? first : further) + each)
    .join('\n');

const fence = fc
  .tuple(code, fc.constantFrom('```', '~~~', '`````', '~~~~'), fc.constantFrom('', 'ts', 'python title'))
  .map(([lines, marker, info]) => ({ markdown: `${marker}${info}\n${lines.join('\n')}\n${marker}`, code: lines }));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  line.map(prose),
  line.map((text) => prose(`## ${text}`)),
  fc.array(line, { minLength: 1, maxLength: 20 }).map((lines) => prose(lines.map((text) => `- ${text}`).join('\n'))),
  fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => prose(lines.map((text) => `> ${text}`).join('\n'))),
  fc
    .array(fc.tuple(cell, cell), { minLength: 1, maxLength: 130 })
    .map((rows) => prose(`| a | b |\n|---|---|\n${rows.map(([a, b]) => `| ${a} | ${b} |`).join('\n')}`)),
  fence,
  fence.map(({ markdown, code: lines }) => ({ markdown: prefixed(markdown, '- ', '  '), code: lines })),
  fence.map(({ markdown, code: lines }) => ({ markdown: prefixed(markdown, '> ', '> '), code: lines })),
);
/** Comments keep neighbours from being read as one block. */
const answer = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => ({
  markdown: pieces.map(({ markdown }) => markdown).join('\n\n<!-- -->\n\n'),
  code: pieces.flatMap(({ code: lines }) => lines),
}));

function contentsOf(markdown: string): MessageContent[] {
  const reply = new ReplyText('');
  reply.write(markdown);
  return reply.contents(true);
}

type Fields = Record<string, unknown>;

/** Code blocks as Slack shows them, in order. */
function codeShown(content: MessageContent): string {
  const args: Fields = contentArguments(content);
  const blocks = (args['blocks'] ?? [{ type: 'markdown', text: args['markdown_text'] }]) as Fields[];
  return blocks
    .map((block) => (block['type'] === 'markdown' ? codeIn(String(block['text'])) : richCode(block)))
    .join('');
}

function codeIn(markdown: string): string {
  let found = '';
  void walkTokens(lexer(markdown), (token: Token) => {
    if (token.type === 'code') found += String((token as { text?: string }).text);
  });
  return found;
}

function richCode({ type, elements = [] }: Fields): string {
  const inner = elements as Fields[];
  if (type === 'rich_text_preformatted') return inner.map(({ text }) => String(text)).join('');
  return inner.map(richCode).join('');
}

const joined = (lines: string[]): string => lines.join('').replaceAll(/\s/g, '');

test.each([
  ['quotes', `${'>'.repeat(8_000)} \`<!here>\``],
  ['lists', `${'- '.repeat(4_000)}\`<!here>\``],
  ['brackets', `${'['.repeat(8_000)}\`<!here>\``],
  ['emphasis', `${'*_'.repeat(4_000)}\`<!here>\``],
  ['code spans', `${'` `` '.repeat(20_000)} <!here>`],
])('%s nested without end ping nobody either', (_what, markdown) => {
  for (const content of contentsOf(markdown)) {
    const args = { text: '', markdown_text: '', blocks: [], ...contentArguments(content) };
    expect([...pingsIn(args.text), ...pingsIn(args.markdown_text, args.blocks)]).toEqual([]);
  }
});

describe('an answer of any Markdown', () => {
  const holds = (check: (markdown: string, contents: MessageContent[], lines: string[]) => void): void => {
    fc.assert(
      fc.property(answer, ({ markdown, code: lines }) => check(markdown, contentsOf(markdown), lines)),
      { numRuns: 150 },
    );
  };

  test('is the messages put together', () => {
    holds((markdown, contents) => {
      expect(contents.map(({ source }) => source).join('')).toBe(withoutPings(markdown));
      expect(withoutPings(markdown).replaceAll('\u200B', '')).toContain(markdown.includes('wool') ? 'wool' : '');
    });
  });

  test('is within the limits, without half characters, and pings nobody', () => {
    holds((_markdown, contents) => {
      for (const content of contents) {
        const args = { text: '', markdown_text: '', blocks: [], ...contentArguments(content) };
        const { text, markdown_text: markdown, blocks } = args;
        expect(Buffer.byteLength(content.markdown)).toBeLessThan(10_000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(JSON.stringify(args)).not.toMatch(/\\ud[89a-f]/i);
        expect([...pingsIn(text), ...pingsIn(markdown, blocks)]).toEqual([]);
      }
    });
  });

  test('is whole Markdown in each message', () => {
    holds((_markdown, contents) => {
      for (const { markdown } of contents) {
        const last = lexer(`${markdown}\n\nThe end.`).at(-1);
        expect(last).toMatchObject({ type: 'paragraph', text: 'The end.' });
      }
    });
  });

  test('has its code unchanged', () => {
    holds((_markdown, contents, lines) => {
      expect(contents.map(codeShown).join('').replaceAll(/\s/g, '')).toBe(joined(lines));
    });
  });
});
