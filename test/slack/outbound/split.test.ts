import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { splitReply } from '../../../src/slack/outbound/split.js';

/** What a streamed message holds, and what a Markdown block takes. */
const MOST_BYTES = 10_000;
const MOST_CHARACTERS = 12_000;

/** Half a character does not survive UTF-8. */
const isWhole = (text: string): boolean => Buffer.from(text).toString() === text;
const bytes = (text: string): number => Buffer.byteLength(text);
const paragraph = (words: number): string => `${'lorem ipsum dolor sit '.repeat(words / 4).trim()}.\n\n`;
const sources = (text: string): string[] => splitReply(text).map(({ source }) => source);
const shown = (text: string): string[] => splitReply(text).map((part) => part.shown);

/** Lines that open or close a fence, by the simplest rule: one closes what one like it opened. */
function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (marker === undefined) continue;
    if (open === undefined) open = marker;
    else if (marker.startsWith(open) && /^[ `~]*$/.test(line)) open = undefined;
  }
  return open;
}

describe('where a reply is cut', () => {
  test.each([
    ['a short answer', 'Hello!'],
    ['a code block', '```ts\nconst a = 1;\n```\n'],
    ['just under the mark', 'x'.repeat(8_999)],
  ])('nowhere: %s', (_what, text) => {
    expect(splitReply(text)).toEqual([{ source: text, shown: text }]);
  });

  test('a blank text is no message', () => {
    expect(splitReply('')).toEqual([]);
    expect(splitReply(' \n\n')).toEqual([]);
    expect(splitReply('\n'.repeat(20_000))).toEqual([]);
  });

  test('between paragraphs where there are some', () => {
    const parts = sources(paragraph(100).repeat(40));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^lorem[^]*\.\n\n$/);
  });

  test('between lines where there are no paragraphs', () => {
    const parts = sources(`${'a line of some words'.repeat(4)}\n`.repeat(400));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^a line[^]*words\n$/);
  });

  test('between words where there are no lines', () => {
    const parts = sources('word '.repeat(5_000));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^(word )+$/);
  });

  test('anywhere in one endless word, but not within a character', () => {
    const text = '😀é中a'.repeat(3_000);
    const parts = sources(text);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.join('')).toBe(text);
    for (const part of parts) expect(isWhole(part)).toBe(true);
  });

  test('by bytes, for text of three bytes a character', () => {
    for (const part of sources('中文字'.repeat(4_000)).slice(0, -1)) expect(bytes(part)).toBe(9_000);
  });

  test('blank lines within a code block are no place to end', () => {
    const code = '```py\n' + 'x = 1\n\n'.repeat(1_190);
    const [first = ''] = sources(`${code}\`\`\`\n\n${paragraph(400)}`);
    expect(bytes(first)).toBeGreaterThanOrEqual(8_300);
    expect(first).toMatch(/```\n\n$/);
  });

  test('what is blank at the end of all is no message of its own', () => {
    const text = `${'x'.repeat(9_000)}\n\n   \n`;
    expect(splitReply(text)).toEqual([{ source: text, shown: 'x'.repeat(9_000) }]);
  });

  test('what is blank at the beginning is none either', () => {
    const parts = splitReply(`${'\n'.repeat(9_000)}Hello`);
    expect(parts).toHaveLength(1);
    expect(parts[0]?.source).toBe(`${'\n'.repeat(9_000)}Hello`);
    expect(parts[0]?.shown.trim()).toBe('Hello');
  });
});

describe('a code block cut in two', () => {
  const line = 'const answer = await ask("what is new?");\n';

  test('is closed, and opened again in its language', () => {
    const parts = shown(`Look:\n\`\`\`ts\n${line.repeat(500)}\`\`\`\nThat is all.`);
    expect(parts).toHaveLength(3);
    expect(parts[0]).toMatch(/^Look:\n```ts\n[^]*;\n```$/);
    expect(parts[1]).toMatch(/^```ts\nconst[^]*;\n```$/);
    expect(parts[2]).toMatch(/^```ts\nconst[^]*\n```\nThat is all\.$/);
  });

  test.each(['~~~', '````', '~~~~~'])('keeps its marker: %s', (marker) => {
    const [first, second] = shown(`${marker}md\n${'```\nnested\n```\n'.repeat(800)}${marker}\n`);
    expect(first?.endsWith(`\n${marker}`)).toBe(true);
    expect(second?.startsWith(`${marker}md\n`)).toBe(true);
  });

  test('ends its line first where it is cut within one', () => {
    const [first, second] = shown(`\`\`\`\n${'word '.repeat(3_000)}\n\`\`\``);
    expect(first).toMatch(/word \n```$/);
    expect(second).toMatch(/^```\nword /);
  });

  test('one that is closed stays closed', () => {
    const parts = shown(`\`\`\`ts\n${line}\`\`\`\n\n${paragraph(100).repeat(20)}`);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(1)) expect(part).not.toContain('```');
  });

  test('backticks within a line open nothing', () => {
    const parts = shown(`\`\`\`not a block\`\`\`\n\n${paragraph(100).repeat(20)}`);
    expect(parts[1]).not.toContain('```');
  });

  test('a longer opening line is repeated in part, whole characters only', () => {
    const [, second = ''] = shown(`\`\`\`text ${'😀'.repeat(60)}\n${'word '.repeat(3_000)}`);
    expect(isWhole(second)).toBe(true);
    expect(second).toMatch(/^```text 😀+\nword /u);
  });

  test('a ruled line is no block to be opened again', () => {
    for (const part of shown(`${'~'.repeat(2_000)}\n${'word '.repeat(4_000)}`))
      expect(bytes(part)).toBeLessThanOrEqual(MOST_BYTES);
  });
});

/** Texts long enough to be cut: pieces of all kinds, each again and again. */
const piece = fc.constantFrom(
  'word ',
  'A sentence of several words. ',
  'x',
  'é',
  '中',
  '😀',
  '👩‍👩‍👧 ',
  '\n',
  '\n\n',
  '- an item\n',
  '| a | b |\n',
  paragraph(40),
  '`code` ',
  '```inline``` ',
  '   ',
  '~',
  '`',
  '@\u200Bhere ',
);
const repeated = fc
  .tuple(piece, fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2_500 })))
  .map(([text, times]) => text.repeat(times));
