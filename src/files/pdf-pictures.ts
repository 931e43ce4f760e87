/** Pictures of a PDF's scanned pages: what was scanned is taken out of the page, nothing is drawn. */
import type { PDFPageProxy } from 'unpdf/pdfjs';
import type { PagePicture } from '../core/files.js';
import { shownPicture } from './image.js';

const BITS = 8;
const WHITE = 255;

/** As pdf.js hands it out. */
interface Scan {
  width: number;
  height: number;
  /** 1: black and white, a bit for each pixel, rows of whole bytes. Otherwise a byte for each channel. */
  kind: number;
  data: Uint8Array;
}

interface Codes {
  /** Of the operation that shows a picture. */
  readonly paint: number;
  /** Of pictures in black and white. */
  readonly oneBit: number;
}

/** Undefined of a page that shows none. */
export async function pagePicture(page: PDFPageProxy, codes: Codes): Promise<PagePicture | undefined> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const names = fnArray.flatMap((code, at) => (code === codes.paint ? [String((argsArray[at] as unknown[])[0])] : []));
  const scans: Scan[] = [];
  for (const name of new Set(names)) {
    const scan = await objectOf(page, name);
    if (scan) addStrip(scans, scan);
  }
  const [largest] = scans.toSorted((a, b) => b.width * b.height - a.width * a.height);
  if (!largest) return undefined;
  const { width, height, data } = largest.kind === codes.oneBit ? unpacked(largest) : largest;
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4) return undefined;
  const { default: sharp } = await import('sharp');
  const upright = sharp(data, { raw: { width, height, channels } }).rotate(page.rotate);
  return { page: page.pageNumber, ...(await shownPicture(upright, width, height)) };
}

function objectOf(page: PDFPageProxy, name: string): Promise<Scan | undefined> {
  // Those that several pages show are kept for all of them.
  const objects = name.startsWith('g_') ? page.commonObjs : page.objs;
  return new Promise((resolve) => {
    objects.get(name, (found: (Partial<Omit<Scan, 'data'>> & { data?: ArrayBufferView<ArrayBuffer> }) | null) => {
      const { width = 0, height = 0, kind = 0, data } = found ?? {};
      if (!data || width <= 0 || height <= 0) return resolve(undefined);
      resolve({ width, height, kind, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) });
    });
  });
}

/** Some scanners store a page in strips. */
function addStrip(scans: Scan[], scan: Scan): void {
  const above = scans.at(-1);
  if (above?.width !== scan.width || above.kind !== scan.kind) scans.push({ ...scan });
  else Object.assign(above, { height: above.height + scan.height, data: Buffer.concat([above.data, scan.data]) });
}

/** A byte for each pixel. */
function unpacked({ width, height, kind, data }: Scan): Scan {
  const rowBytes = Math.ceil(width / BITS);
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    const column = at % width;
    const byte = data[Math.floor(at / width) * rowBytes + Math.floor(column / BITS)] ?? 0;
    if ((byte >> (BITS - 1 - (column % BITS))) & 1) pixels[at] = WHITE;
  }
  return { width, height, kind, data: pixels };
}
