/** The model. */
import type { ConversationKey } from '../conversation-id.js';
import type { Usage } from './usage.js';

/** One message of the list that the model reads. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export type FinishReason = 'stop' | 'length' | 'content_filter';

export type CompletionEvent =
  | { type: 'text'; text: string }
  /** What people may see of the model's reasoning, piece by piece: never a part of the answer. Many models show none. */
  | { type: 'thinking'; text: string }
  /** The answer broke, or was empty, and is begun again: what came so far does not count. `usage`: what it took, where that is known. */
  | { type: 'restart'; usage?: Usage }
  /** Always the last. */
  | { type: 'done'; finishReason: FinishReason; usage?: Usage };

export interface CompletionRequest {
  messages: PromptMessage[];
  /** Stable name of the conversation, for the provider's prompt cache. Holds no secret. */
  conversation: ConversationKey;
  signal: AbortSignal;
}

export interface ModelLimits {
  /** Tokens that a prompt and its answer have together. */
  contextWindow: number;
  /** Tokens of the longest answer. */
  maxOutput: number;
}

/**
 * The model. Tries again by itself what trying again can cure, saying `restart` when something had come already.
 * Throws `ModelError` for the rest, and the signal's reason when it is aborted.
 */
export interface Model {
  readonly name: string;
  readonly limits: ModelLimits;
  /** US dollars. Undefined, or not there, where the price is not known. */
  costOf?(usage: Usage): number | undefined;
  complete(request: CompletionRequest): AsyncIterable<CompletionEvent>;
}
