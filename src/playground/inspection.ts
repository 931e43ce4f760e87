/** What the inspector shows about one conversation, as sent to the page. Times are milliseconds since 1970. */
import type { FinishReason, PromptMessage, Usage, UsageOwner, UsageTotal } from '../core/ports.js';

export interface Inspection {
  /** The bot's memory; undefined when it has none of the thread, or cannot be read. */
  readonly memory?: MemoryView;
  /** Why the memory cannot be read; a sentence. */
  readonly unavailable?: string;
  /** Every answer, and every message of a person that got none, oldest first. */
  readonly runs: readonly RunView[];
  /** The one of `runs` that was asked for, or the newest; undefined when there is none. */
  readonly run?: SelectedRun;
  /** The last prompt of `run`. */
  readonly prompt?: PromptView;
  /** The answer to `prompt`. */
  readonly answer?: AnswerView;
  /** Undefined without `memory`. */
  readonly usage?: readonly UsageView[];
  /** A rate limit delays the waiting questions until then. */
  readonly rateLimitedUntil?: number;
  /** Slack's Web API calls about this conversation, oldest first. */
  readonly calls: readonly CallView[];
}

export interface RunView {
  /** `r` and the run's number, or `m` and the message's `ts`. */
  readonly id: string;
  /** When its first question was written. */
  readonly at: number;
  /**
   * `waiting`: for a worker, a limit or the model. `unanswered`: a message that asks nothing, or is not known to the bot.
   * `withdrawn`: its questions were deleted.
   */
  readonly state: 'waiting' | 'writing' | 'done' | 'failed' | 'interrupted' | 'unanswered' | 'withdrawn';
  /** Who asked, and how the newest question begins, with people as `<@U…>`. */
  readonly user: string;
  readonly text: string;
  /** `ts` of its questions, and of the reply's messages. */
  readonly questions: readonly string[];
  readonly replies: readonly string[];
  /** From the first question to the stored reply, in milliseconds; undefined until then. */
  readonly ms?: number;
  /** Why there is no answer; a short sentence. */
  readonly why?: string;
}

export interface SelectedRun {
  readonly id: string;
  readonly phases: readonly Phase[];
  /** In time order. */
  readonly events: readonly TimelineEvent[];
  /** What the model said, without what the bot adds. */
  readonly said?: string;
}

export type PhaseName =
  | 'delivering'
  | 'storing'
  | 'queued'
  | 'preparing'
  | 'model'
  | 'retrying'
  | 'writing'
  | 'finishing'
  | 'held'
  | 'down';

/** A stretch of time in which one thing was waited for; the last one of an unfinished run has no end. */
export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to?: number;
}

export interface TimelineEvent {
  readonly at: number;
  /** Where it happened. */
  readonly side: 'slack' | 'store' | 'queue' | 'bot' | 'model';
  /** With people as `<@U…>`. */
  readonly text: string;
  readonly problem?: true;
  /** How long it took, milliseconds. */
  readonly ms?: number;
}

export type PromptChange =
  | { readonly kind: 'same'; readonly count: number }
  | {
      readonly kind: 'added' | 'removed';
      readonly role: PromptMessage['role'];
      readonly content: string;
      readonly tokens: number;
    };

export interface MemoryView {
  readonly turns: readonly TurnView[];
  /** Whether the messages from before the bot's first mention were read. */
  readonly backlogRead: boolean;
  /** Summaries, each in place of a number of turns; empty while all turns are sent word by word. */
  readonly segments: readonly { readonly id: string; readonly text: string; readonly turns: number }[];
  /** What stood in the channel before the mention that began the conversation. */
  readonly channelBefore?: readonly TurnView[];
  /** Why the last attempt to summarize failed; a sentence. */
  readonly summaryProblem?: string;
}

export interface TurnView {
  readonly ts: string;
  /** User id; the bot's for its replies. */
  readonly user: string;
  /** Display name that the message itself carries: an app's. */
  readonly name?: string;
  readonly text: string;
  /**
   * `waiting`, `answering`, `answered`: a question. `context`: read, but not a question. `reply`, `notice`: written by
   * the bot; notices are never sent to the model.
   */
  readonly state: 'waiting' | 'answering' | 'answered' | 'context' | 'reply' | 'notice';
  /** Why it gets no answer, in a few words, with people as `<@U…>`. Only with `context`. */
  readonly why?: string;
  /** Edited after the prompt was sent, so the prompt has the old text. Only with `answering` and `answered`. */
  readonly editedSince?: true;
  /** How often Slack delivered it to the bot; undefined when unknown. */
  readonly deliveries?: number;
}

export interface PromptView {
  readonly at: number;
  readonly model: string;
  /** Tokens here are the bot's own upper estimate; the provider's count is `AnswerView.usage`. */
  readonly tokens: number;
  readonly budgetTokens: number;
  readonly parts: readonly { readonly name: PartName; readonly tokens: number }[];
  /** Tokens of the prefix shared with the previous prompt: what a provider can serve from its cache. */
  readonly repeatedTokens: number;
  /** One sentence per part of the conversation that is missing or shortened in the prompt: what, a colon, why. */
  readonly leftOut: readonly string[];
  readonly messages: readonly {
    readonly role: PromptMessage['role'];
    readonly content: string;
    readonly tokens: number;
  }[];
  /** What differs from the prompt before it; undefined for the first. */
  readonly changes?: readonly PromptChange[];
}

/** `question`: people's messages after the bot's last reply. */
export type PartName = 'system' | 'notes' | 'summary' | 'channel' | 'people' | 'replies' | 'question';

export interface AnswerView {
  /** `interrupted`: the process died or stopped before the end. */
  readonly state: 'waiting' | 'writing' | 'done' | 'failed' | 'interrupted';
  readonly finishReason?: FinishReason;
  /** Why it failed; only with `failed`. */
  readonly problem?: string;
  /** How often the stream broke and was restarted. */
  readonly restarts: number;
  /** Milliseconds. */
  readonly latency: {
    /** From the arrival of the event at the bot. */
    readonly eventToRequest?: number;
    readonly requestToFirstWord?: number;
    readonly firstWordToDone?: number;
  };
  readonly usage?: Usage;
  /** `usage` is the stand-in's estimate. */
  readonly estimated?: true;
  /** Undefined when the model's price is unknown. */
  readonly costUsd?: number;
}

export interface UsageView {
  /** `thread`: the replies in the bot's memory, and its summaries. `summaries`: these alone. */
  readonly owner: 'thread' | 'summaries' | UsageOwner;
  /** Id of the owner; the root's `ts` for a thread and its summaries. */
  readonly id: string;
  /** In UTC; undefined for a thread, whose total has no period. */
  readonly period?: 'today' | 'month';
  readonly total: UsageTotal;
}

export interface CallView {
  readonly method: string;
  readonly at: number;
  /** Milliseconds; undefined while the call runs. */
  readonly ms?: number;
  /** `ok`, `running`, `broken` (no response), or Slack's error code. */
  readonly outcome: string;
}
