/** What files say, as parts of a prompt's messages. Pure. */
import type { ContentPart, DocumentPart } from '../core/content.js';
import type { FileContent, FileNote, PagePicture } from '../core/files.js';
import type { Model } from '../core/ports.js';
import { documentText, fileText, imageText, pageText } from '../prompt/file-text.js';
import { textTokens } from '../prompt/tokens.js';

/** Of a conversation's pictures, those of the newest files. */
const MAX_PICTURES = 10;

/** Of one PDF that goes out as it is: what it takes as base64 has to fit a request, several times. */
export const MAX_PDF_BYTES = 8_000_000;
/** Of all of them, in base64. OpenAI takes 50 MB in a request. */
const MAX_PDFS_LENGTH = 24_000_000;
/** As the service draws a page, at least. */
const PAGE_WIDTH = 768;
const PAGE_HEIGHT = 1_086;

/** A model, as far as it sees pictures and reads PDFs. */
export type Seeing = Pick<Model, 'imageTokens' | 'readsPdfs'>;

/** What is left of the room for what is no text. */
interface Room {
  pictures: number;
  /** Characters of base64. */
  pdfs: number;
}

interface ReadFile {
  readonly file: { readonly name: string };
  readonly content: FileContent;
}

interface FileParts {
  parts: ContentPart[];
  /** What people are told. */
  note?: FileNote;
}

/** In the order of the files. */
export function partsOfFiles(files: readonly ReadFile[], model: Seeing, maxTokens: number): FileParts[] {
  const room: Room = { pictures: MAX_PICTURES, pdfs: MAX_PDFS_LENGTH };
  return files
    .toReversed()
    .map(({ file, content }) => {
      const made = partsOf(file.name, content, model, room, maxTokens);
      for (const part of made.parts) {
        if (part.type === 'image') room.pictures -= 1;
        else if (part.type === 'document') room.pdfs -= part.data.length;
      }
      return made;
    })
    .toReversed();
}

function partsOf(name: string, content: FileContent, model: Seeing, room: Room, maxTokens: number): FileParts {
  const left = room.pictures;
  if (content.kind === 'text') {
    const whole = documentPart(name, content, model, maxTokens);
    if (whole && whole.data.length <= room.pdfs) return { parts: [whole] };
    return content.pictures ? scanParts(name, content, model, left) : textParts(name, content);
  }
  if (content.kind === 'problem') return problemParts(name, content.problem);
  const { width, height, data } = content;
  if (!model.imageTokens || data === undefined) return problemParts(name, 'no_vision');
  if (left <= 0) return problemParts(name, 'older');
  const tokens = model.imageTokens(width, height);
  return { parts: [{ type: 'image', text: imageText(name), data, tokens }] };
}

function problemParts(name: string, problem: Extract<FileContent, { kind: 'problem' }>['problem']): FileParts {
  return { parts: [{ type: 'text', text: fileText(name, { kind: 'problem', problem }) }], note: { name, problem } };
}

function textParts(name: string, content: Extract<FileContent, { kind: 'text' }>): FileParts {
  return { parts: [{ type: 'text', text: fileText(name, content) }], ...(content.cut && { note: { name } }) };
}

/** Pages without text are pictures. */
function scanParts(
  name: string,
  content: Extract<FileContent, { kind: 'text' }>,
  { imageTokens }: Seeing,
  left: number,
): FileParts {
  const { pictures = [], text } = content;
  const shown = imageTokens ? pictures.slice(0, left) : [];
  if (text === '' && shown.length === 0) return problemParts(name, imageTokens ? 'older' : 'no_vision');
  const images = shown.flatMap(({ page, width, height, data }: PagePicture): ContentPart[] =>
    data === undefined || !imageTokens
      ? []
      : [{ type: 'image', text: pageText(name, page), data, tokens: imageTokens(width, height) }],
  );
  const isCut = content.cut !== undefined || images.length < pictures.length;
  const words = textParts(name, { ...content, text: text || SCANNED }).parts;
  return { parts: [...words, ...images], ...(isCut && { note: { name } }) };
}

const SCANNED = '(Its pages are pictures. They follow.)';

/** The PDF as it is, where the model reads it itself and it is no longer than the text of a file may be. */
function documentPart(
  name: string,
  { text, about, pdf, cut }: Extract<FileContent, { kind: 'text' }>,
  { readsPdfs, imageTokens }: Seeing,
  maxTokens: number,
): DocumentPart | undefined {
  if (!readsPdfs || !imageTokens || pdf?.data === undefined) return undefined;
  // Of a scan, only what is shown in its place is bounded by pages.
  if (cut && text !== '') return undefined;
  const tokens = textTokens(text) + pdf.pages * imageTokens(PAGE_WIDTH, PAGE_HEIGHT);
  if (tokens > maxTokens) return undefined;
  return { type: 'document', text: documentText(name, about), name, data: pdf.data, tokens };
}
