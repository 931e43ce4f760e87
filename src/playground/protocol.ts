/** What the playground and the process of its bot say to each other over the channel that `fork` opens. JSON. */
import type { Observation } from '../core/observation.js';
import type { OwnerUsage } from '../core/ports.js';
import type { Conversation } from '../core/conversation.js';
import type { ConversationKey } from '../core/conversation-id.js';

/** What the bot knows of a conversation. */
export interface Recalled {
  readonly conversation?: Conversation;
  /** Of its workspace. */
  readonly used: { readonly today: readonly OwnerUsage[]; readonly month: readonly OwnerUsage[] };
}

export interface BotOrder {
  /** The settings, in place of those that stand in the process's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly storage: 'memory' | 'redis';
  /** The stand-in answers, in place of the model of the settings. */
  readonly standIn: boolean;
  /** The stand-in takes no time. */
  readonly hurried: boolean;
}

export type ToBot =
  | { readonly type: 'start'; readonly order: BotOrder }
  /** Answered by `recalled` of the same id. */
  | { readonly type: 'recall'; readonly id: number; readonly key: ConversationKey }
  /** The stream of the next answer breaks half-way. */
  | { readonly type: 'break-model' }
  | { readonly type: 'stop' };

export type FromBot =
  | { readonly type: 'running' }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'recalled'; readonly id: number; readonly recalled: Recalled }
  | { readonly type: 'recalled'; readonly id: number; readonly problem: string }
  /** `at`: milliseconds since 1970. */
  | {
      readonly type: 'observed';
      readonly key: ConversationKey;
      readonly at: number;
      readonly observation: Observation;
    };
