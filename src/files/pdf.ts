/** PDF: the text of its pages. */
import type { FileContent } from '../core/files.js';
import { counted } from './table.js';

/** Nothing in the file is run or drawn; what is wrong with it goes to no console. */
const OPTIONS = {
  verbosity: 0,
  isEvalSupported: false,
  disableFontFace: true,
  useSystemFonts: false,
  stopAtErrors: false,
} as const;

/** Throws for what is no PDF, or is protected. */
export async function pdfText(bytes: Uint8Array, maxPages: number, maxCharacters: number): Promise<FileContent> {
  const { getDocumentProxy } = await import('unpdf');
  const pdf = await getDocumentProxy(new Uint8Array(bytes), OPTIONS);
  const pages: string[] = [];
  let length = 0;
  while (pages.length < Math.min(pdf.numPages, maxPages) && length < maxCharacters) {
    const page = await pdf.getPage(pages.length + 1);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    page.cleanup();
    length += text.length;
    pages.push(text.trim());
  }
  if (pages.every((text) => text === '')) return { kind: 'problem', problem: 'empty' };
  const isCut = pages.length < pdf.numPages;
  return {
    kind: 'text',
    text: pages.map((text, at) => `[page ${at + 1}]\n${text}`).join('\n\n'),
    about: `PDF of ${counted(pdf.numPages, 'page')}`,
    ...(isCut && { cut: { unit: 'pages', shown: pages.length, of: pdf.numPages } }),
  };
}
