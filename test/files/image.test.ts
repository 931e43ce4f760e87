import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { FileContent, Sound } from '../../src/core/files.js';
import { extract } from '../../src/files/extract.js';

const BOUNDS = { maxMegapixels: 10, maxPages: 3, maxRows: 3, maxTokens: 10 };
const read = (bytes: Uint8Array): Promise<FileContent | Sound> => extract(bytes, { id: 'F1', name: 'a' }, BOUNDS);
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 200, alpha: 0.5 } } });
const dataOf = (content: FileContent | Sound): Buffer =>
  Buffer.from((content.kind === 'image' && content.data) || '', 'base64');

describe('a picture', () => {
  test.each(['png', 'gif', 'webp', 'avif', 'jpeg'] as const)('of the format %s becomes a JPEG', async (format) => {
    const content = await read(await plain(40, 30).toFormat(format).toBuffer());
    expect(content).toMatchObject({ kind: 'image', width: 40, height: 30 });
    expect(await sharp(dataOf(content)).metadata()).toMatchObject({ format: 'jpeg', hasAlpha: false });
  });

  test('is turned upright, and loses what it says about its maker', async () => {
    const bytes = await plain(40, 30)
      .jpeg()
      .withExif({ IFD0: { Artist: 'Ada' }, IFD3: { GPSLatitude: '1/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const content = await read(bytes);
    expect(content).toMatchObject({ width: 30, height: 40 });
    const { exif, orientation } = await sharp(dataOf(content)).metadata();
    expect([exif, orientation]).toEqual([undefined, undefined]);
  });

  test.each([
    [4_000, 1_000, 2_048, 512],
    [1_000, 4_000, 512, 2_048],
    [2_000, 2_000, 768, 768],
    [700, 500, 700, 500],
    [3_000, 1, 2_048, 1],
  ])('of %i by %i pixels is shown with %i by %i', async (width, height, shownWidth, shownHeight) => {
    expect(await read(await plain(width, height).png().toBuffer())).toMatchObject({
      width: shownWidth,
      height: shownHeight,
    });
  });

  test('of too many pixels is not decoded', async () => {
    const bytes = await plain(10, 10).png().toBuffer();
    // 50,000 by 50,000, as its header says.
    for (const at of [16, 20]) bytes.writeUInt32BE(50_000, at);
    expect(await read(bytes)).toEqual({ kind: 'problem', problem: 'too_large' });
  });

  test('that is cut off is none', async () => {
    const bytes = await plain(400, 300).png({ compressionLevel: 0 }).toBuffer();
    await expect(read(bytes.subarray(0, bytes.length / 2))).rejects.toThrow();
  });
});
