/** Pictures that an answer asks for: how the model writes that, and why one cannot be made. Pure. */
import { type Fence, fenceIn, isCloser, isInside } from './fences.js';
import { fileName, type TakenNames } from './file-name.js';

/** Of an answer. */
export const MAX_PICTURES = 2;
/** The language of the fence that asks for one. */
export const PICTURE_LANGUAGE = 'image';

export type PictureFormat = 'png' | 'jpeg' | 'webp';

/**
 * Why a picture is not made. `refused`: for what it would show. `busy`: the service, or the budget, is in use; a later try
 * may help. `failed`: only an operator can help. `no_budget`: it is used up. `no_base`: there is none that could be changed, or it is gone. `not_posted`: the place
 * takes no files. `too_many`: more than `MAX_PICTURES`.
 */
export type PictureProblem = 'refused' | 'busy' | 'failed' | 'no_budget' | 'no_base' | 'not_posted' | 'too_many';

/** A picture that an answer asks for: a closed fence such as "```image name=fox.png from=dog.png", and what it is to show. */
export interface PictureForm {
  /** A plain file name, unique among those of a text. */
  readonly name: string;
  /** Name of the picture that is to be changed. */
  readonly from?: string;
  readonly description: string;
  /** Of the whole fence in the text, in UTF-16 units, without the newline at its end. */
  readonly start: number;
  readonly end: number;
}

const ENDING = /\.(?:png|jpe?g|webp|gif|svg|bmp|tiff?|avif|heic)$/i;

/** In the order of the text. A fence that is not closed, as in an answer that was cut off, is none. */
export function pictureForms(text: string): PictureForm[] {
  if (!text.includes(PICTURE_LANGUAGE)) return [];
  const forms: PictureForm[] = [];
  const names = new Map<string, number>();
  let open: { fence: Fence; start: number; lines: string[] } | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    if (open && isInside(line, open.fence)) {
      if (isCloser(line, open.fence)) {
        const description = open.lines.join('\n').trim();
        const { info } = open.fence;
        if (isPicture(info) && description !== '')
          forms.push({ ...partsOf(info, names), description, start: open.start, end });
        open = undefined;
      } else open.lines.push(line.replace(/^[ \t>]+/, '').trimEnd());
    } else {
      const fence = fenceIn(line);
      open = fence && { fence, start: start + fence.indent, lines: [] };
    }
    start = end + 1;
  }
  return forms;
}

/** With an ending for what it is. */
export function pictureName(name: string, format: PictureFormat): string {
  return `${name.replace(ENDING, '')}.${format === 'jpeg' ? 'jpg' : format}`;
}

/** Whether two names, as people and models write them, are of one picture. */
export function isSameName(one: string, other: string): boolean {
  const plain = (name: string): string => plainName(name, new Map()).toLowerCase();
  return plain(one) === plain(other);
}

/** Undefined if it is in none of the formats. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\u0089PNG\r\n')) return 'png';
  if (head.startsWith('\u00FF\u00D8\u00FF')) return 'jpeg';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'webp' : undefined;
}

function isPicture(info: string): boolean {
  return info.split(/\s/, 1)[0] === PICTURE_LANGUAGE;
}

function partsOf(info: string, names: TakenNames): Pick<PictureForm, 'name' | 'from'> {
  const from = valueOf('from', info);
  const name = plainName(valueOf('name', info) ?? '', names);
  return { name, ...(from !== undefined && { from }) };
}

function plainName(wanted: string, taken: TakenNames): string {
  const stem = wanted.replace(ENDING, '');
  return fileName(`${/[\p{L}\p{N}]/u.test(stem) ? stem : 'picture'}.png`, 'png', 'picture', taken);
}

function valueOf(key: 'name' | 'from', info: string): string | undefined {
  const [, ...values] = new RegExp(`(?:^|\\s)${key}=(?:"([^"]*)"|'([^']*)'|(\\S+))`).exec(info) ?? [];
  return values.find((value) => value !== undefined && value !== '');
}
