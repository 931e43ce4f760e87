/** HEIC, the format of iPhone photos: the sharp that npm installs does not decode it. */
import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js';
import type { FileContent } from '../core/files.js';
import { PIXELS_PER_MEGAPIXEL, shownPicture } from './image.js';

/** What `libheif-js` returns of a call that may fail. Its `code` is set if it did. */
type Outcome<T> = T | { code: unknown; message: string };

interface Decoded {
  /** Its memory is that of the decoder. Rows may be longer than the picture is wide. */
  channels: readonly [{ data: Uint8Array; stride: number; width: number; height: number }];
}

/**
 * Of several pictures the one that the file says is shown. It is upright: the decoder turns it as the file says. An
 * orientation in its EXIF data says the same once more, and does not count. Throws for what cannot be decoded.
 */
export async function heicContent(bytes: Uint8Array, maxMegapixels: number): Promise<FileContent> {
  const { default: heif } = await import('libheif-js/wasm-bundle.js');
  const context = heif.heif_context_alloc();
  const { code, message } = heif.heif_context_read_from_memory(context, bytes);
  if (code !== heif.heif_error_code.heif_error_Ok) throw new Error(message as string);
  const picture = orThrow<Picture>(heif.heif_js_context_get_primary_image_handle(context));
  const [width, height] = [heif.heif_image_handle_get_width(picture), heif.heif_image_handle_get_height(picture)];
  // Nothing is decoded yet.
  if (width * height > maxMegapixels * PIXELS_PER_MEGAPIXEL) return { kind: 'problem', problem: 'too_large' };
  const channels = heif.heif_image_handle_has_alpha_channel(picture) ? 4 : 3;
  const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } = heif.heif_chroma;
  const decoded = orThrow<Decoded>(
    heif.heif_js_decode_image2(picture, heif.heif_colorspace.heif_colorspace_RGB, channels === 4 ? rgba : rgb),
  );
  const { default: sharp } = await import('sharp');
  const [pixels] = decoded.channels;
  const raw = { width: pixels.width, height: pixels.height, channels } as const;
  return { kind: 'image', ...(await shownPicture(sharp(packed(pixels, channels), { raw }), raw.width, raw.height)) };
}

type Picture = Parameters<MainModule['heif_image_handle_get_width']>[0];

function orThrow<T extends object>(outcome: Outcome<T>): T {
  if ('code' in outcome) throw new Error(outcome.message);
  return outcome;
}

/** Without what is between the rows. Moved where it stands, as a photo takes a lot of memory. */
function packed({ data, stride, width, height }: Decoded['channels'][0], channels: number): Uint8Array {
  const length = width * channels;
  for (let row = 1; row < height; row += 1) data.copyWithin(row * length, row * stride, row * stride + length);
  return data.subarray(0, length * height);
}
