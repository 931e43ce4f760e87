/** PDF: the text of its pages, and pictures of those without any. */
import type { PDFDocumentProxy, PDFPageProxy } from 'unpdf/pdfjs';
import type { FileContent, PagePicture } from '../core/files.js';
import { pagePicture } from './pdf-pictures.js';
import { counted } from './table.js';

/** Of a document. */
const MAX_PICTURES = 10;
/** Then no other picture is begun: the text is worth more. */
const PICTURES_WITHIN_MS = 10_000;
/** Of a page: DIN A4 at 500 dpi. The decoder takes some 15 bytes for each pixel. */
const MAX_PIXELS = 25_000_000;
const PIXELS_PER_MEGAPIXEL = 1_000_000;

/** Nothing in the file is run or drawn; what is wrong with it goes to no console. */
const OPTIONS = {
  verbosity: 0,
  isEvalSupported: false,
  disableFontFace: true,
  useSystemFonts: false,
  stopAtErrors: false,
} as const;

/** Throws for what is no PDF, or is protected. */
export async function pdfContent(
  bytes: Uint8Array,
  { maxPages, maxCharacters, maxMegapixels }: { maxPages: number; maxCharacters: number; maxMegapixels: number },
): Promise<FileContent> {
  const { getDocumentProxy } = await import('unpdf');
  const maxImageSize = Math.min(MAX_PIXELS, maxMegapixels * PIXELS_PER_MEGAPIXEL);
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { ...OPTIONS, maxImageSize });
  const pages: string[] = [];
  let length = 0;
  while (pages.length < Math.min(pdf.numPages, maxPages) && length < maxCharacters) {
    const page = await pdf.getPage(pages.length + 1);
    const text = await textOf(page);
    page.cleanup();
    length += text.length;
    pages.push(text);
  }
  const blank = pages.flatMap((text, at) => (text === '' ? [at + 1] : []));
  const pictures = await picturesOf(pdf, blank);
  const isBlank = blank.length === pages.length;
  if (isBlank && pictures.length === 0) return { kind: 'problem', problem: 'empty' };
  const shown = isBlank ? pictures.length : pages.length;
  const pictured = new Set(pictures.map(({ page }) => page));
  const said = pages.map((text, at) => `[page ${at + 1}]\n${pictured.has(at + 1) ? PICTURE : text}`);
  return {
    kind: 'text',
    text: isBlank ? '' : said.join('\n\n'),
    about: `PDF of ${counted(pdf.numPages, 'page')}`,
    ...(shown < pdf.numPages && { cut: { unit: 'pages', shown, of: pdf.numPages } }),
    ...(pictures.length > 0 && { pictures }),
    pdf: { pages: pdf.numPages, bytes: bytes.length },
  };
}

const PICTURE = '(a picture)';

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  const words = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''));
  return words.join('').trim();
}

/** Of the first of these pages. One that cannot be decoded has none. */
async function picturesOf(pdf: PDFDocumentProxy, blank: readonly number[]): Promise<PagePicture[]> {
  if (blank.length === 0) return [];
  const { getResolvedPDFJS } = await import('unpdf');
  const { OPS, ImageKind } = await getResolvedPDFJS();
  const codes = { paint: OPS.paintImageXObject, oneBit: ImageKind.GRAYSCALE_1BPP };
  const endsAt = performance.now() + PICTURES_WITHIN_MS;
  const pictures: PagePicture[] = [];
  for (const number of blank.slice(0, MAX_PICTURES)) {
    if (performance.now() > endsAt) break;
    const page = await pdf.getPage(number);
    const picture = await pagePicture(page, codes).catch(() => undefined);
    page.cleanup();
    if (picture) pictures.push(picture);
  }
  return pictures;
}
