import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { FileContent, Sound } from '../../src/core/files.js';
import { extract } from '../../src/files/extract.js';
import { fileReader } from '../../src/files/reader.js';
import { RecordingLogger } from '../support/doubles.js';
import { heic } from './heic.js';

const BOUNDS = { maxMegapixels: 10, maxPages: 3, maxRows: 3, maxTokens: 10 };
const FILE = { id: 'F1', name: 'a' };
const read = (bytes: Uint8Array): Promise<FileContent | Sound> => extract(bytes, FILE, BOUNDS);
const SIDES = { width: 60, height: 50 };

/** Which corners are red, of a picture that is blue elsewhere. */
async function redCorners(content: FileContent | Sound): Promise<string[]> {
  if (content.kind !== 'image') throw new Error(`no picture: ${JSON.stringify(content)}`);
  const { data, info } = await sharp(Buffer.from(content.data ?? '', 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const corners = { 'upper left': [0, 0], 'upper right': [1, 0], 'lower left': [0, 1], 'lower right': [1, 1] } as const;
  return Object.entries(corners).flatMap(([name, [x, y]]) => {
    const at = (y * (info.height - 1) * info.width + x * (info.width - 1)) * info.channels;
    return (data[at] ?? 0) > 200 ? [name] : [];
  });
}

describe('a HEIC picture', () => {
  test.each<[string, Parameters<typeof heic>[0][0], number | undefined, string, number]>([
    ['as it is', SIDES, undefined, 'upper left', 60],
    ['a quarter to the left', { ...SIDES, turns: 1 }, undefined, 'lower left', 50],
    ['upside down', { ...SIDES, turns: 2 }, undefined, 'lower right', 60],
    ['a quarter to the right', { ...SIDES, turns: 3 }, undefined, 'upper right', 50],
    ['mirrored', { ...SIDES, isMirrored: true }, undefined, 'lower left', 60],
    ['once, if its EXIF data say the same', { ...SIDES, turns: 3 }, 6, 'upper right', 50],
  ])('is turned as its file says: %s', async (_how, picture, exifOrientation, corner, width) => {
    const content = await read(heic([picture], exifOrientation === undefined ? {} : { exifOrientation }));
    expect(content).toMatchObject({ kind: 'image', width });
    expect(await redCorners(content)).toEqual([corner]);
  });

  test('becomes a JPEG without metadata, scaled down', async () => {
    const content = await read(heic([{ width: 1_000, height: 900 }], { exifOrientation: 1 }));
    expect(content).toMatchObject({ width: 853, height: 768 });
    const data = Buffer.from((content.kind === 'image' && content.data) || '', 'base64');
    const { format, exif } = await sharp(data).metadata();
    expect([format, exif]).toEqual(['jpeg', undefined]);
  });

  test('is the one that its file shows, of several', async () => {
    const pictures = [SIDES, { width: 40, height: 20 }, { width: 30, height: 10 }];
    expect(await read(heic(pictures, { primary: 1 }))).toMatchObject({ kind: 'image', width: 40, height: 20 });
  });

  test.each(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'mif2', 'miaf', 'msf1'])(
    'is one by the brand %s',
    async (brand) => {
      expect(await read(heic([SIDES], { brand }))).toMatchObject({ kind: 'image', ...SIDES });
    },
  );

  test('of too many pixels is not decoded', async () => {
    expect(await read(heic([{ ...SIDES, claimed: [4_000, 3_000] }]))).toEqual({
      kind: 'problem',
      problem: 'too_large',
    });
  });

  test('that is not as large as it says is none', async () => {
    await expect(read(heic([{ ...SIDES, claimed: [600, 500] }]))).rejects.toThrow();
  });

  test('is read in a process of its own', async () => {
    const reader = fileReader({ ...BOUNDS, maxBytes: 1e6, timeoutMs: 30_000 }, new RecordingLogger());
    const content = await reader.extract(heic([SIDES]), FILE, new AbortController().signal);
    expect(await redCorners(content)).toEqual(['upper left']);
  }, 60_000);
});

test('AVIF in the same container is still read', async () => {
  const bytes = await sharp({ create: { ...SIDES, channels: 3, background: '#00f' } })
    .avif()
    .toBuffer();
  bytes.write('mif1', 8, 'latin1');
  expect(bytes.toString('latin1', 16, 64)).toContain('avif');
  expect(await read(bytes)).toMatchObject({ kind: 'image', ...SIDES });
});

test('a film that has a picture beside it is a film', async () => {
  const bytes = heic([SIDES], { brand: 'isom' });
  expect(await read(bytes)).toEqual({ kind: 'sound', format: 'mp4' });
});
