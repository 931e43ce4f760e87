import { answersIn, withoutBlanks } from './answer-format.js';
import type { Shown } from './evidence.js';
import { groupedBy } from './group-by.js';

/** One answer of the model's as people see it, be it one message or several. */
export interface Reply {
  readonly place: string;
  /** Of the message that it begins in. */
  readonly ts: string;
  readonly tokens: readonly string[];
  readonly count: number;
}

const APOLOGY = /^:warning:/;

export function isApology({ text }: Shown): boolean {
  return APOLOGY.test(text);
}

/** Told of what is not whole. */
type Unfinished = (place: string, detail: string) => void;

/** The bot's messages of a place, read as one text: a long reply is several of them. */
export function repliesIn(shown: readonly Shown[], unfinished: Unfinished): Map<string, Reply[]> {
  const answers = shown.filter((message) => !isApology(message));
  const byPlace = groupedBy(answers, ({ place }) => [place]);
  return new Map([...byPlace].map(([place, messages]) => [place, repliesAt(place, messages, unfinished)]));
}

function repliesAt(place: string, messages: readonly Shown[], unfinished: Unfinished): Reply[] {
  let text = '';
  const begins: { at: number; ts: string }[] = [];
  for (const message of messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1))) {
    if (message.live) unfinished(place, 'a stream was never ended');
    begins.push({ at: text.length, ts: message.ts });
    text += withoutBlanks(message.text);
  }
  const { answers, rest } = answersIn(text);
  for (const left of rest) unfinished(place, excerpt(left));
  return answers.map(({ tokens, count, hasGaps, at }) => {
    if (hasGaps) unfinished(place, `words are missing from the reply to ${tokens.join()}`);
    return { place, ts: begins.findLast((begin) => begin.at <= at)?.ts ?? '', tokens, count };
  });
}

function excerpt(text: string): string {
  return text.length > 90 ? `${text.slice(0, 45)} … ${text.slice(-40)}` : text;
}
