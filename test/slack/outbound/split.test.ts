import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { splitReply, withFenceClosed } from '../../../src/slack/outbound/split.js';

/** Limits of a streamed message and of a Markdown block. */
const MAX_BYTES = 10_000;
const MAX_CHARACTERS = 12_000;

/** Whether no character is cut in half: half of one does not survive UTF-8. */
const isWhole = (text: string): boolean => Buffer.from(text).toString() === text;
const bytes = (text: string): number => Buffer.byteLength(text);
const paragraph = (words: number): string => `${'lorem ipsum dolor sit '.repeat(words / 4).trim()}.\n\n`;
const sources = (text: string): string[] => splitReply(text).map(({ source }) => source);
const shown = (text: string): string[] => splitReply(text).map((part) => part.shown);

/** The code fence still open at the end. Simplest rule: a fence is closed by one like it. */
function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const marker = /^(?:[ >]|[-*] |\d+\. )*(`{3,}|~{3,})/.exec(line)?.[1];
    if (marker === undefined) continue;
    if (open === undefined) open = marker;
    else if (marker.startsWith(open) && /^[ >`~]*$/.test(line)) open = undefined;
  }
  return open;
}

describe('a reply', () => {
  test.each([
    ['a short answer', 'Hello!'],
    ['a code block', '```ts\nconst a = 1;\n```\n'],
    ['a text just under the limit', 'x'.repeat(8_999)],
  ])('is not split: %s', (_what, text) => {
    expect(splitReply(text)).toEqual([{ source: text, shown: text }]);
  });

  test('makes no message if it is blank', () => {
    expect(splitReply('')).toEqual([]);
    expect(splitReply(' \n\n')).toEqual([]);
    expect(splitReply('\n'.repeat(20_000))).toEqual([]);
  });

  test('is split between paragraphs if there are any', () => {
    const parts = sources(paragraph(100).repeat(40));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^lorem[^]*\.\n\n$/);
  });

  test('is split between lines if there are no paragraphs', () => {
    const parts = sources(`${'a line of some words'.repeat(4)}\n`.repeat(400));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^a line[^]*words\n$/);
  });

  test('is split between words if there are no lines', () => {
    const parts = sources('word '.repeat(5_000));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^(word )+$/);
  });

  test('is split anywhere in one endless word, but not within a character', () => {
    const text = '😀é中a'.repeat(3_000);
    const parts = sources(text);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.join('')).toBe(text);
    for (const part of parts) expect(isWhole(part)).toBe(true);
  });

  test('is split by bytes if characters have three bytes', () => {
    for (const part of sources('中文字'.repeat(4_000)).slice(0, -1)) expect(bytes(part)).toBe(9_000);
  });

  test('is not split at blank lines within a code block', () => {
    const code = '```py\n' + 'x = 1\n\n'.repeat(1_190);
    const [first = ''] = sources(`${code}\`\`\`\n\n${paragraph(400)}`);
    expect(bytes(first)).toBeGreaterThanOrEqual(8_300);
    expect(first).toMatch(/```\n\n$/);
  });

  test('makes no extra message of blank lines at the end', () => {
    const text = `${'x'.repeat(9_000)}\n\n   \n`;
    expect(splitReply(text)).toEqual([{ source: text, shown: 'x'.repeat(9_000) }]);
  });

  test('makes no extra message of blank lines at the beginning', () => {
    const parts = splitReply(`${'\n'.repeat(9_000)}Hello`);
    expect(parts).toHaveLength(1);
    expect(parts[0]?.source).toBe(`${'\n'.repeat(9_000)}Hello`);
    expect(parts[0]?.shown.trim()).toBe('Hello');
  });
});

describe('a code block that is split', () => {
  const line = 'const answer = await ask("what is new?");\n';

  test('is closed, and reopened with its language', () => {
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

  test('gets a line break first if it is split within a line', () => {
    const [first, second] = shown(`\`\`\`\n${'word '.repeat(3_000)}\n\`\`\``);
    expect(first).toMatch(/word \n```$/);
    expect(second).toMatch(/^```\nword /);
  });

  test('is not reopened after its end', () => {
    const parts = shown(`\`\`\`ts\n${line}\`\`\`\n\n${paragraph(100).repeat(20)}`);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(1)) expect(part).not.toContain('```');
  });

  test('is not opened by backticks within a line', () => {
    const parts = shown(`\`\`\`not a block\`\`\`\n\n${paragraph(100).repeat(20)}`);
    expect(parts[1]).not.toContain('```');
  });

  test('repeats only a part of a long opening line, in whole characters', () => {
    const [, second = ''] = shown(`\`\`\`text ${'😀'.repeat(60)}\n${'word '.repeat(3_000)}`);
    expect(isWhole(second)).toBe(true);
    expect(second).toMatch(/^```text 😀+\nword /u);
  });

  test('is not opened by a long line of tildes', () => {
    for (const part of shown(`${'~'.repeat(2_000)}\n${'word '.repeat(4_000)}`))
      expect(bytes(part)).toBeLessThanOrEqual(MAX_BYTES);
  });
});

describe('a code block within other blocks', () => {
  test.each([
    ['a list item', '- Do this:\n\n  ', '  '],
    ['a list item, right behind its marker', '- ', '  '],
    ['a numbered item', '10. ', '    '],
    ['a quote', '> ', '> '],
    ['a quote in a quote', '> > ', '> > '],
    ['a list in a quote', '> - ', '>   '],
  ])('is closed and reopened with its own prefix: %s', (_, first, prefix) => {
    const code = `${prefix}const a = 1;\n`;
    const parts = shown(`${first}\`\`\`ts\n${code.repeat(1_500)}${prefix}\`\`\`\n\nThat is all.`);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts.slice(0, -1)) expect(part).toMatch(new RegExp(`\n${prefix}\`\`\`$`));
    for (const part of parts.slice(1)) expect(part.startsWith(`${prefix}\`\`\`ts\n${prefix}`)).toBe(true);
    expect(parts.at(-1)).toMatch(/```\n\nThat is all\.$/);
  });

  test('in a quote goes on with the mark of the quote, also if it is split within a line', () => {
    const [first, second, third] = shown(`> \`\`\`\n> ${'word '.repeat(4_000)}\n> \`\`\`\n\nThat is all.`);
    expect(first).toMatch(/word \n> ```$/);
    expect(second).toMatch(/^> ```\n> word [^>]*word \n> ```$/);
    expect(third).toMatch(/^> ```\n> word [^>]*\n> ```\n\nThat is all\.$/);
  });

  test('ends with the quote, though it was not closed', () => {
    const parts = shown(`> \`\`\`\n> code();\n\n${paragraph(100).repeat(20)}`);
    for (const part of parts.slice(1)) expect(part).not.toContain('```');
  });

  test('is not closed by a marker in another place', () => {
    const text = `\`\`\`md\n${'> ```\n- ```\n'.repeat(1_000)}\`\`\`\n`;
    const parts = shown(text);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^```md\n[^]*\n```\n?$/);
  });
});

