/** Makes the files of the corpus, good and hostile. `npx tsx test/files/samples.ts` writes the small ones to `corpus/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { heic } from './heic.js';

type Bytes = Uint8Array;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const KIND = 'application/vnd.openxmlformats-officedocument';

/** A document of the Office kind: its main part, and others. */
function office(main: string, type: string, parts: Record<string, string>, more: Zippable = {}): Bytes {
  const overrides = `<Override PartName="/${main}" ContentType="${KIND}.${type}.main+xml"/>`;
  const all = {
    '[Content_Types].xml': `${XML}<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="${main}"/></Relationships>`,
    ...parts,
  };
  const entries = Object.entries(all).map(([name, text]) => [name, strToU8(text)] as const);
  return zipSync({ ...Object.fromEntries(entries), ...more }, { mtime: '2026-01-01' });
}

export function docx(text: string, head = '', more: Zippable = {}): Bytes {
  const paragraphs = text.split('\n').map((line) => `<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`);
  const main = `${XML}${head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.join('')}</w:body></w:document>`;
  return office('word/document.xml', 'wordprocessingml.document', { 'word/document.xml': main }, more);
}

export function pptx(slides: readonly string[]): Bytes {
  const slide = (text: string): string =>
    `${XML}<p:sld xmlns:p="urn:p" xmlns:a="urn:a">${text
      .split('\n')
      .map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`)
      .join('')}</p:sld>`;
  const parts = Object.fromEntries(slides.map((text, at) => [`ppt/slides/slide${at + 1}.xml`, slide(text)]));
  return office('ppt/presentation.xml', 'presentationml.presentation', {
    'ppt/presentation.xml': `${XML}<p/>`,
    ...parts,
  });
}

export function xlsx(rows: readonly (readonly (string | number)[])[], sheet = 'Sales'): Bytes {
  const cell = (value: string | number, at: number, row: number): string => {
    const place = `${String.fromCharCode(65 + at)}${row}`;
    if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`;
    return `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  };
  const lines = rows.map(
    (row, at) => `<row r="${at + 1}">${row.map((one, column) => cell(one, column, at + 1)).join('')}</row>`,
  );
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  return office('xl/workbook.xml', 'spreadsheetml.sheet', {
    'xl/workbook.xml': `${XML}<workbook xmlns="${main}" xmlns:r="${OFFICE}"><sheets><sheet name="${sheet}" sheetId="1" r:id="s1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="s1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${main}"><sheetData>${lines.join('')}</sheetData></worksheet>`,
  });
}

/** `encrypted`: it says that it is; nothing else of it is. */
export function pdf(pages: readonly string[], encrypted = false): Bytes {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>'];
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const [at, text] of pages.entries()) {
    const content = text === '' ? '' : `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * at} 0 R >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  return assembled(objects, encrypted);
}

/** A page that was scanned: its lower half is black. `bits`: of a pixel, 8 (gray) or 1. `strips`: parts that it is stored in. */
export interface Scan {
  width: number;
  height: number;
  bits: 1 | 8;
  strips?: number;
  /** Degrees, clockwise. */
  rotate?: number;
}

/** Pages that were scanned, and pages of text. */
export function scans(pages: readonly (Scan | string)[]): Bytes {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids = pages.map((page) => {
    const strips = typeof page === 'string' ? [] : stripsOf(page);
    const names = strips.map((strip, at) => `/I${at} ${objects.push(strip)} 0 R`).join(' ');
    const words = typeof page === 'string' ? `BT /F1 12 Tf 72 720 Td (${page}) Tj ET` : '';
    const content = words + strips.map((_, at) => `q 612 0 0 9 0 0 cm /I${at} Do Q`).join('\n');
    const stream = objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    const rotate = typeof page === 'string' ? 0 : (page.rotate ?? 0);
    const resources = `<< /Font << /F1 3 0 R >> /XObject << ${names} >> >>`;
    return `${objects.push(`<< /Type /Page /Parent 2 0 R /Rotate ${rotate} /MediaBox [0 0 612 792] /Resources ${resources} /Contents ${stream} 0 R >>`)} 0 R`;
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`;
  return assembled(objects);
}

