/** The model. */
import type { Content } from '../content.js';
import type { ConversationKey } from '../conversation-id.js';
import type { Effort, Verbosity } from '../layers/table.js';
import type { Usage } from './usage.js';

/** One message of a prompt. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: Content;
  /** The prompt up to here begins many prompts to come: a cache may keep it apart from what follows. */
  breakpoint?: true;
}

/** What went wrong at the model's service. `BotMessages.modelProblem` has a sentence for each. */
export type ModelProblem =
  | 'bad_key'
  | 'no_quota'
  | 'unknown_model'
  | 'unknown_api'
  | 'content_filter'
  | 'context_too_long'
  | 'bad_request'
  | 'rate_limited'
  | 'unavailable'
  | 'empty';

export type FinishReason = 'stop' | 'length' | 'content_filter';

export type CompletionEvent =
  | { type: 'text'; text: string }
  /** Reasoning that people may see, piece by piece; never part of the answer. Many models show none. */
  | { type: 'thinking'; text: string }
  /** The answer broke off or was empty, and starts again: discard what came so far. `usage`: of the failed attempt, if known. */
  | { type: 'restart'; usage?: Usage }
  /** Always last. */
  | { type: 'done'; finishReason: FinishReason; usage?: Usage };

export interface CompletionRequest {
  messages: PromptMessage[];
  /** Identifies the conversation to the provider's prompt cache. Not a secret. */
  conversation: ConversationKey;
  /** A stable name of the person who asks, which tells nothing about them. Not set where nobody asks, as for a summary. */
  asker?: string;
  /** No other prompt begins like it: writing it to a prompt cache would only cost. */
  uncached?: boolean;
  signal: AbortSignal;
}

export interface ModelLimits {
  /** Tokens that a prompt and its answer may have together. */
  contextWindow: number;
  /** Tokens of the longest answer. */
  maxOutput: number;
}

/** What can be asked for besides what the operator has set. */
export interface ModelWishes {
  readonly name?: string;
  /** How hard a reasoning model thinks. */
  readonly effort?: Effort;
  /** How much it writes. */
  readonly verbosity?: Verbosity;
}

/**
 * The model. Retries by itself what a retry can cure, with a `restart` if text had come already. Throws `ModelError` for
 * the rest, and the signal's reason when it aborts.
 */
export interface Model {
  readonly name: string;
  readonly limits: ModelLimits;
  /** Tokens of a picture with these sides, at most. Not there: the model cannot see pictures. */
  readonly imageTokens?: (width: number, height: number) => number;
  /** It takes PDFs as they are, and reads them itself: their text, and a picture of each page. */
  readonly readsPdfs?: true;
  /** US dollars; undefined if the price is unknown. */
  costOf?(usage: Usage): number | undefined;
  /** The same service as it is wished; not there where there is only this model. Cheap enough to call for every answer. */
  as?(wishes: ModelWishes): Model;
  complete(request: CompletionRequest): AsyncIterable<CompletionEvent>;
}
