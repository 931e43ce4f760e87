/** Files that people attach: how much of them is read. And those that the bot posts. */
import { oneOf, whole } from '../parsers.js';
import type { Setting } from './setting.js';

export const FILES = {
  FILES: {
    description: 'What the model gets of attached files: `read` (their contents) or `names` (only their names)',
    parser: oneOf('read', 'names'),
    default: 'read',
  },
  PDF_INPUT: {
    description:
      'What a model that reads PDFs itself gets of them: `text` as all others, or `file`, the PDF as it is, with its layout, at several times the tokens',
    parser: oneOf('text', 'file'),
    default: 'text',
  },
  FILE_MAX_MB: {
    description: 'Largest file that is downloaded, in megabytes',
    parser: whole(1, 200),
    default: '20',
  },
  FILE_MAX_MEGAPIXELS: {
    description: 'Largest picture that the model gets, in millions of pixels. It is scaled down first',
    parser: whole(1, 100),
    default: '50',
  },
  FILE_MAX_PAGES: {
    description: 'Maximum pages of a PDF, or slides, that the model gets',
    parser: whole(1, 2_000),
    default: '50',
  },
  FILE_MAX_ROWS: {
    description:
      'Maximum rows of a table that the model gets. Of a longer table it gets the first rows and the total number',
    parser: whole(1, 100_000),
    default: '500',
  },
  FILE_MAX_TOKENS: {
    description: "Maximum tokens of a file's text that the model gets. A longer text is cut in the middle",
    parser: whole(100, 200_000),
    default: '20000',
  },
  FILE_TIMEOUT_MS: {
    description: 'Milliseconds to download a file, and as many again to read it',
    parser: whole(1_000, 300_000),
    default: '30000',
  },
  FILES_POSTED: {
    description:
      'Files below an answer: `long` code (over 200 lines), tables (over 50 rows) and what is asked for as a file, or `off`: all of it stays in the text',
    parser: oneOf('long', 'off'),
    default: 'long',
  },
} as const satisfies Record<string, Setting>;
