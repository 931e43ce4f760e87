import type { ConversationKey } from '../core/conversation-id.js';
import type { Observation } from '../core/observation.js';
import type { Clock } from '../core/ports.js';
import type { KeptStorage } from './kept-storage.js';
import type { BotStartOptions } from './protocol.js';

export interface BotRunnerOptions {
  readonly startOptions: BotStartOptions;
  /** How long the bot lets running replies finish when it stops. */
  readonly shutdownTimeoutMs: number;
  /** Path of the file that the child process runs. */
  readonly program: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onObservation: (key: ConversationKey, at: number, observation: Observation) => void;
  readonly onStatusChange: () => void;
  /** The memory of a bot without Redis. */
  readonly kept: KeptStorage;
  /** `asked` has changed. */
  readonly onAsked?: () => void;
}
