/** What becomes of each file of the corpus, and of bytes that are changed at random. */
import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import type { FileContent, Sound } from '../../src/core/files.js';
import { extract } from '../../src/files/extract.js';
import { fileReader } from '../../src/files/reader.js';
import { RecordingLogger } from '../support/doubles.js';
import type { Asked } from './extracting.js';
import { docx, pdf, pptx, SMALL, xlsx } from './samples.js';

const FOLDER = new URL('corpus', import.meta.url).pathname;
const BOUNDS = { maxMegapixels: 10, maxPages: 3, maxRows: 3, maxTokens: 1_000 };
/** `FUZZ_RUNS=100000` looks longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

/** As the process of its own does it. */
const read = (bytes: Uint8Array, name = 'a'): Promise<FileContent | Sound> =>
  extract(bytes, { id: 'F1', name }, BOUNDS).catch(() => ({ kind: 'problem', problem: 'broken' }));
const problem = (what: string): object => ({ kind: 'problem', problem: what });

const EXPECTED: Record<string, object> = {
  'plan.docx': { kind: 'text', text: 'Knit one\n\nPurl two & three', about: 'Word document' },
  'plan.pdf': {
    kind: 'text',
    text: '[page 1]\nKnit one\n\n[page 2]\nPurl two',
    about: 'PDF of 2 pages',
    pdf: { pages: 2, bytes: expect.any(Number) },
  },
  'plan.pptx': {
    kind: 'text',
    text: '[slide 1]\nKnit one\nPurl <two>\n\n[slide 2]\nThe end',
    about: 'presentation of 2 slides',
  },
  'sales.xlsx': {
    kind: 'text',
    text: '[sheet "Sales": 2 columns, 3 rows]\nmonth,wool\nMay,12\n"a, ""b""",0.5',
    about: 'workbook of 1 sheet',
  },
  'formulas.csv': {
    kind: 'text',
    text: 'name,value\n=HYPERLINK("http://example.com"),+1\n@SUM(1),-2',
    about: 'table of 2 columns and 2 rows below its heading',
  },
  'letter.eml': {
    kind: 'text',
    text: 'From: Ada <ada@example.com>\nTo: Bob <bob@example.com>\nDate: 2026-11-05T10:00:00.000Z\nSubject: Wool für Bob\nAttached, not opened: plan.pdf\n\nKnit one.',
    about: 'email',
  },
  'scanned.pdf': problem('empty'),
  'scanned-note.pdf': {
    kind: 'text',
    text: '[page 1]\n(a picture)\n\n[page 2]\nKnit one',
    about: 'PDF of 2 pages',
    pictures: [{ page: 1, width: 16, height: 24, data: expect.any(String) }],
    pdf: { pages: 2, bytes: expect.any(Number) },
  },
  'locked.pdf': problem('broken'),
  'truncated.pdf': problem('broken'),
  'truncated.docx': problem('broken'),
  'entities.docx': problem('broken'),
  'protected.docx': problem('broken'),
  'really-text.pdf': { kind: 'text', text: 'Knit one' },
  'really-a-pdf.txt': {
    kind: 'text',
    text: '[page 1]\nKnit one',
    about: 'PDF of 1 page',
    pdf: { pages: 1, bytes: expect.any(Number) },
  },
  'truncated.xlsx': problem('broken'),
  'wool.png': { kind: 'image', width: 20, height: 10, data: expect.any(String) },
  'truncated.png': problem('broken'),
  'huge.png': problem('too_large'),
  'photo.heic': { kind: 'image', width: 48, height: 64, data: expect.any(String) },
  'burst.heif': { kind: 'image', width: 40, height: 20, data: expect.any(String) },
  'truncated.heic': problem('broken'),
  'no-picture.heic': problem('broken'),
  'huge.heic': problem('too_large'),
  'really-text.png': { kind: 'text', text: 'Knit one' },
  'מתכון \u{1f9f6}.csv': {
    kind: 'text',
    text: 'wool;price\nאדום;1',
    about: 'table of 2 columns and 1 row below its heading',
  },
  'nested.zip': problem('unknown_kind'),
};

test('the folder has what `samples.ts` makes, and each file its expected outcome', () => {
  const files = readdirSync(FOLDER).toSorted();
  expect(Object.keys(SMALL).toSorted()).toEqual(files);
  expect(Object.keys(EXPECTED).toSorted()).toEqual(files);
});

test.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
  expect(await read(readFileSync(join(FOLDER, name)), name)).toEqual(expected);
});

