/** Makes HEIC files out of one tile, as phones do: a grid of tiles, each compressed by itself. */

/** Compressed with HEVC: the head of its stream (`hvcC`), and the picture. */
export interface Tile {
  /** Pixels. It is square. */
  side: number;
  head: Uint8Array;
  data: Uint8Array;
}

/** A picture of a file. Sides in pixels, before it is turned. */
export interface Grid {
  width: number;
  height: number;
  /** Quarters of a turn, counterclockwise. */
  turns?: number;
  /** Top becomes bottom. */
  isMirrored?: boolean;
  /** What the file says of the picture's size. */
  claimed?: readonly [width: number, height: number];
}

/** Red at its upper left, blue elsewhere. Made with `heif-enc -q 40`. */
const CORNER: Tile = {
  side: 64,
  head: Buffer.from(
    'AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==',
    'base64',
  ),
  data: Buffer.from('AAAALCgBr1j5DpJf//Od3/+VHpD7EWYn/8/iYv6idp/4v85f/2UdsffO0P+8uHHw', 'base64'),
};

/** Of a file with one picture that is no grid. */
export function tileOf(file: Uint8Array, side: number): Tile {
  const bytes = Buffer.from(file);
  const content = (type: string): Buffer => {
    const at = bytes.indexOf(type);
    return bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4));
  };
  return { side, head: content('hvcC'), data: content('mdat') };
}

export interface Heic {
  /** Which of the pictures is shown. */
  primary?: number;
  brand?: string;
  /** As cameras write it beside the turns, from 1 to 8. */
  exifOrientation?: number;
  tile?: Tile;
}

export function heic(
  pictures: readonly Grid[],
  { primary = 0, brand = 'heic', exifOrientation, tile = CORNER }: Heic = {},
): Uint8Array {
  /** Their ids are the places in the list, from 1. */
  const items: Item[] = [];
  const properties = [box('hvcC', tile.head), sizeBox(tile.side, tile.side)];
  const grids = pictures.map(
    ({ width, height, turns, isMirrored, claimed: [saidWidth, saidHeight] = [width, height] }) => {
      const [columns, rows] = [Math.ceil(width / tile.side), Math.ceil(height / tile.side)];
      const own = [properties.push(sizeBox(saidWidth, saidHeight))];
      if (turns !== undefined) own.push(properties.push(box('irot', bytesOf(1, turns))));
      if (isMirrored) own.push(properties.push(box('imir', bytesOf(1, 0))));
      const data = Buffer.concat([bytesOf(1, 0, 0, rows - 1, columns - 1), bytesOf(2, saidWidth, saidHeight)]);
      const tiles = Array.from({ length: columns * rows }, () =>
        items.push({ type: 'hvc1', data: tile.data, properties: [1, 2], isHidden: true }),
      );
      return items.push({ type: 'grid', data, properties: own, links: ['dimg', tiles] });
    },
  );
  if (exifOrientation !== undefined)
    items.push({ type: 'Exif', data: exif(exifOrientation), properties: [], isHidden: true, links: ['cdsc', grids] });
  const head = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1heic`, 'latin1'));
  const shown = grids[primary] ?? 0;
  // The places of the data depend on the length of what tells them.
  const begin = head.length + metaBox(items, properties, shown, 0).length + 8;
  const data = box('mdat', ...items.map((item) => item.data));
  return Uint8Array.from(Buffer.concat([head, metaBox(items, properties, shown, begin), data]));
}

function exif(orientation: number): Buffer {
  const entry = Buffer.concat([bytesOf(2, 1, 0x01_12, 3), bytesOf(4, 1), bytesOf(2, orientation, 0), bytesOf(4, 0)]);
  return Buffer.concat([bytesOf(4, 0), Buffer.from('MM\0*'), bytesOf(4, 8), entry]);
}

interface Item {
  type: string;
  data: Uint8Array;
  /** By place, from 1. */
  properties: readonly number[];
  isHidden?: boolean;
  /** Kind, and ids of others. */
  links?: readonly [string, readonly number[]];
}

function metaBox(items: readonly Item[], properties: readonly Buffer[], primary: number, begin: number): Buffer {
  const infos = items.map(({ type, isHidden }, at) =>
    fullBox('infe', 2, isHidden ? 1 : 0, bytesOf(2, at + 1, 0), Buffer.from(`${type}\0`)),
  );
  let place = begin;
  const places = items.map(({ data }, at) => {
    const entry = Buffer.concat([bytesOf(2, at + 1, 0, 1), bytesOf(4, place, data.length)]);
    place += data.length;
    return entry;
  });
  const references = items.flatMap(({ links: [kind = '', ids = []] = [] }, at) =>
    ids.length > 0 ? [box(kind, bytesOf(2, at + 1, ids.length, ...ids))] : [],
  );
  const uses = items.map((item, at) =>
    Buffer.concat([bytesOf(2, at + 1), bytesOf(1, item.properties.length, ...item.properties)]),
  );
  return fullBox(
    'meta',
    0,
    0,
    fullBox('hdlr', 0, 0, bytesOf(4, 0), Buffer.from('pict'), Buffer.alloc(13)),
    fullBox('pitm', 0, 0, bytesOf(2, primary)),
    fullBox('iloc', 0, 0, bytesOf(1, 0x44, 0), bytesOf(2, items.length), ...places),
    fullBox('iinf', 0, 0, bytesOf(2, items.length), ...infos),
    fullBox('iref', 0, 0, ...references),
    box('iprp', box('ipco', ...properties), fullBox('ipma', 0, 0, bytesOf(4, items.length), ...uses)),
  );
}

function sizeBox(width: number, height: number): Buffer {
  return fullBox('ispe', 0, 0, bytesOf(4, width, height));
}

function fullBox(type: string, version: number, flags: number, ...contents: readonly Uint8Array[]): Buffer {
  return box(type, bytesOf(1, version, 0, 0, flags), ...contents);
}

function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([bytesOf(4, content.length + 8), Buffer.from(type), content]);
}

/** Numbers of so many bytes each. */
function bytesOf(size: 1 | 2 | 4, ...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(size * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUIntBE(number, at * size, size);
  return bytes;
}
