/** Tells pictures in the HEIF container apart, by the brands that they name. Pure. */

/** https://mp4ra.org/registered-types/brands */
const HEVC = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const AV1 = new Set(['avif', 'avis']);
/** Of pictures, however they are compressed. */
const ANY = new Set(['mif1', 'mif2', 'miaf', 'msf1']);
const BRAND_BYTES = 4;
/** Of the first box, which has the main brand, a version, then all brands. */
const MAIN_AT = 8;
const ALL_AT = 16;
const MAX_BYTES = 512;

/** Undefined for other files: films name such brands too, but not as their main one. */
export function heifKind(bytes: Uint8Array): 'image/heic' | 'image/avif' | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_BYTES));
  if (head.length < ALL_AT || head.toString('latin1', BRAND_BYTES, MAIN_AT) !== 'ftyp') return undefined;
  const brandAt = (at: number): string => head.toString('latin1', at, at + BRAND_BYTES);
  const main = brandAt(MAIN_AT);
  if (![HEVC, AV1, ANY].some((brands) => brands.has(main))) return undefined;
  const brands = [main];
  const end = Math.min(head.readUInt32BE(0), head.length);
  for (let at = ALL_AT; at < end; at += BRAND_BYTES) brands.push(brandAt(at));
  return brands.some((brand) => AV1.has(brand)) && !brands.some((brand) => HEVC.has(brand))
    ? 'image/avif'
    : 'image/heic';
}