const fenced = fc
  .tuple(
    fc.constantFrom('```', '~~~', '````', '  ```'),
    fc.constantFrom('', 'ts', 'python title="a b"', '😀'.repeat(50)),
    fc.constantFrom('code();\n', '\n', 'x', '    deep\n', '中\n'),
    fc.integer({ min: 0, max: 2_500 }),
  )
  .map(([marker, info, line, times]) => `\n${marker}${info}\n${line.repeat(times)}\n${marker}\n`);
/** Without markers that stand alone, so that whatever is opened is closed. */
const tidy = fc
  .array(
    fc.oneof(
      repeated.filter((text) => !/[`~]/.test(text)),
      fenced,
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));
const any = fc.oneof(
  fc
    .array(fc.oneof(repeated, fenced, fc.string({ unit: 'binary' })), { maxLength: 6 })
    .map((pieces) => pieces.join('')),
  tidy,
);

describe('for any text', () => {
  test('the slices joined are the text', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(sources(text).join('') === text || text.trim() === '').toBe(true);
      }),
    );
  });

  test('every message is one that Slack takes', () => {
    fc.assert(
      fc.property(any, (text) => {
        for (const part of shown(text)) {
          expect(part.trim()).not.toBe('');
          expect(bytes(part)).toBeLessThanOrEqual(MOST_BYTES);
          expect(part.length).toBeLessThanOrEqual(MOST_CHARACTERS);
          if (isWhole(text)) expect(isWhole(part)).toBe(true);
        }
      }),
    );
  });

  test.each([1 / 2, 1 / 4, 1 / 8])(
    'in messages of %d of their length nothing is missing either, and blocks are whole',
    (share) => {
      fc.assert(
        fc.property(tidy, (text) => {
          const parts = splitReply(text, share);
          expect(parts.map(({ source }) => source).join('') === text || text.trim() === '').toBe(true);
          for (const part of parts) {
            // Beside the slice stand its fence and its language, twice.
            expect(bytes(part.shown)).toBeLessThanOrEqual(9_000 * share + 500);
            expect(openFence(part.shown)).toBeUndefined();
          }
        }),
      );
    },
  );

  test('no message is much shorter than it could be', () => {
    fc.assert(
      fc.property(any, (text) => {
        for (const part of sources(text).slice(0, -1)) expect(bytes(part)).toBeGreaterThanOrEqual(8_000);
      }),
    );
  });

  test('code blocks are whole in each message', () => {
    fc.assert(
      fc.property(tidy, (text) => {
        for (const part of shown(text)) expect(openFence(part)).toBeUndefined();
      }),
    );
  });

  test('what a growing text has shown stays', () => {
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const whole = splitReply(text);
        const characters = Array.from(text);
        const prefix = splitReply(characters.slice(0, Math.round(share * characters.length)).join(''));
        const last = prefix.pop();
        expect(whole.slice(0, prefix.length)).toEqual(prefix);
        expect(last === undefined || whole[prefix.length]?.shown.startsWith(last.shown)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('what a text has shown stays from word to word', () => {
    const text = `${paragraph(400).repeat(2)}\`\`\`ts\n${'const a = 1;\n'.repeat(900)}\`\`\`\n${paragraph(200).repeat(8)}`;
    const whole = splitReply(text);
    for (let end = 0; end <= text.length; end += 61) {
      const prefix = splitReply(text.slice(0, end));
      const last = prefix.pop();
      expect(whole.slice(0, prefix.length)).toEqual(prefix);
      expect(last === undefined || whole[prefix.length]?.shown.startsWith(last.shown)).toBe(true);
    }
  });
});
