/**
 * The format of the test model's answers. From an answer alone the checker can tell which questions it answers and
 * whether it is complete. Pure.
 */
import { CUT_OFF, english, FILTERED, STOPPED as STOP_NOTE } from '../../src/messages/english.js';

/** Why an answer ends: the model is done, or was stopped early, which the bot then notes below the answer. */
export type Ending = 'stop' | 'length' | 'content_filter';

const END_MARKS: Record<Ending, string> = { stop: '∎', length: '✂', content_filter: '⊘' };
/** Stands for the end of an answer that a person stopped. Never part of one. */
const STOPPED = '■';
const WORDS_PER_PARAGRAPH = 60;

/** `[[q-1,q-2]] 3: w1 w2 w3 ∎`, in paragraphs. `picture`: number of the picture that it asks for. */
export function formatAnswer(
  tokens: readonly string[],
  count: number,
  ending: Ending = 'stop',
  picture?: number,
): string {
  const words = Array.from(
    { length: count },
    (_, at) => `w${at + 1}${(at + 1) % WORDS_PER_PARAGRAPH === 0 ? '\n\n' : ' '}`,
  );
  const form = picture === undefined ? '' : `\n\n\`\`\`image name=pic-${picture}.png\npicture-${picture}\n\`\`\``;
  return `[[${tokens.join()}]] ${count}: ${words.join('')}${END_MARKS[ending]}${form}`;
}

/** Names of the pictures in a text: those that stand below it, and all that it names. */
export function picturesIn(text: string): { shown: string[]; named: string[] } {
  const names = (pattern: RegExp): string[] => Array.from(text.matchAll(pattern), ([, name = '']) => name);
  const shown = names(/`(pic-\d+\.png)` is below\._/g);
  return { shown, named: [...shown, ...names(/image name=(pic-\d+\.png)/g)] };
}

interface Answer {
  /** The questions in the prompt. */
  readonly tokens: readonly string[];
  /** Number of words. */
  readonly count: number;
  /** Length of the words, without whitespace, of an answer that a person stopped. */
  readonly stoppedAt?: number;
  /** Words are missing or out of order, or the note about an early end is missing. */
  readonly hasGaps: boolean;
  /** Start of the answer in the text without whitespace. */
  readonly at: number;
}

export interface ParsedAnswers {
  readonly answers: readonly Answer[];
  /** Text outside of the answers. */
  readonly rest: readonly string[];
}

/** Dots that each process adds to see whether it was stopped, see `lookForStop`, or the beginning of another note may be in front. */
const NOTED_STOP = new RegExp(`(?:…+|[✂⊘][^\\[∎]*)?${withoutWhitespace(STOP_NOTE).replace('.', '\\.')}`, 'g');
/** The bot's note about a file that Slack did not hand out, in the text without whitespace. */
const FILE_NOTE = /_Ihaven'tread`note-\d+\.(?:txt|wav)`:[^_]*_/g;
/** What follows an answer that asks for a picture, in the text without whitespace; perhaps only its beginning. */
const PICTURE = /(?<=[∎✂⊘])(?:`{1,3}[a-z\d=.-]*`{0,6}|_`pic-\d+\.png`isbelow\._)/g;
const NO_PICTURE = new RegExp(
  (['refused', 'busy', 'failed', 'no_budget', 'no_base', 'not_posted', 'too_many'] as const)
    .map((problem) => withoutWhitespace(english.pictureNotMade('NAME', problem)))
    .map((note) => note.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('NAME', 'pic-\\d+\\.png'))
    .join('|'),
  'g',
);
const MAKING = /_Makingthepicture`pic-\d+\.png`…_/g;
/** Or one that was stopped before its first word. */
const ANSWER = /\[\[([^\]]*)\]\](?:\d*:?■|(\d+):((?:w\d+)*)(?:w?)([∎✂⊘■]))/g;
/** The bot's notes about an early end, by end mark. */
const NOTES: Readonly<Record<string, string>> = {
  [END_MARKS.length]: withoutWhitespace(CUT_OFF),
  [END_MARKS.content_filter]: withoutWhitespace(FILTERED),
};

/**
 * Without whitespace, some of which is lost where a reply is split into messages; and with the mark of a stop in place of
 * the bot's note about it, and of what it cuts short.
 */
export function densely(text: string): string {
  const words = [FILE_NOTE, MAKING, NO_PICTURE, PICTURE].reduce(
    (rest, pattern) => rest.replaceAll(pattern, ''),
    withoutWhitespace(text),
  );
  return words.replaceAll(NOTED_STOP, STOPPED);
}

/** Ignores whitespace. */
export function parseAnswers(text: string): ParsedAnswers {
  const dense = densely(text);
  const answers: Answer[] = [];
  const rest: string[] = [];
  let end = 0;
  for (const match of dense.matchAll(ANSWER)) {
    const [whole, tokens = '', digits = 0, words = '', mark = STOPPED] = match;
    const count = Number(digits);
    const note = NOTES[mark] ?? '';
    if (match.index > end) rest.push(dense.slice(end, match.index));
    end = match.index + whole.length;
    const isNoted = dense.startsWith(note, end);
    if (isNoted) end += note.length;
    // It was stopped when all of it was there.
    if (mark !== STOPPED && dense.startsWith(STOPPED, end)) end += STOPPED.length;
    const isStopped = mark === STOPPED;
    const isWhole = isStopped ? beginsLike(words, count) : words === wordsUpTo(count);
    answers.push({
      tokens: tokens.split(',').filter(Boolean),
      count,
      ...(isStopped && { stoppedAt: words.length }),
      hasGaps: !isWhole || !isNoted,
      at: match.index,
    });
  }
  if (end < dense.length) rest.push(dense.slice(end));
  return { answers, rest };
}

/** The text with the end of its last answer marked, if it or the note behind it is not all there because a person stopped it. */
export function withStopMarked(text: string): string {
  const beginning = text.lastIndexOf('[[');
  if (beginning < 0) return text;
  // Dots that each process adds to see whether it was stopped, see `lookForStop`, may be the last that stands there.
  const last = text.slice(beginning).replace(/(…\s*)*$/, '');
  const { answers, rest } = parseAnswers(last);
  if (answers.every(({ hasGaps }) => !hasGaps) && rest.length === 0) return text.slice(0, beginning) + last;
  return text.slice(0, beginning) + last.replace(/[✂⊘].*$/s, '') + STOPPED;
}

/** The last number may be cut. */
function beginsLike(words: string, count: number): boolean {
  return wordsUpTo(count).startsWith(words);
}

function withoutWhitespace(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function wordsUpTo(count: number): string {
  return Array.from({ length: count }, (_, at) => `w${at + 1}`).join('');
}
