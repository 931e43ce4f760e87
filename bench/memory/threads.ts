/** Synthetic threads of a few shapes, the same in every run. */
import { SeededRandom } from '../../chaos/random.js';
import type { Conversation } from '../../src/core/conversation.js';
import type { Turn } from '../../src/core/turn.js';
import { textTokens } from '../../src/prompt/tokens.js';

export interface Thread {
  shape: string;
  conversation: Conversation;
  /** Display names by user id. */
  names: ReadonlyMap<string, string>;
  /** `ts` of the questions. The turn after each is its answer. */
  asked: ReadonlySet<string>;
  /** The fact in turn 3. */
  fact: string;
}

/** Length of a message in words (about one token each). */
type Length = readonly [min: number, max: number];

interface Shape {
  name: string;
  people: number;
  question: Length;
  answer: Length;
  /** Messages between people before each question. */
  remarks: number;
  /** Length of a document that some questions contain. */
  document?: Length;
}

const SHAPES: readonly Shape[] = [
  { name: 'short chat', people: 1, question: [10, 70], answer: [60, 240], remarks: 0 },
  { name: 'many people', people: 12, question: [10, 70], answer: [60, 240], remarks: 1 },
  { name: 'long documents', people: 1, question: [10, 70], answer: [200, 500], remarks: 0, document: [2_000, 6_000] },
];

const DOCUMENT_CHANCE = 0.1;
/** Every twentieth turn contains a fact that later prompts must still have. */
const TURNS_PER_FACT = 20;
const FIRST_FACT = 3;
const SENTENCE: Length = [6, 18];

/** What the scripted model keeps in a summary. */
export const FACT = /Noted: [^.]+\./g;

const WORDS = (
  'the a of to in that it is was for on with as we they this will from have not but at by which what when if then so there can more about ' +
  'team plan report budget customer order meeting server release week number price table draft review change question answer part system ' +
  'result version list date example reason group order side line file case work point place week change hand course fact'
).split(' ') as [string, ...string[]];

export function threads(turns: number): Thread[] {
  return SHAPES.map((shape, n) => threadOf(shape, turns, new SeededRandom(n + 1)));
}

function threadOf(shape: Shape, count: number, chances: SeededRandom): Thread {
  const names = new Map(Array.from({ length: shape.people }, (_, n) => [`U${n}`, `Person Number${n}`]));
  const turns: Turn[] = [];
  const asked = new Set<string>();
  const cycle = shape.remarks + 2;
  for (let n = 1; n <= count; n += 1) {
    const place = n % cycle;
    const ts = `${1_766_000_000 + n}.000000`;
    const noted = n % TURNS_PER_FACT === FIRST_FACT ? `${factOf(n, chances)} ` : '';
    if (place === 0) {
      turns.push({
        role: 'assistant',
        ts,
        ...withTokens(noted + prose(shape.answer, chances)),
        after: turns.at(-1)?.ts ?? '',
      });
      continue;
    }
    if (place === cycle - 1) asked.add(ts);
    const long = shape.document && chances.chance(DOCUMENT_CHANCE) ? `\n\n${prose(shape.document, chances)}` : '';
    turns.push({
      role: 'person',
      ts,
      author: `U${chances.integer(0, shape.people - 1)}`,
      ...withTokens(noted + prose(shape.question, chances) + long),
    });
  }
  const [fact = ''] = turns[FIRST_FACT - 1]?.text.match(FACT) ?? [];
  const id = { team: 'T1', channel: shape.people === 1 ? 'D1' : 'C1', thread: '1766000001.000000' };
  return { shape: shape.name, conversation: { id, turns, pending: [], backlogRead: true }, names, asked, fact };
}

function withTokens(text: string): { text: string; tokens: number } {
  return { text, tokens: textTokens(text) };
}

function factOf(turn: number, chances: SeededRandom): string {
  return `Noted: the ${chances.pick(WORDS)} of ${chances.pick(WORDS)} ${turn} is ${chances.integer(1_000, 9_999)}.`;
}

function prose([min, max]: Length, chances: SeededRandom): string {
  let left = chances.integer(min, max);
  const sentences: string[] = [];
  while (left > 0) {
    const length = Math.min(left, chances.integer(...SENTENCE));
    const words = Array.from({ length }, () => chances.pick(WORDS)).join(' ');
    sentences.push(`${words.charAt(0).toUpperCase()}${words.slice(1)}.`);
    left -= length;
  }
  return sentences.join(' ');
}
