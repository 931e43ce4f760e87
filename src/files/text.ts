/** Tells text from other bytes, and decodes it. Pure. */

/** Of the characters of a text, at most: control characters, which other files are full of. */
const MAX_CONTROL_SHARE = 0.02;
const CONTROL = /(?!\s)\p{Cc}/gu;
/** Begins a terminal's colors. */
const ESCAPE = '\u001b';
/** Windows-1252 from 0x80 to 0x9f. https://encoding.spec.whatwg.org/index-windows-1252.txt */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BOMS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Undefined for what is no text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decode(bytes, markedEncoding(bytes) ?? withoutBom(bytes));
  const controls = (text.match(CONTROL)?.length ?? 0) - (text.split(ESCAPE).length - 1);
  return controls <= text.length * MAX_CONTROL_SHARE ? text : undefined;
}

function decode(bytes: Uint8Array, encoding: string): string {
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Of older Windows programs: no other encoding without a mark is as frequent. Node's own decoder of it is another one.
    const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return latin.replaceAll(/[\u0080-\u009f]/g, (character) => WINDOWS[character.charCodeAt(0) - 0x80] ?? character);
  }
}

/** Whether the bytes say themselves that they are text. */
export function hasTextMark(bytes: Uint8Array): boolean {
  return markedEncoding(bytes) !== undefined;
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  return BOMS.find(([, bom]) => bom.every((byte, at) => bytes[at] === byte))?.[0];
}

/** Western text in UTF-16 is zero in every other byte. */
function withoutBom(bytes: Uint8Array): string {
  const looked = bytes.subarray(0, 1_000);
  const zeros = [0, 0];
  for (const [at, byte] of looked.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = looked.length / 4;
  if (odd > many && even === 0) return 'utf-16le';
  return even > many && odd === 0 ? 'utf-16be' : 'utf-8';
}
