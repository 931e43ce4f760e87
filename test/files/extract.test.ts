import { describe, expect, test } from '@jest/globals';
import { extract } from '../../src/files/extract.js';

const BOUNDS = { maxMegapixels: 10, maxPages: 3, maxRows: 3, maxTokens: 10 };
const read = (bytes: string | Uint8Array, name = 'a.txt', mimetype?: string) =>
  extract(Buffer.from(bytes), { id: 'F1', name, ...(mimetype && { mimetype }) }, BOUNDS);
const utf16 = Buffer.from('grün', 'utf16le');

describe('text', () => {
  test.each<{ kind: string; bytes: string | Buffer; text?: string }>([
    { kind: 'UTF-8', bytes: 'grün 🧶' },
    { kind: 'with a mark', bytes: '\ufeffgrün', text: 'grün' },
    { kind: 'of older Windows programs', bytes: Buffer.from([0x67, 0x72, 0xfc, 0x6e, 0x80]), text: 'grün€' },
    { kind: 'UTF-16 with a mark', bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), text: 'grün' },
    { kind: 'UTF-16 without one', bytes: utf16, text: 'grün' },
    { kind: 'UTF-16 of the other order', bytes: Buffer.from(utf16).swap16(), text: 'grün' },
    { kind: 'XML', bytes: '<?xml version="1.0"?><a/>' },
    { kind: 'colors of a terminal', bytes: '\u001b[31mred\u001b[0m' },
  ])('is decoded: $kind', async ({ bytes, text = String(bytes) }) => {
    expect(await read(bytes)).toEqual({ kind: 'text', text });
  });

  test('that is too long is cut in its middle', async () => {
    expect(await read(`${'a'.repeat(100)}${'z'.repeat(100)}`)).toEqual({
      kind: 'text',
      text: `${'a'.repeat(40)}\n[… 120 characters left out …]\n${'z'.repeat(40)}`,
      cut: { unit: 'characters', shown: 80, of: 200 },
    });
  });

  test.each([
    ['nothing', '', 'empty'],
    ['only blanks', ' \n\t', 'empty'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]), 'unknown_kind'],
    ['any bytes', Buffer.from(Array.from({ length: 256 }, (_, at) => at % 31)), 'unknown_kind'],
  ] as const)('is not what it is: %s', async (_what, bytes, problem) => {
    expect(await read(bytes)).toEqual({ kind: 'problem', problem });
  });
});

describe('a table', () => {
  test.each([
    [',', 'a.csv', undefined],
    [';', 'a.CSV', undefined],
    ['\t', 'a', 'text/tab-separated-values'],
  ])('separated by %j says its size', async (separator, name, mimetype) => {
    const text = ['a,b', '1,2', '"x\ny",2'].join('\n').replaceAll(',', separator);
    const about = 'table of 2 columns and 2 rows below its heading';
    expect(await read(text, name, mimetype)).toEqual({ kind: 'text', text, about });
  });

  test('with too many rows is cut at the end of one', async () => {
    expect(await read('é,b\n1,2\n"3\n3",4\n5,6\n7,8\n9,1\n', 'a.csv')).toEqual({
      kind: 'text',
      text: 'é,b\n1,2\n"3\n3",4\n5,6',
      about: 'table of 2 columns and 5 rows below its heading',
      cut: { unit: 'rows', shown: 3, of: 5 },
    });
  });

  test('that cannot be taken apart is text', async () => {
    expect(await read('a,"b\n1,2', 'a.csv')).toEqual({ kind: 'text', text: 'a,"b\n1,2' });
  });
});

test.each([
  ['qt  ', 'mp4'],
  ['M4V ', 'mp4'],
  ['M4A ', 'm4a'],
  ['M4B ', 'm4a'],
])('a recording or a film of the brand "%s" has a format that services know', async (brand, format) => {
  const bytes = Buffer.from(`\0\0\0\u0014ftyp${brand}\0\0\0\0${brand}`, 'latin1');
  expect(await read(bytes)).toEqual({ kind: 'sound', format });
});
