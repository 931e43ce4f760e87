import { densely, parseAnswers, withStopMarked } from './answer-format.js';
import type { BotMessage } from './evidence.js';
import { groupBy } from './group-by.js';

/** One answer of the model as it appears in Slack, in one message or several. */
export interface Reply {
  readonly place: string;
  /** `ts` of its first message. */
  readonly ts: string;
  readonly tokens: readonly string[];
  readonly count: number;
  /** As in `Answer`. */
  readonly stoppedAt?: number;
}

const APOLOGY = /^:warning:/;

export function isApology({ text }: BotMessage): boolean {
  return APOLOGY.test(text);
}

type ReportIncomplete = (place: string, detail: string) => void;

/** Replies by place. Reads a place's messages as one text, because a long reply takes several messages. */
export function parseReplies(
  messages: readonly BotMessage[],
  reportIncomplete: ReportIncomplete,
): Map<string, Reply[]> {
  const answers = messages.filter((message) => !isApology(message) && !message.isNote);
  const byPlace = groupBy(answers, ({ place }) => [place]);
  return new Map([...byPlace].map(([place, inPlace]) => [place, repliesAt(place, inPlace, reportIncomplete)]));
}

function repliesAt(place: string, messages: readonly BotMessage[], reportIncomplete: ReportIncomplete): Reply[] {
  let text = '';
  const begins: { at: number; ts: string }[] = [];
  const inOrder = messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
  for (const [at, message] of inOrder.entries()) {
    if (message.live) reportIncomplete(place, 'a stream was never stopped');
    begins.push({ at: text.length, ts: message.ts });
    text += densely(message.text);
    // Only an append tells the bot: stopped when all of a message was there, the reply goes on in the next.
    const goesOn = inOrder[at + 1]?.text.startsWith('[[') === false;
    if (message.stopped && !goesOn) text = withStopMarked(text);
  }
  const { answers, rest } = parseAnswers(text);
  for (const left of rest) reportIncomplete(place, excerpt(left));
  return answers.map(({ tokens, count, stoppedAt, hasGaps, at }) => {
    if (hasGaps) reportIncomplete(place, `words are missing from the reply to ${tokens.join()}`);
    return {
      place,
      ts: begins.findLast((begin) => begin.at <= at)?.ts ?? '',
      tokens,
      count,
      ...(stoppedAt !== undefined && { stoppedAt }),
    };
  });
}

function excerpt(text: string): string {
  return text.length > 90 ? `${text.slice(0, 45)} … ${text.slice(-40)}` : text;
}
