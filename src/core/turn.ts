/**
 * What was said, as it is remembered. Times that identify a message (`ts`) are Slack's: seconds with six decimals in a
 * string ("1766458026.240809"), unique in a channel and, all being of one length, ordered as text.
 */
import type { Usage } from './ports/usage.js';

/** What a person said. */
export interface PersonTurn {
  role: 'person';
  ts: string;
  /** User id, `U…` or `W…`. */
  author: string;
  /** Plain text; people are named in it as `<@U…>`, the bot's own mention is taken out. May be empty. */
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
}

/** One message of the bot's. A long reply is several of them, one after another. */
export interface AssistantTurn {
  role: 'assistant';
  ts: string;
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
  /** `ts` of the newest turn that the reply had read: the turn belongs right behind it, whenever it was posted. */
  after: string;
  /** Says that the oldest turns were not read. */
  omits?: true;
  /** Set on what the bot said for itself (an error, say): people see it, the model does not. */
  notice?: true;
  /** What the whole reply took, on the first of its turns; not there where the model was not asked, or did not say. */
  usage?: Usage;
}

export type Turn = PersonTurn | AssistantTurn;

/** `ts` of the newest of these turns; '' when there are none. */
export function newestOf(turns: readonly Turn[]): string {
  return turns.reduce((newest, { ts }) => (ts > newest ? ts : newest), '');
}

/** The place of a turn in the transcript: an assistant's turn stands right behind the newest turn it had read. */
function place(turn: Turn): [string, number, string] {
  return turn.role === 'assistant' ? [turn.after, 1, turn.ts] : [turn.ts, 0, turn.ts];
}

/** Turns in the order in which the transcript reads; pure, leaves its argument alone. */
export function inOrder(turns: Iterable<Turn>): Turn[] {
  return [...turns].toSorted((a, b) => {
    const [x, y] = [place(a), place(b)];
    if (x[0] !== y[0]) return x[0] < y[0] ? -1 : 1;
    if (x[1] !== y[1]) return x[1] - y[1];
    return x[2] < y[2] ? -1 : 1;
  });
}