describe('a file that is too long', () => {
  test.each<[string, () => Uint8Array, object]>([
    ['20,000 pages', () => pdf(Array<string>(20_000).fill('Knit')), { unit: 'pages', shown: 3, of: 20_000 }],
    ['4,000 slides', () => pptx(Array<string>(4_000).fill('Knit')), { unit: 'pages', shown: 3, of: 4_000 }],
    ['10,000 rows', () => xlsx(Array.from({ length: 10_000 }, () => [1, 2])), { unit: 'rows', shown: 3, of: 10_000 }],
    ['20,000 lines', () => docx('Knit\n'.repeat(20_000)), { unit: 'characters', shown: 8_000 }],
  ])('is read in part: %s', async (_what, make, cut) => {
    const content = await read(make());
    expect(content).toMatchObject({ kind: 'text', cut });
    expect(content.kind === 'text' && content.text.length).toBeLessThan(9_000);
  });
});

describe('an archive that unpacks to too much', () => {
  const head = { 'word/extra.xml': new Uint8Array(70_000_000) };
  let large: Uint8Array;
  beforeAll(() => {
    large = docx('Knit', '', head);
  });

  test('is not unpacked', async () => {
    expect(await read(large)).toEqual(problem('too_large'));
  });

  test('and says less is unpacked as far as it says', async () => {
    const bytes = large.slice();
    const at = Buffer.from(bytes).lastIndexOf('word/extra.xml');
    // The size, in the entry of the archive's list, which stands 46 bytes before the name's beginning.
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at - 46 + 24, 10, true);
    expect(await read(bytes)).toMatchObject({ kind: expect.stringMatching(/text|problem/) });
  });

  test('by its number of entries is not unpacked', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_001 }, (_, at) => [`x${at}`, strToU8('')] as const));
    expect(await read(docx('Knit', '', many))).toEqual(problem('too_large'));
  });
});

test('a page that takes more memory than there may be ends its process, and nothing else', async () => {
  const content = deflateSync(Buffer.alloc(200_000_000, ' '));
  const page = Buffer.from(pdf(['x'])).toString('latin1');
  const stream = content.toString('latin1');
  const bomb = page.replace(
    /<< \/Length \d+ >>\nstream\n[^]*?\nendstream/,
    () => `<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n${stream}\nendstream`,
  );
  const logger = new RecordingLogger();
  const reader = fileReader({ ...BOUNDS, maxBytes: 1e7, timeoutMs: 15_000 }, logger, 250_000_000);
  const outcome = await reader.extract(
    Buffer.from(bomb, 'latin1'),
    { id: 'F1', name: 'a' },
    new AbortController().signal,
  );
  expect(outcome).toEqual(problem('too_large'));
  // Another attempt would end the same.
  expect(logger.lines).toEqual([]);
}, 60_000);

/** Outside of this process: pdf.js leaves promises behind that fail. */
let elsewhere: ChildProcess;
beforeAll(() => {
  const program = new URL('extracting.ts', import.meta.url);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  elsewhere = fork(program, { execArgv: ['--import', loader], serialization: 'advanced' });
});
afterAll(() => void elsewhere.kill());

const readElsewhere = (bytes: Uint8Array, name: string): Promise<FileContent | Sound> =>
  new Promise((resolve, reject) => {
    const died = (): void => reject(new Error('the process that reads died'));
    elsewhere.once('exit', died);
    elsewhere.once('message', (content) => {
      elsewhere.off('exit', died);
      resolve(content as FileContent | Sound);
    });
    const asked: Asked = { bytes, name, bounds: BOUNDS };
    elsewhere.send(asked, (error) => error && reject(error));
  });

const isPdf = ([name]: readonly [string, unknown]): boolean => name.endsWith('.pdf');

test.each([
  { what: 'of PDFs', isIn: isPdf, by: readElsewhere },
  { what: 'of other files', isIn: (sample: readonly [string, unknown]) => !isPdf(sample), by: read },
])(
  'bytes $what that are changed at random end in a content or a problem',
  async ({ isIn, by }) => {
    const samples = fc.constantFrom(...Object.entries(SMALL).filter(isIn));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 });
    const cuts = fc.tuple(fc.nat(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(samples, changes, cuts, async ([name, whole], edits, [end, isCut]) => {
        const bytes = Uint8Array.from(isCut ? whole.slice(0, end % whole.length) : whole);
        for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const content = await by(bytes, name);
        expect(content.kind).toMatch(/^(text|image|sound|problem)$/);
        if (content.kind === 'text') expect(content.text.length).toBeLessThan(9_000);
      }),
      { numRuns: RUNS },
    );
  },
  600_000,
);

test('nothing of an archive in an archive is read', async () => {
  const more = { 'word/embeddings/inner.docx': docx('Secret') };
  expect(JSON.stringify(await read(docx('Knit', '', more)))).not.toContain('Secret');
  expect(await read(zipSync({ 'a.txt': strToU8('Secret') }))).toEqual(problem('unknown_kind'));
});
