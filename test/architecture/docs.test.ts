import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FileNote } from '../../src/core/files.js';
import { english } from '../../src/messages/english.js';
import { MODEL_PROBLEMS } from '../../src/playground/recording.js';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Files and folders that a page names in backticks, from the root or from `src`. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/```[^]*?```/g, '');
  const named = Array.from(text.matchAll(/`([^`\s]+)`/g), ([, name = '']) => name);
  return named.filter(
    (name) => name !== OPERATORS_FILE && /^[\w.-]+(\/[\w.-]+)*(\/|\.(ts|md|json|sh|lua))$/.test(name),
  );
}

/** Whoever runs the bot may have it. */
const OPERATORS_FILE = 'skein.config.json';

/** The stops of the walk through the code. */
function stopsIn(page: string): string[] {
  const [walk = ''] = /```[^]*?```/.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
  const left = walk.split('\n').map((line) => line.slice(0, 62));
  const stops = left.flatMap((line) => Array.from(line.matchAll(/\b([a-z-]+\/[a-z/-]+)\b/g), ([, stop = '']) => stop));
  return [...new Set(stops)];
}

const GUIDES = readdirSync(join(ROOT, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);

/** GitHub's name of a heading in links. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-');
}

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', ...GUIDES])('%s', (page) => {
  test('has no link into the project that leads nowhere', () => {
    const links = Array.from(
      readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g),
      ([, file = '', part]) => ({ file: file === '' ? join(ROOT, page) : join(ROOT, dirname(page), file), part }),
    );
    const broken = links.filter(({ file, part }) => {
      if (!existsSync(file)) return true;
      const headings = part === undefined ? [] : readFileSync(file, 'utf8').match(/^#+ .*$/gm);
      return part !== undefined && !headings?.some((line) => anchor(line.replace(/^#+ /, '')) === part);
    });
    expect(broken).toEqual([]);
  });

  test('has no picture that is not there', () => {
    const pictures = Array.from(
      readFileSync(join(ROOT, page), 'utf8').matchAll(/\bsrc(?:set)?="([^"]+)"/g),
      ([, file = '']) => join(ROOT, dirname(page), file),
    );
    expect(pictures.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('names only files and folders that exist', () => {
    const missing = pathsIn(page).filter((name) => !['', 'src'].some((base) => existsSync(join(ROOT, base, name))));
    expect(missing).toEqual([]);
  });
});

test('the README is read in a few minutes', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split(/\s+/).length).toBeLessThan(900);
});

/** What an operator can do something about. */
const FILE_NOTES: readonly Pick<FileNote, 'problem'>[] = [
  { problem: 'no_access' },
  { problem: 'no_vision' },
  { problem: 'no_transcription' },
  { problem: 'not_transcribed' },
  { problem: 'too_large' },
  { problem: 'too_slow' },
  {},
];

describe('the guide to troubleshooting', () => {
  const text = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
  const [, table = ''] = /^\| What the thread says \|.*\n\| --- \|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const quoted = Array.from(table.matchAll(/^\| (.+?) \|/gm), ([, quote = '']) => quote);
  const sentences = [
    ...MODEL_PROBLEMS.map((problem) => english.modelProblem(problem)),
    ...(['person', 'channel', 'workspace'] as const).map((owner) => english.budgetUsedUp(owner, 0)),
    english.unexpected,
    english.answerRefused,
    english.poisoned,
    english.cutOff,
    english.oldestLeftOut,
    ...FILE_NOTES.map((note) => english.filesNotRead([{ name: 'plan.pdf', ...note }])),
    ...(['refused', 'failed', 'not_posted'] as const).map((problem) => english.pictureNotMade('fox.png', problem)),
    english.earlierAnswerStands('').sentence,
  ];
  /** "… the quota … is used up" */
  const partsOf = (quote: string): string[] =>
    quote
      .split('…')
      .map((part) => part.trim())
      .filter(Boolean);
  const isIn = (quote: string, sentence: string): boolean => partsOf(quote).every((part) => sentence.includes(part));

  test('quotes what the bot says', () => {
    expect(quoted.length).toBeGreaterThan(12);
    expect(quoted.filter((quote) => !sentences.some((sentence) => isIn(quote, sentence)))).toEqual([]);
  });

  test('has a line for every sentence about a problem', () => {
    expect(sentences.filter((sentence) => !quoted.some((quote) => isIn(quote, sentence)))).toEqual([]);
  });
});

test('every stop of the walk through the code is a file or a room', () => {
  const stops = stopsIn('ARCHITECTURE.md');
  expect(stops.length).toBeGreaterThan(12);
  const exists = (stop: string): boolean =>
    ['', '.ts'].some((end) => existsSync(join(ROOT, 'src', stop + end))) ||
    existsSync(join(ROOT, 'src/redis', `${stop}.lua`));
  expect(stops.filter((stop) => !exists(stop))).toEqual([]);
});
