/** What a bot is made with, and what it can do then. */
import type { ConversationKey } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import type { Observe } from '../core/observation.js';
import type {
  ChannelStore,
  Clock,
  ConversationStore,
  FileReader,
  FileStore,
  Logger,
  Model,
  OwnerUsage,
  PictureMaker,
  Replies,
  RequestQueue,
  SettingsStore,
  Transcriber,
  WorkQueue,
} from '../core/ports.js';
import type { StorageKind, SweepTimes } from '../storage.js';

export interface Bot {
  /** Resolves when events are taken. Throws if Redis or Slack cannot be reached within `startTimeoutMs`. */
  start(): Promise<void>;
  /** Takes no new events, finishes running replies within `shutdownTimeoutMs` and leaves the rest to other processes. */
  stop(): Promise<void>;
  /** Everything stored of a conversation; undefined if there is nothing. */
  recall(key: ConversationKey): Promise<Conversation | undefined>;
  /** Usage in a workspace in a day (`2026-11-05`) or a month (`2026-11`). */
  used(team: string, period: string): Promise<OwnerUsage[]>;
}

interface Ports {
  store: ConversationStore;
  channels: ChannelStore;
  settings: SettingsStore;
  queue: WorkQueue;
  requests: RequestQueue;
  model: Model;
  replies: Replies;
  files: FileStore;
  reader: FileReader;
  transcriber: Transcriber;
}

/** Wraps ports: each function gets the real one and returns what is used in its place. */
export type PortDecorators = { readonly [Name in keyof Ports]?: (port: Ports[Name]) => Ports[Name] };

export interface BotOptions {
  logger: Logger;
  /** Default: Redis. */
  storage?: StorageKind;
  /** Replaces the one that `config.openai` describes. */
  model?: Model;
  /** Replaces the one that makes pictures. */
  pictures?: PictureMaker;
  /** For injecting faults, and for tests. */
  decorate?: PortDecorators;
  /** For tests, which cannot wait for minutes. */
  sweep?: SweepTimes;
  observe?: Observe;
  clock?: Clock;
  /** Called if Slack refuses the app token while the bot runs. */
  onFatal?: (error: unknown) => void;
}
