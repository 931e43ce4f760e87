/** IPC messages between the playground and its bot's process, over the channel that `fork` opens; structured clones. */
import type { ConversationKey } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import type { Observation } from '../core/observation.js';
import type { ModelProblem, OwnerUsage } from '../core/ports.js';
import type { KeptCall, KeptResult } from './kept-storage.js';

/** The bot's memory of a conversation, and usage. */
export interface Recalled {
  readonly conversation?: Conversation;
  /** Usage in the conversation's workspace. */
  readonly used: { readonly today: readonly OwnerUsage[]; readonly month: readonly OwnerUsage[] };
}

export interface BotStartOptions {
  /** The bot's settings; the child process's own environment is not read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly storage: 'memory' | 'redis';
  /** Use the stand-in instead of the configured model. */
  readonly standIn: boolean;
  /** The stand-in answers without delays. */
  readonly instant: boolean;
  /** The parent says what the model answers. */
  readonly replay?: boolean;
  /** The playground's own Redis: ended by the bot's process if the playground cannot. */
  readonly ownRedis?: { readonly pid: number; readonly directory: string };
}

/** The model of a replay is asked. */
export interface Asked {
  readonly id: number;
  readonly conversation: ConversationKey;
  readonly purpose: 'answer' | 'summary';
}

export type GivenAnswer = { readonly text: string } | { readonly problem: ModelProblem; readonly reason: string };

export type ToBot =
  | { readonly type: 'start'; readonly options: BotStartOptions }
  /** Answered with `recalled` and the same id. */
  | { readonly type: 'recall'; readonly id: number; readonly key: ConversationKey }
  /** Breaks the stream of the next answer half-way. */
  | { readonly type: 'break-model' }
  /** Answers an `asked`. */
  | { readonly type: 'answer'; readonly id: number; readonly answer: GivenAnswer }
  | { readonly type: 'kept'; readonly result: KeptResult }
  | { readonly type: 'stop' };

export type FromBot =
  | { readonly type: 'running' }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'recalled'; readonly id: number; readonly recalled: Recalled }
  | { readonly type: 'recalled'; readonly id: number; readonly problem: string }
  /** A call of `KeptStorage`, answered with `kept`. */
  | { readonly type: 'keep'; readonly call: KeptCall }
  | { readonly type: 'asked'; readonly asked: Asked }
  /** Nobody waits for the answer any more. */
  | { readonly type: 'asked-over'; readonly id: number }
  /** `at`: milliseconds since 1970. */
  | {
      readonly type: 'observed';
      readonly key: ConversationKey;
      readonly at: number;
      readonly observation: Observation;
    };
