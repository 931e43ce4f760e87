/** Reads one file. Runs in a separate process: see `child.ts`. What a file is is decided by its bytes; a name only refines it. */
import { fileTypeFromBuffer } from 'file-type';
import type { FileBounds, FileContent, FileReference, Sound } from '../core/files.js';
import { wellFormed } from '../core/text.js';
import { emailText, isEmail } from './email.js';
import { heifKind } from './heif-kind.js';
import { decodeText, hasTextMark } from './text.js';
import { TooMuchUnpacked } from './too-much.js';

export type ExtractionBounds = Pick<FileBounds, 'maxMegapixels' | 'maxPages' | 'maxRows' | 'maxTokens'>;

/** Of a text, so many characters for each token that may be shown are kept, of both its ends. */
const CHARACTERS_PER_TOKEN = 8;
/** Kinds that are text, and that can be told by their beginning. */
const TEXT_KINDS = /^text\/|[/+]xml$|^application\/(?:rtf|x-ms-regedit|pgp-encrypted)$/;
/** Of films and recordings. */
const SOUND_KINDS = /^(?:audio|video)\//;
/** As services that listen call them. */
const FORMATS: Readonly<Record<string, string>> = { mov: 'mp4', m4v: 'mp4', m4b: 'm4a', oga: 'ogg', opus: 'ogg' };
const TABLE_TYPES = /^text\/(?:csv|tab-separated-values)$/;
const TABLE_NAME = /\.(?:csv|tsv|tab)$/i;

type Reader = (bytes: Uint8Array, bounds: ExtractionBounds) => Promise<FileContent>;

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const NEW_DOCUMENT = /\.(?:docx|xlsx|pptx)$/i;
const picture: Reader = async (bytes, { maxMegapixels }) =>
  (await import('./image.js')).imageContent(bytes, maxMegapixels);
/** Each loads what it needs: a process reads one file. */
const READERS: Readonly<Record<string, Reader>> = {
  'image/png': picture,
  'image/apng': picture,
  'image/jpeg': picture,
  'image/gif': picture,
  'image/webp': picture,
  'image/avif': picture,
  'image/heic': async (bytes, { maxMegapixels }) => (await import('./heic.js')).heicContent(bytes, maxMegapixels),
  'application/pdf': async (bytes, { maxPages, maxTokens, maxMegapixels }) =>
    (await import('./pdf.js')).pdfContent(bytes, {
      maxPages,
      maxCharacters: maxTokens * CHARACTERS_PER_TOKEN,
      maxMegapixels,
    }),
  [`${OFFICE}.wordprocessingml.document`]: async (bytes) => (await import('./documents.js')).wordText(bytes),
  [`${OFFICE}.presentationml.presentation`]: async (bytes, { maxPages }) =>
    (await import('./documents.js')).slidesText(bytes, maxPages),
  [`${OFFICE}.spreadsheetml.sheet`]: async (bytes, { maxRows }) =>
    (await import('./documents.js')).workbookText(bytes, maxRows),
};

/** Throws what parsers throw for what they cannot read. */
export async function extract(
  bytes: Uint8Array,
  file: FileReference,
  bounds: ExtractionBounds,
): Promise<FileContent | Sound> {
  if (bytes.length === 0) return { kind: 'problem', problem: 'empty' };
  const { mime: kind, ext = '' } = (await typeOf(bytes)) ?? {};
  if (kind !== undefined && SOUND_KINDS.test(kind)) return { kind: 'sound', format: FORMATS[ext] ?? ext };
  const read = kind === undefined ? undefined : READERS[kind];
  if (read) return bounded(await readWithin(read, bytes, bounds), bounds);
  // Protected documents are such files, and so are those of old programs.
  if (kind === 'application/x-cfb' && NEW_DOCUMENT.test(file.name)) return { kind: 'problem', problem: 'broken' };
  if (kind !== undefined && !TEXT_KINDS.test(kind)) return { kind: 'problem', problem: 'unknown_kind' };
  const text = decodeText(bytes);
  if (text === undefined) return { kind: 'problem', problem: 'unknown_kind' };
  if (isEmail(text)) return bounded(await emailText(bytes), bounds);
  const isTable = TABLE_TYPES.test(file.mimetype ?? '') || TABLE_NAME.test(file.name);
  const table = isTable ? (await import('./table.js')).tableContent(text, bounds.maxRows) : undefined;
  return bounded(table ?? { kind: 'text', text }, bounds);
}

/** Undefined for what may be text. */
async function typeOf(bytes: Uint8Array): Promise<{ mime: string; ext?: string } | undefined> {
  if (hasTextMark(bytes)) return undefined;
  const mime = heifKind(bytes);
  return mime ? { mime } : fileTypeFromBuffer(bytes);
}

async function readWithin(read: Reader, bytes: Uint8Array, bounds: ExtractionBounds): Promise<FileContent> {
  try {
    return await read(bytes, bounds);
  } catch (error) {
    if (error instanceof TooMuchUnpacked) return { kind: 'problem', problem: 'too_large' };
    throw error;
  }
}

/** Cut in its middle, to what is passed on. */
function bounded(content: FileContent, { maxTokens }: ExtractionBounds): FileContent {
  if (content.kind !== 'text') return content;
  const text = content.text.trimEnd();
  if (text.trim() === '' && !content.pictures) return { kind: 'problem', problem: 'empty' };
  const half = (maxTokens * CHARACTERS_PER_TOKEN) / 2;
  const left = text.length - 2 * half;
  if (left <= 0) return { ...content, text };
  const kept = `${text.slice(0, half)}\n[… ${left} characters left out …]\n${text.slice(-half)}`;
  const cut = content.cut ?? { unit: 'characters' as const, shown: 2 * half, of: text.length };
  return { ...content, text: wellFormed(kept), cut };
}
