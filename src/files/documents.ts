/** Word documents, presentations and workbooks. Nothing that is embedded in them is opened. */
import { strFromU8, zipSync } from 'fflate';
import type { FileContent } from '../core/files.js';
import { counted, rowText } from './table.js';
import { unpack } from './unzip.js';

export async function wordText(bytes: Uint8Array): Promise<FileContent> {
  const { default: mammoth } = await import('mammoth');
  // Packed again: what mammoth unpacks is then as large as it says.
  const checked = zipSync(unpack(bytes, /\.(?:xml|rels)$/), { level: 0 });
  const { value } = await mammoth.extractRawText({ buffer: Buffer.from(checked) });
  return { kind: 'text', text: value.replaceAll(/\n{3,}/g, '\n\n'), about: 'Word document' };
}

export function slidesText(bytes: Uint8Array, maxPages: number): FileContent {
  const entries = unpack(bytes, /^ppt\/slides\/slide\d+\.xml$/);
  const names = Object.keys(entries).toSorted((one, other) => numberIn(one) - numberIn(other));
  const shown = names.slice(0, maxPages);
  const texts = shown.map((name) => wordsOfSlide(strFromU8(entries[name] ?? new Uint8Array())));
  if (texts.every((text) => text === '')) return { kind: 'problem', problem: 'empty' };
  return {
    kind: 'text',
    text: texts.map((text, at) => `[slide ${at + 1}]\n${text}`).join('\n\n'),
    about: `presentation of ${counted(names.length, 'slide')}`,
    ...(names.length > shown.length && { cut: { unit: 'pages', shown: shown.length, of: names.length } }),
  };
}

function numberIn(name: string): number {
  return Number(/(\d+)\.xml$/.exec(name)?.[1]);
}

/** Text, and ends of lines and paragraphs. */
const OF_A_SLIDE = /<a:t(?:\s[^<>]*)?>([^<]*)<\/a:t>|<\/a:p>|<a:br\b/g;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The paragraphs of a slide, one a line. */
function wordsOfSlide(xml: string): string {
  const words = Array.from(xml.matchAll(OF_A_SLIDE), ([, text]) => (text === undefined ? '\n' : decoded(text)));
  return words.join('').replaceAll(/\n+/g, '\n').trim();
}

function decoded(text: string): string {
  return text.replaceAll(ENTITY, (entity, decimal?: string, hex?: string, name = '') => {
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return NAMED[name] ?? (point <= 0x10_ff_ff ? String.fromCodePoint(point) : entity);
  });
}

export async function workbookText(bytes: Uint8Array, maxRows: number): Promise<FileContent> {
  const { default: readWorkbook } = await import('read-excel-file/universal');
  const checked = zipSync(unpack(bytes, /\.(?:xml|rels)$/), { level: 0 });
  const sheets = await readWorkbook(checked.slice().buffer);
  let [left, of] = [maxRows, 0];
  const texts = sheets.map(({ sheet, data }) => {
    const columns = data.reduce((most, row) => Math.max(most, row.length), 0);
    const rows = data.slice(0, left);
    left -= rows.length;
    of += data.length;
    const head = `[sheet "${sheet}": ${counted(columns, 'column')}, ${counted(data.length, 'row')}]`;
    return [head, ...rows.map(rowText)].join('\n');
  });
  if (of === 0) return { kind: 'problem', problem: 'empty' };
  return {
    kind: 'text',
    text: texts.join('\n\n'),
    about: `workbook of ${counted(sheets.length, 'sheet')}`,
    ...(of > maxRows && { cut: { unit: 'rows', shown: maxRows, of } }),
  };
}