describe('a chart', () => {
  const chart = '```chart\nbar: Sales\nQuarter,EMEA\nQ1,10\nQ2,11\nQ3,12\n```\n';

  test.each([8_450, 8_465, 8_480])('stands whole in the next message if it does not fit behind %s bytes', (length) => {
    const before = `${'x'.repeat(length - 1)}\n`;
    expect(splitReply(`${before}${chart}That is all.`)).toEqual([
      { source: before, shown: before },
      { source: `${chart}That is all.`, shown: `${chart}That is all.` },
    ]);
  });

  test('that has ended does not hold on to what follows', () => {
    const [first = ''] = sources(`${chart}${'word '.repeat(3_000)}`);
    expect(bytes(first)).toBeGreaterThan(8_700);
  });

  test('that is larger than a message is cut, and neither part is taken for one', () => {
    const [first, second] = shown(`\`\`\`chart\nbar: Sales\na,b\n${'x,1\n'.repeat(3_000)}\`\`\`\n`);
    expect(first).toMatch(/\nx,1\n…\n```$/);
    expect(second).toMatch(/^```chart\nx,1\n/);
  });
});

describe('a table that is split', () => {
  const head = '| name | color |\n| :--- | ---: |\n';
  const row = '| an entry of some length | blue |\n';

  test('has its head in each message', () => {
    const parts = shown(`Look:\n\n${head}${row.repeat(1_100)}\nThat is all.`);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts[0]?.startsWith(`Look:\n\n${head}`)).toBe(true);
    for (const part of parts.slice(1)) expect(part.startsWith(head + row)).toBe(true);
    expect(parts.at(-1)).toMatch(/\n\nThat is all\.$/);
    expect(sources(`${head}${row.repeat(1_000)}`).join('')).toBe(`${head}${row.repeat(1_000)}`);
  });

  test('that has ended gives its head to no later message', () => {
    const parts = shown(`${head}${row}\n${paragraph(100).repeat(20)}| no table |\n`);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(1)) expect(part).not.toContain('color');
  });

  test('is not what stands in code', () => {
    const [, second = ''] = shown(`\`\`\`\n${head}${row.repeat(400)}\`\`\`\n`);
    expect(second.startsWith(`\`\`\`\n${row}`)).toBe(true);
  });

  test('with a head of enormous length goes on without it', () => {
    const wide = `|${' a |'.repeat(300)}\n|${' - |'.repeat(300)}\n`;
    for (const part of shown(`${wide}${row.repeat(1_000)}`)) expect(bytes(part)).toBeLessThanOrEqual(MAX_BYTES);
  });
});

