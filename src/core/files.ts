/** Files that people attach: how a message refers to them, and what they say to the model. */

/** A file of a message. Its content is kept apart, see `FileStore`. */
export interface FileReference {
  /** The platform's id, unique in a workspace. */
  id: string;
  /** As the person sees it. */
  name: string;
  /** Media type, as the platform guesses it from the name. */
  mimetype?: string;
  /** Bytes, as the platform says. */
  size?: number;
  /** What is said in it, as the platform heard it. */
  transcript?: string;
  /** That is only the beginning. */
  transcriptIsCut?: true;
  /** Where it can be downloaded. Not set: it has to be looked up. */
  url?: string;
}

/**
 * Why nothing of a file can be read. `deleted`: it is gone. `no_access`: the platform does not hand it out. `elsewhere`: it
 * is stored by another service. `too_large`: more bytes or pixels than the bounds, too much once unpacked, or more memory
 * than reading may take. `unknown_kind`: no reader for it. `empty`: nothing in it to read. `broken`: damaged, or not what
 * it seems to be. `too_slow`: reading took longer than the bound, or ended early again and again. `unavailable`: the
 * download failed; a later try may help. `no_vision`: the model cannot see pictures. `older`: newer ones are read in its
 * place. `no_transcription`: it is sound, and nothing listens to it. `not_transcribed`: the service that listens failed; a
 * later try may help.
 */
export const FILE_PROBLEMS = [
  'deleted',
  'no_access',
  'elsewhere',
  'too_large',
  'unknown_kind',
  'empty',
  'broken',
  'too_slow',
  'unavailable',
  'no_vision',
  'older',
  'no_transcription',
  'not_transcribed',
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

/** Those that may be over the next time. They are not remembered. */
export const PASSING_PROBLEMS: ReadonlySet<FileProblem> = new Set([
  'no_access',
  'unavailable',
  'no_transcription',
  'not_transcribed',
]);

/** How long somebody has a claim on a file, unless they renew it: see `FileStore.claim`. */
export const CLAIM_MS = 6_000;

/** How much of a long file is there: `shown` of `of`. */
export interface FileCut {
  unit: 'characters' | 'rows' | 'pages';
  shown: number;
  of: number;
}

/** What people are told of a file that an answer does not take into account as a whole. */
export interface FileNote {
  name: string;
  /** Not set: it was read, and cut. */
  problem?: FileProblem;
}

/** A page that is a picture: a JPEG in base64, upright. `data` is not kept of large ones. Sides in pixels. */
export interface PagePicture {
  /** From 1. */
  page: number;
  width: number;
  height: number;
  data?: string;
}

/** What a PDF is besides its text. */
interface WholePdf {
  pages: number;
  bytes: number;
  /** All of it, in base64, for models that read PDFs themselves. Not kept. */
  data?: string;
}

/** What a file says. */
export type FileContent =
  /**
   * `about`: what the text is, where that is not plain: "table of 3 columns and 200 rows". `pictures`: of pages without
   * text; where no page has any, the text is empty. Never empty. `pdf`: of a PDF.
   */
  | {
      kind: 'text';
      text: string;
      about?: string;
      cut?: FileCut;
      pictures?: readonly PagePicture[];
      pdf?: WholePdf;
    }
  /** A JPEG in base64, upright. `data` is not kept of large ones. Sides in pixels. */
  | { kind: 'image'; width: number; height: number; data?: string }
  | { kind: 'problem'; problem: FileProblem };

/** A recording, or a film: somebody has to listen to it. */
export interface Sound {
  kind: 'sound';
  /** Ending of a file's name that is usual for its format: `mp3`. */
  format: string;
}

/** Bounds of what is read. */
export interface FileBounds {
  /** Of a file. */
  readonly maxBytes: number;
  /** Of a picture. */
  readonly maxMegapixels: number;
  /** Of a PDF, or slides. */
  readonly maxPages: number;
  /** Of a table, below its heading. */
  readonly maxRows: number;
  /** Of a file's text. */
  readonly maxTokens: number;
  /** For the download, and again for reading. */
  readonly timeoutMs: number;
}
