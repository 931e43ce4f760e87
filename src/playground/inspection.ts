/** What the inspector shows of one conversation, as it travels to the page. Times are milliseconds since 1970. */
import type { FinishReason, PromptMessage, Usage, UsageOwner, UsageTotal } from '../core/ports.js';

export interface Inspection {
  /** What the bot remembers; not there when it knows nothing of the thread, or cannot be asked just now. */
  readonly memory?: MemoryView;
  /** Why the bot's memory cannot be shown just now; a sentence. */
  readonly unavailable?: string;
  /** The prompt sent last. */
  readonly prompt?: PromptView;
  /** What became of it. */
  readonly answer?: AnswerView;
  /** What answers took; not there without `memory`. */
  readonly usage?: readonly UsageView[];
  /** What waits is held back by a limit until then. */
  readonly rateLimitedUntil?: number;
  /** Slack's Web API calls about this conversation, oldest first. */
  readonly calls: readonly CallView[];
}

export interface MemoryView {
  readonly turns: readonly TurnView[];
  /** What was said before the bot was named has been read. */
  readonly backlogRead: boolean;
  /** Of the oldest turns, when they are no longer sent word by word. */
  readonly summary?: string;
  /** Why the last one that was wanted could not be had; a sentence. */
  readonly summaryProblem?: string;
}

export interface TurnView {
  readonly ts: string;
  /** User id; the bot's own for its replies. */
  readonly user: string;
  readonly text: string;
  /** `waiting`, `answering`, `answered`: a question. `context`: read, asks nothing. `reply`, `notice`: the bot's own; the model never sees a notice. */
  readonly state: 'waiting' | 'answering' | 'answered' | 'context' | 'reply' | 'notice';
  /** Of one that is being answered or is: the prompt had another text, from before it was edited. */
  readonly editedSince?: true;
  /** The summary is sent in its place. */
  readonly summedUp?: true;
  /** How often Slack delivered it to the bot; not there when that is not known. */
  readonly deliveries?: number;
}

export interface PromptView {
  readonly at: number;
  readonly model: string;
  /** Tokens here are the bot's own count, on the safe side; what the model's service counted stands in `AnswerView.usage`. */
  readonly tokens: number;
  readonly budgetTokens: number;
  readonly parts: readonly { readonly name: PartName; readonly tokens: number }[];
  /** Of `tokens`, those at the beginning that the prompt before had as well: what a provider's cache can save. */
  readonly repeatedTokens: number;
  /** A sentence for each thing of the conversation that is not in the prompt, or not whole: what it is, a colon, and why. */
  readonly leftOut: readonly string[];
  readonly messages: readonly (PromptMessage & { readonly tokens: number })[];
}

/** `question`: the people's messages after the bot's last. */
export type PartName = 'system' | 'notes' | 'summary' | 'people' | 'replies' | 'question';

export interface AnswerView {
  /** `interrupted`: the process died or stopped; another one takes over. */
  readonly state: 'waiting' | 'writing' | 'done' | 'failed' | 'interrupted';
  readonly finishReason?: FinishReason;
  /** What went wrong, of a `failed` one. */
  readonly problem?: string;
  /** How often the stream broke and was begun again. */
  readonly restarts: number;
  /** Milliseconds. */
  readonly latency: {
    /** From the event's arrival at the bot. */
    readonly eventToRequest?: number;
    readonly requestToFirstWord?: number;
    readonly firstWordToDone?: number;
  };
  readonly usage?: Usage;
  /** `usage` is the stand-in's own estimate. */
  readonly estimated?: true;
  /** Not there when the model's price is not known. */
  readonly costUsd?: number;
}

export interface UsageView {
  /** `thread`: its replies that the bot remembers. */
  readonly owner: 'thread' | UsageOwner;
  /** Of the thread, the person, the channel or the workspace. */
  readonly id: string;
  /** In UTC; not there on the thread's, which is all of it. */
  readonly period?: 'today' | 'month';
  readonly total: UsageTotal;
}

export interface CallView {
  readonly method: string;
  readonly at: number;
  /** Milliseconds; not there while it runs. */
  readonly ms?: number;
  /** `ok`, `running`, `broken` (no answer came), or Slack's error code. */
  readonly outcome: string;
}