/** Texts long enough to be split: pieces of all kinds, each repeated. */
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
  '| a | b |\n|---|---|\n',
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
const fencedInside = fc
  .tuple(fc.constantFrom('> ', '  ', '      ', '> > '), fenced)
  .map(([prefix, text]) => `\n${text.trim().replaceAll(/^/gm, prefix)}\n\n`);
/** Without single markers, so that every fence is closed. */
const balanced = fc
  .array(
    fc.oneof(
      repeated.filter((text) => !/[`~]/.test(text)),
      fenced,
      fencedInside,
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));
const anyText = fc.oneof(
  fc
    .array(fc.oneof(repeated, fenced, fc.string({ unit: 'binary' })), { maxLength: 6 })
    .map((pieces) => pieces.join('')),
  balanced,
);

test.each([
  ['a\n```js\nb\n```', 'a\n```js\nb\n```'],
  ['a\n```js\nb\n```\n', 'a\n```js\nb\n```\n'],
  ['a\n```js\nb', 'a\n```js\nb\n```'],
  ['a\n```js', 'a\n```js\n```'],
  ['a', 'a'],
])('the fence that is open at the end is closed, its last line included: %j', (text, closed) => {
  expect(withFenceClosed(text)).toBe(closed);
});

describe('for any text', () => {
  test('the joined sources are the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(sources(text).join('') === text || text.trim() === '').toBe(true);
      }),
    );
  });

  test("every message is within Slack's limits", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const part of shown(text)) {
          expect(part.trim()).not.toBe('');
          expect(bytes(part)).toBeLessThanOrEqual(MAX_BYTES);
          expect(part.length).toBeLessThanOrEqual(MAX_CHARACTERS);
          if (isWhole(text)) expect(isWhole(part)).toBe(true);
        }
      }),
    );
  });

  test.each([1 / 2, 1 / 4, 1 / 8])(
    'in messages of %d of the usual length, nothing is missing and code blocks are closed',
    (share) => {
      fc.assert(
        fc.property(balanced, (text) => {
          const parts = splitReply(text, share);
          expect(parts.map(({ source }) => source).join('') === text || text.trim() === '').toBe(true);
          for (const part of parts) {
            // A message may also contain the fence and its language twice.
            expect(bytes(part.shown)).toBeLessThanOrEqual(9_000 * share + 500);
            expect(openFence(part.shown)).toBeUndefined();
          }
        }),
      );
    },
  );

  test('no message except the last is much shorter than the limit', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const part of sources(text).slice(0, -1)) expect(bytes(part)).toBeGreaterThanOrEqual(8_000);
      }),
    );
  });

  test('each message closes its code blocks', () => {
    fc.assert(
      fc.property(balanced, (text) => {
        for (const part of shown(text)) expect(openFence(part)).toBeUndefined();
      }),
    );
  });

  test('what is shown stays while the text grows', () => {
    fc.assert(
      fc.property(anyText, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
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

  test('what is shown stays while a text with code blocks grows', () => {
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