function stripsOf({ width, height, bits, strips = 1 }: Scan): string[] {
  const row = (isBlack: boolean): string => (isBlack ? '00' : 'ff').repeat(Math.ceil((width * bits) / 8));
  const high = height / strips;
  return Array.from({ length: strips }, (_, strip) => {
    const rows = Array.from({ length: high }, (_row, at) => row(strip * high + at >= height / 2)).join('');
    return `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${high} /ColorSpace /DeviceGray /BitsPerComponent ${bits} /Filter /ASCIIHexDecode /Length ${rows.length} >>\nstream\n${rows}\nendstream`;
  });
}

function assembled(objects: readonly string[], encrypted = false): Bytes {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const key = 'A'.repeat(32);
  const lock = encrypted
    ? ` /Encrypt << /Filter /Standard /V 1 /R 2 /O (${key}) /U (${key}) /P -4 >> /ID [(${key}) (${key})]`
    : '';
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return strToU8(
    `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer << /Size ${objects.length + 1} /Root 1 0 R${lock} >>\nstartxref\n${file.length}\n%%EOF\n`,
    true,
  );
}

/** A picture in gray. `rows`: those that it really has, if it lies. */
function png(width: number, height: number, rows = height): Bytes {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const pixels = Buffer.from(Array.from({ length: rows * (width + 1) }, (_, at) => (at % (width + 1) ? at % 251 : 0)));
  const chunks = [chunk('IHDR', head), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))];
  return Uint8Array.from(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks]));
}

const EMAIL = [
  'From: Ada <ada@example.com>',
  'To: Bob <bob@example.com>',
  'Subject: =?UTF-8?Q?Wool_f=C3=BCr_Bob?=',
  'Date: Thu, 05 Nov 2026 10:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Knit one.',
  '--b',
  'Content-Type: application/pdf; name="plan.pdf"',
  'Content-Disposition: attachment; filename="plan.pdf"',
  '',
  '%PDF-1.4',
  '--b--',
  '',
].join('\r\n');

const ENTITIES = `<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">${Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
).join('')}]>`;

/** The small files: what is in `corpus/`. */
export const SMALL: Readonly<Record<string, Bytes>> = {
  'plan.docx': docx('Knit one\nPurl two &amp; three'),
  'plan.pdf': pdf(['Knit one', 'Purl two']),
  'plan.pptx': pptx(['Knit one\nPurl &lt;two&gt;', 'The end']),
  'sales.xlsx': xlsx([
    ['month', 'wool'],
    ['May', 12],
    ['a, "b"', 0.5],
  ]),
  'formulas.csv': strToU8('name,value\n=HYPERLINK("http://example.com"),+1\n@SUM(1),-2\n'),
  'letter.eml': strToU8(EMAIL),
  'scanned.pdf': pdf(['', '']),
  'scanned-note.pdf': scans([{ width: 16, height: 24, bits: 1 }, 'Knit one']),
  'locked.pdf': pdf(['Knit one'], true),
  'truncated.pdf': pdf(['Knit one', 'Purl two']).slice(0, 60),
  'truncated.docx': docx('Knit one').slice(0, -80),
  'entities.docx': docx('&a;&e9;', ENTITIES),
  'really-text.pdf': strToU8('Knit one'),
  'really-a-pdf.txt': pdf(['Knit one']),
  'protected.docx': new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Uint8Array(504)]),
  'truncated.xlsx': xlsx([['Knit']]).slice(0, -80),
  'wool.png': png(20, 10),
  'truncated.png': png(200, 200).slice(0, 200),
  'huge.png': png(50_000, 50_000, 0),
  'photo.heic': heic([{ width: 64, height: 48, turns: 1 }]),
  'burst.heif': heic(
    [
      { width: 64, height: 48 },
      { width: 40, height: 20, isMirrored: true },
    ],
    { primary: 1, brand: 'msf1' },
  ),
  'truncated.heic': heic([{ width: 64, height: 48 }]).slice(0, -20),
  'no-picture.heic': strToU8('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', true),
  'huge.heic': heic([{ width: 64, height: 48, claimed: [50_000, 50_000] }]),
  'really-text.png': strToU8('Knit one'),
  'מתכון \u{1f9f6}.csv': strToU8('wool;price\nאדום;1\n'),
  'nested.zip': zipSync({ 'plan.docx': docx('Knit one') }, { mtime: '2026-01-01' }),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('corpus', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(SMALL)) writeFileSync(join(folder, name), bytes);
}
