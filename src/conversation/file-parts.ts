/** What files say, as parts of a prompt's messages. Pure. */
import type { ContentPart } from '../core/content.js';
import type { FileContent, FileNote, PagePicture } from '../core/files.js';
import type { Model } from '../core/ports.js';
import { fileText, imageText, pageText } from '../prompt/file-text.js';

/** Of a conversation's pictures, those of the newest files. */
const MAX_PICTURES = 10;

/** A model, as far as it sees pictures. */
export type Seeing = Pick<Model, 'imageTokens'>;

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
export function partsOfFiles(files: readonly ReadFile[], model: Seeing): FileParts[] {
  let left = MAX_PICTURES;
  return files
    .toReversed()
    .map(({ file, content }) => {
      const made = partsOf(file.name, content, model, left);
      left -= made.parts.filter(({ type }) => type === 'image').length;
      return made;
    })
    .toReversed();
}

/** `left`: pictures that may be shown. */
function partsOf(name: string, content: FileContent, model: Seeing, left: number): FileParts {
  if (content.kind === 'text')
    return content.pictures ? scanParts(name, content, model, left) : textParts(name, content);
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
