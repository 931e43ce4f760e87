import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { PagePicture } from '../../src/core/files.js';
import { extract } from '../../src/files/extract.js';
import { pdf, type Scan, scans } from './samples.js';

const BOUNDS = { maxMegapixels: 1, maxPages: 20, maxRows: 3, maxTokens: 1_000 };
const read = (bytes: Uint8Array, bounds = BOUNDS): ReturnType<typeof extract> =>
  extract(bytes, { id: 'F1', name: 'a' }, bounds);
const picturesOf = async (...pages: (Scan | string)[]): Promise<readonly PagePicture[]> => {
  const content = await read(scans(pages));
  return (content.kind === 'text' && content.pictures) || [];
};
const PAGE: Scan = { width: 40, height: 60, bits: 8 };

/** How bright the upper and the lower half are, 0 to 255. */
async function halves({ data = '', width, height }: PagePicture): Promise<number[]> {
  const half = Math.floor(height / 2);
  return Promise.all(
    [0, height - half].map(async (top) => {
      const part = await sharp(Buffer.from(data, 'base64')).extract({ left: 0, top, width, height: half }).toBuffer();
      return Math.round((await sharp(part).greyscale().stats()).channels[0]?.mean ?? -1);
    }),
  );
}

describe('a scanned page', () => {
  test.each<[string, Scan]>([
    ['in gray', PAGE],
    ['in black and white', { ...PAGE, bits: 1 }],
    ['with rows that end within a byte', { width: 41, height: 60, bits: 1 }],
    ['in strips', { ...PAGE, strips: 6 }],
    ['in strips, in black and white', { ...PAGE, bits: 1, strips: 6 }],
  ])('%s becomes a picture', async (_what, page) => {
    const [picture] = await picturesOf(page);
    expect(picture).toMatchObject({ page: 1, width: page.width, height: 60 });
    const [upper = 0, lower = 255] = picture ? await halves(picture) : [];
    expect(upper).toBeGreaterThan(240);
    expect(lower).toBeLessThan(15);
  });

  test('is turned as the page is', async () => {
    const [picture] = await picturesOf({ ...PAGE, rotate: 180 });
    const [upper = 255, lower = 0] = picture ? await halves(picture) : [];
    expect([upper < 15, lower > 240]).toEqual([true, true]);
    expect((await picturesOf({ ...PAGE, rotate: 90 }))[0]).toMatchObject({ width: 60, height: 40 });
  });

  test('is scaled down to what a model looks at', async () => {
    expect((await picturesOf({ width: 800, height: 1_200, bits: 1 }))[0]).toMatchObject({ width: 768, height: 1_152 });
  });

  test('of too many pixels is none', async () => {
    expect(await read(scans([{ width: 1_200, height: 1_000, bits: 1 }]))).toEqual({
      kind: 'problem',
      problem: 'empty',
    });
  });
});

test('only pages without text are shown as pictures', async () => {
  const content = await read(scans(['Knit one', PAGE, 'Purl two']));
  expect(content).toMatchObject({ text: '[page 1]\nKnit one\n\n[page 2]\n(a picture)\n\n[page 3]\nPurl two' });
  expect(content.kind === 'text' && content.pictures?.map(({ page }) => page)).toEqual([2]);
});

test('of a long scan the first ten pages are shown, and the rest is said to be missing', async () => {
  const content = await read(scans(Array.from({ length: 12 }, () => PAGE)));
  expect(content).toMatchObject({ text: '', about: 'PDF of 12 pages', cut: { unit: 'pages', shown: 10, of: 12 } });
  expect(content.kind === 'text' && content.pictures).toHaveLength(10);
});

test('a document whose pages show nothing is empty', async () => {
  expect(await read(pdf(['', '']))).toEqual({ kind: 'problem', problem: 'empty' });
});
