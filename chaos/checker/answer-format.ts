/** What the played model answers: from an answer alone it can be seen to whom it is, and whether all of it stands there. Pure. */
import { CUT_OFF, FILTERED } from '../../src/messages/english.js';

/** What makes an answer end: the model is done, or is stopped, and the bot then says so. */
export type Ending = 'stop' | 'length' | 'content_filter';

const MARKS: Record<Ending, string> = { stop: '∎', length: '✂', content_filter: '⊘' };
const WORDS_IN_A_PARAGRAPH = 60;

/** `[[q-1,q-2]] 3: w1 w2 w3 ∎`, in paragraphs. */
export function answerTo(tokens: readonly string[], count: number, ending: Ending = 'stop'): string {
  const words = Array.from(
    { length: count },
    (_, at) => `w${at + 1}${(at + 1) % WORDS_IN_A_PARAGRAPH === 0 ? '\n\n' : ' '}`,
  );
  return `[[${tokens.join()}]] ${count}: ${words.join('')}${MARKS[ending]}`;
}

interface Answer {
  /** The questions that the model saw. */
  readonly tokens: readonly string[];
  readonly count: number;
  /** Words are missing, or are not in order; or it was cut and does not say so. */
  readonly hasGaps: boolean;
  /** Where it begins in the text without blanks. */
  readonly at: number;
}

export interface Reading {
  readonly answers: readonly Answer[];
  /** What stands there besides. */
  readonly rest: readonly string[];
}

const ANSWER = /\[\[([^\]]*)\]\](\d+):((?:w\d+)*)([∎✂⊘])/g;
/** What the bot adds where the model was stopped. */
const NOTES: Readonly<Record<string, string>> = {
  [MARKS.length]: withoutBlanks(CUT_OFF),
  [MARKS.content_filter]: withoutBlanks(FILTERED),
};

/** The answers in a text, whose blanks do not matter: where a message ends and the next begins, some are lost. */
export function answersIn(text: string): Reading {
  const dense = withoutBlanks(text);
  const answers: Answer[] = [];
  const rest: string[] = [];
  let end = 0;
  for (const match of dense.matchAll(ANSWER)) {
    const [whole, tokens = '', digits, words = '', mark = ''] = match;
    const count = Number(digits);
    const note = NOTES[mark] ?? '';
    if (match.index > end) rest.push(dense.slice(end, match.index));
    end = match.index + whole.length;
    const isNoted = dense.startsWith(note, end);
    if (isNoted) end += note.length;
    answers.push({
      tokens: tokens.split(',').filter(Boolean),
      count,
      hasGaps: words !== wordsUpTo(count) || !isNoted,
      at: match.index,
    });
  }
  if (end < dense.length) rest.push(dense.slice(end));
  return { answers, rest };
}

export function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function wordsUpTo(count: number): string {
  return Array.from({ length: count }, (_, at) => `w${at + 1}`).join('');
}
