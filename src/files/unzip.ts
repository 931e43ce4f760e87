/** Unpacks an archive of a document, within bounds. */
import { strFromU8, unzipSync } from 'fflate';
import { TooMuchUnpacked } from './too-much.js';

/** Of all that is read of an archive. */
const MAX_UNPACKED_BYTES = 64_000_000;
const MAX_ENTRIES = 5_000;
/** Documents have neither; both can be made to expand, or to name other files. */
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i;
const XML_NAME = /\.(?:xml|rels)$/i;

/**
 * The entries whose names match, by name. Throws `TooMuchUnpacked` before it unpacks too much, and an error for what is no
 * archive, or has declarations in its XML. An entry gives no more bytes than the archive's list says.
 */
export function unpack(bytes: Uint8Array, wanted: RegExp): Record<string, Uint8Array> {
  let [size, entries] = [0, 0];
  const unpacked = unzipSync(bytes, {
    filter({ name, originalSize }) {
      entries += 1;
      if (entries > MAX_ENTRIES) throw new TooMuchUnpacked();
      if (!wanted.test(name)) return false;
      size += originalSize;
      if (size > MAX_UNPACKED_BYTES) throw new TooMuchUnpacked();
      return true;
    },
  });
  for (const [name, content] of Object.entries(unpacked)) {
    if (XML_NAME.test(name) && DECLARATION.test(strFromU8(content, true))) throw new Error('declarations in the XML');
  }
  return unpacked;
}
