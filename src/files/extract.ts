/** Reads one file. Runs in a process of its own: see `child.ts`. What a file is is decided by its bytes; a name only refines it. */
import { fileTypeFromBuffer } from 'file-type';
import type { FileBounds, FileContent, FileReference } from '../core/files.js';
import { wellFormed } from '../core/text.js';
import { tableContent } from './table.js';
import { decodeText, hasTextMark } from './text.js';

export type ExtractionBounds = Pick<FileBounds, 'maxRows' | 'maxTokens'>;

/** Of a text, so many characters for each token that may be shown are kept, of both its ends. */
const CHARACTERS_PER_TOKEN = 8;
/** Kinds that are text, and that can be told by their beginning. */
const TEXT_KINDS = /^text\/|[/+]xml$|^application\/(?:rtf|x-ms-regedit|pgp-encrypted)$/;
const TABLE_TYPES = /^text\/(?:csv|tab-separated-values)$/;
const TABLE_NAME = /\.(?:csv|tsv|tab)$/i;

export async function extract(bytes: Uint8Array, file: FileReference, bounds: ExtractionBounds): Promise<FileContent> {
  if (bytes.length === 0) return { kind: 'problem', problem: 'empty' };
  const kind = hasTextMark(bytes) ? undefined : (await fileTypeFromBuffer(bytes))?.mime;
  if (kind !== undefined && !TEXT_KINDS.test(kind)) return { kind: 'problem', problem: 'unknown_kind' };
  const text = decodeText(bytes);
  if (text === undefined) return { kind: 'problem', problem: 'unknown_kind' };
  const isTable = TABLE_TYPES.test(file.mimetype ?? '') || TABLE_NAME.test(file.name);
  return bounded((isTable && tableContent(text, bounds.maxRows)) || { kind: 'text', text }, bounds);
}

/** Cut in its middle, to what is passed on. */
function bounded(content: FileContent, { maxTokens }: ExtractionBounds): FileContent {
  if (content.kind !== 'text') return content;
  const text = content.text.trimEnd();
  if (text.trim() === '') return { kind: 'problem', problem: 'empty' };
  const half = (maxTokens * CHARACTERS_PER_TOKEN) / 2;
  const left = text.length - 2 * half;
  if (left <= 0) return { ...content, text };
  const kept = `${text.slice(0, half)}\n[… ${left} characters left out …]\n${text.slice(-half)}`;
  const cut = content.cut ?? { unit: 'characters' as const, shown: 2 * half, of: text.length };
  return { ...content, text: wellFormed(kept), cut };
}
