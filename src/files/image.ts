/** Pictures: upright, without metadata, and no larger than what a model looks at. */
import type { Sharp } from 'sharp';
import type { FileContent } from '../core/files.js';

/**
 * Models scale a picture down to this before they look at it in detail. Of 32 pixels square, this is 1,536 patches, which
 * is the bound of models that count those. https://developers.openai.com/api/docs/guides/images-vision
 */
const LONG_SIDE = 2_048;
const SHORT_SIDE = 768;
const QUALITY = 88;
export const PIXELS_PER_MEGAPIXEL = 1_000_000;

/** Of a moving picture the first one. Throws for what is no picture. */
export async function imageContent(bytes: Uint8Array, maxMegapixels: number): Promise<FileContent> {
  const { default: sharp } = await import('sharp');
  const limitInputPixels = maxMegapixels * PIXELS_PER_MEGAPIXEL;
  // Looked at before anything is decoded.
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > limitInputPixels) return { kind: 'problem', problem: 'too_large' };
  const upright = sharp(bytes, { limitInputPixels, failOn: 'error', pages: 1 }).autoOrient();
  return { kind: 'image', ...(await shownPicture(upright, width, height)) };
}

/** A JPEG in base64. `width`, `height`: of the picture as it is stored, before it was turned. */
export async function shownPicture(
  upright: Sharp,
  width: number,
  height: number,
): Promise<{ width: number; height: number; data: string }> {
  const { width: shown, height: high } = fitted(width, height);
  const { data, info } = await upright
    // The sides may have changed places.
    .resize({ width: Math.max(shown, high), height: Math.max(shown, high), fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .jpeg({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: data.toString('base64') };
}

function fitted(width: number, height: number): { width: number; height: number } {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(1, LONG_SIDE / long, SHORT_SIDE / short);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
