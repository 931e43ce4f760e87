/** Files that people attach: how much of them is read. */
import { oneOf, whole } from '../parsers.js';
import type { Setting } from './setting.js';

export const FILES = {
  FILES: {
    description: 'What the model is given of attached files: `read` what is in them, `names` their names only',
    parser: oneOf('read', 'names'),
    default: 'read',
  },
  FILE_MAX_MB: {
    description: 'Megabytes of the largest file that is downloaded',
    parser: whole(1, 200),
    default: '20',
  },
  FILE_MAX_MEGAPIXELS: {
    description: 'Millions of pixels of the largest picture that is given to the model, which gets it scaled down',
    parser: whole(1, 100),
    default: '50',
  },
  FILE_MAX_PAGES: {
    description: 'Pages of a PDF, or slides, that are given to the model',
    parser: whole(1, 2_000),
    default: '50',
  },
  FILE_MAX_ROWS: {
    description:
      'Rows of a table that are given to the model; of a longer one it gets the first, and the number of all',
    parser: whole(1, 100_000),
    default: '500',
  },
  FILE_MAX_TOKENS: {
    description: "Tokens of a file's text that are given to the model; a longer one is cut in its middle",
    parser: whole(100, 200_000),
    default: '20000',
  },
  FILE_TIMEOUT_MS: {
    description: 'Milliseconds for the download of a file, and again for reading it',
    parser: whole(1_000, 300_000),
    default: '30000',
  },
} as const satisfies Record<string, Setting>;
