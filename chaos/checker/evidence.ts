/** What the checker reads. */

/** A message of a person's. Its token (`q-12`, or `c-12` when it asks nothing) stands in its text. */
export interface Said {
  readonly token: string;
  readonly asks: boolean;
  /** Names the thread, or the DM: `<channel>/<ts of the thread's first message>` or `<channel>/dm`. */
  readonly place: string;
  readonly ts: string;
  /** When it was first sent to the bot, in milliseconds since 1970; undefined when it never was. */
  readonly sentAt: number | undefined;
  /** When the bot had acknowledged it; undefined when it never did. */
  readonly ackedAt: number | undefined;
  /** Its author took it away, whenever that was. */
  readonly deleted: boolean;
  /** When the bot had acknowledged that. */
  readonly deletionAckedAt?: number | undefined;
  /** When the bot had acknowledged each new wording, in order; undefined for one that it never did. */
  readonly edits?: readonly (number | undefined)[];
}

/** A message of the bot's as it stands in the end. */
export interface Shown {
  readonly place: string;
  readonly ts: string;
  readonly text: string;
  /** A stream that nobody has ended. */
  readonly live: boolean;
}

/** What a person said, as the model was told. */
export interface Read {
  readonly token: string;
  /** 0 for the first wording, 1 for that of the first edit, and so on. */
  readonly wording: number;
}

/** An earlier reply of the bot's, as the model was told. */
export interface ReadReply {
  readonly tokens: readonly string[];
  readonly count: number;
  readonly whole: boolean;
}

/** What the model was sent, and when. */
export interface Prompt {
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** The same of its first try, if the model had failed before. */
  readonly at: number;
  readonly turns: readonly Read[];
  readonly replies: readonly ReadReply[];
  /** The tokens behind the last reply: what is to be answered. */
  readonly open: readonly string[];
  /** `failed`: the model gave no answer. `left`: whoever asked was gone before the end. */
  readonly outcome: 'pending' | 'answered' | 'failed' | 'left';
}

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Evidence {
  readonly said: readonly Said[];
  readonly shown: readonly Shown[];
  readonly prompts: readonly Prompt[];
  /** Places whose status line still stands, or stood until Slack itself took it away. */
  readonly statuses: readonly string[];
  /** Where Slack has refused to take a reply for good, and when. */
  readonly refusals: readonly { readonly place: string; readonly at: number }[];
  /** Events that the bot has never acknowledged. */
  readonly unacknowledged: readonly string[];
  /** When a process was made to hang: what it asks then is as old as the beginning of that. */
  readonly hangs: readonly Span[];
  /** When a process ended, however that was. */
  readonly ends: readonly number[];
}
