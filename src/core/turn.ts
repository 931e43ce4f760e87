/**
 * What was said, as it is stored. A message is identified by its time `ts`, as Slack gives it: seconds with six
 * decimals in a string ("1766458026.240809"), unique in a channel. All have one length, so text order is time order.
 */
import type { ContentPart } from './content.js';
import type { FileReference } from './files.js';
import type { Usage } from './ports/usage.js';

/**
 * Why a message asks the bot nothing. `others`: it names others. `between`: people talk to each other. `mention`: only
 * mentions are answered. `app`: an app wrote it. `edited`: an edit does not name the bot. `backlog`: it is from before
 * the bot was named in the thread. `channel`: nobody named the bot in it. `stop`: it stopped the reply that was being written.
 */
export type Unasked = 'others' | 'between' | 'mention' | 'app' | 'edited' | 'backlog' | 'channel' | 'stop';

/** What a person or an app said. */
export interface PersonTurn {
  role: 'person';
  ts: string;
  /** User id; of an app without one, another id. */
  author: string;
  /** Display name, where the message itself carries it: of an app. */
  name?: string;
  /** The words, as plain text. People are mentioned as in `mentions.ts`; a mention of the bot that opens them is removed. May be empty. */
  text: string;
  /** The whole content, where it is more than `text`. Never empty. */
  parts?: readonly ContentPart[];
  /** Files of the message, which its words name. Never empty. */
  files?: readonly FileReference[];
  /** Only a part of the message: the whole is expected in another event. */
  isPartial?: true;
  /** Set where it asks nothing. */
  unasked?: Unasked;
}

/** A file that the bot has posted below its reply, or is about to. */
export interface PostedFile {
  /** The platform's id, unique in a workspace. */
  id: string;
  /** Of its name and content, of a picture that the bot makes of what it is to show: what differs is another file. */
  digest: string;
  /** Of a picture that the bot has made: its name, by which it can be changed. */
  picture?: string;
}

/** One message of the bot. A long reply is several of them in a row. */
export interface AssistantTurn {
  role: 'assistant';
  ts: string;
  text: string;
  /** `ts` of the newest turn that the reply took into account. The reply follows it in the transcript, whenever it was posted. */
  after: string;
  /** The reply says that it does not take the oldest turns into account. */
  omits?: true;
  /** A notice of the bot's own, an error for example: people see it, the model does not. */
  notice?: true;
  /** A person stopped the reply: it is what had been shown by then. */
  stopped?: true;
  /** All that the reply has said, oldest first, on its first turn, if it was written again; `shown`: index of what it says now. */
  versions?: Versions;
  /** Files below the reply, on its first turn. Never empty. */
  postedFiles?: readonly PostedFile[];
  /** Usage of the whole reply, on its first turn. Undefined if the model was not asked or did not report it. */
  usage?: Usage;
}

export interface Versions {
  readonly texts: readonly string[];
  readonly shown: number;
}

export type Turn = PersonTurn | AssistantTurn;

/** Ids of the files that these turns show, each once. */
export function filesIn(turns: readonly Turn[]): string[] {
  return [...new Set(turns.flatMap((turn) => (turn.role === 'person' ? (turn.files ?? []) : [])).map(({ id }) => id))];
}

/** `ts` of the newest of these turns; '' when there are none. */
export function newestOf(turns: readonly Turn[]): string {
  return turns.reduce((newest, { ts }) => (ts > newest ? ts : newest), '');
}

/** A turn's place in the transcript, as text to compare: a reply follows the newest turn it took into account. */
export function positionOf(turn: Turn): string {
  return turn.role === 'assistant' ? `${turn.after} 1 ${turn.ts}` : `${turn.ts} 0 ${turn.ts}`;
}

/** Compares positions: in the order of the transcript. */
export function byPosition(a: { position: string }, b: { position: string }): number {
  if (a.position === b.position) return 0;
  return a.position < b.position ? -1 : 1;
}

/** The text of a reply that is in several messages. */
export function wholeOf(messages: readonly { text: string }[]): string {
  return messages.map(({ text }) => text).join('');
}

/** The `ts` that no turn from this position on is older than. */
export function oldestFrom(position: string): string {
  return position.split(' ', 1)[0] ?? '';
}

/** Turns in transcript order. Pure. */
export function inOrder(turns: Iterable<Turn>): Turn[] {
  return [...turns]
    .map((turn) => ({ turn, position: positionOf(turn) }))
    .toSorted(byPosition)
    .map(({ turn }) => turn);
}

/** Stands for turns of which only their `ts` is known: as if `author` had said nothing in each. */
export function outlineOf(times: readonly string[], author: string): PersonTurn[] {
  return times.map((ts) => ({ role: 'person', ts, author, text: '' }));
}
