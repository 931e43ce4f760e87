/** The configuration: all settings, parsed and validated. */
import type { ChannelSettings } from '../core/channel.js';
import type { FileBounds } from '../core/files.js';
import type { Effort, LayerValues, Verbosity } from '../core/layers/table.js';
import type {
  BudgetSettings,
  DmReplies,
  Edits,
  LimitSettings,
  ReplyStreaming,
  SettingsBy,
  ReplyButton,
  SuggestedPrompt,
  ThreadReplies,
} from '../core/settings.js';
import type { ModelFacts } from './models-file.js';
import type { Address } from './parsers.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

interface SlackConfig {
  readonly botToken: string;
  /** Set: Socket Mode. Not set: Slack calls `port` over HTTP, signed with `signingSecret`. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port: number;
  readonly apiUrl?: string;
}

export interface OpenAiConfig {
  /** Not set for servers that need none. */
  readonly apiKey?: string;
  /** Chat Completions, or the Responses API. */
  readonly api: 'chat' | 'responses';
  /** Not set: OpenAI's own server. */
  readonly baseUrl?: string;
  readonly model: string;
  /** Not set: nothing listens to recordings. */
  readonly transcriptionModel?: string;
  /** Not set: no pictures are made. */
  readonly imageModel?: string;
  /** Not set: what the model's service finds fit. */
  readonly imageQuality?: 'low' | 'medium' | 'high' | 'auto';
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** Facts about models from `MODELS_FILE`, by name of the model. */
  readonly models?: ReadonlyMap<string, ModelFacts>;
  readonly reasoningEffort?: Effort;
  readonly verbosity?: Verbosity;
  /** Milliseconds until the first text of an answer, all attempts and the waits between them included. */
  readonly timeoutMs: number;
  /** Milliseconds that an answer may pause in the middle. */
  readonly idleTimeoutMs: number;
}

export interface RedisConfig {
  /**
   * The server. With `sentinels` or `clusterNodes`, its host and port are ignored; its user, password, database and TLS
   * apply to the servers found through them.
   */
  readonly url: string;
  /** Prefix of all keys. */
  readonly prefix: string;
  readonly sentinels?: {
    readonly addresses: readonly Address[];
    /** The master's name among the Sentinels. */
    readonly master: string;
    readonly password?: string;
  };
  /** Some nodes of a cluster; they name the others. Never set together with `sentinels`. */
  readonly clusterNodes?: readonly Address[];
  /** How certificates are checked, if not by the authorities that Node knows. Only with `rediss://`. */
  readonly tls?: {
    /** Certificates in PEM form, the only ones trusted. */
    readonly ca?: string;
    /** False: any certificate is taken. */
    readonly rejectUnauthorized?: false;
  };
}

export interface NetworkConfig {
  /** URLs of the proxies for requests over https and http, which may hold user and password. */
  readonly httpsProxy?: string;
  readonly httpProxy?: string;
  /** Hosts that are reached without a proxy, with commas between them. */
  readonly noProxy?: string;
}

export interface Config {
  readonly slack: SlackConfig;
  readonly openai: OpenAiConfig;
  readonly systemPrompt?: string;
  readonly redis: RedisConfig;
  /** Missing: no proxy. */
  readonly network?: NetworkConfig;
  readonly conversation: {
    readonly ttlDays: number;
    readonly threadReplies: ThreadReplies;
    readonly edits: Edits;
    readonly dmReplies: DmReplies;
    readonly suggestedPrompts: readonly SuggestedPrompt[];
    readonly allowExternalUsers: boolean;
    readonly answerWorkflows: boolean;
    /** Longest prompt, in tokens. Not set: as long as the model can read. */
    readonly promptTokens?: number;
    /** Tokens of a conversation that are sent verbatim, before its oldest part is summarized. */
    readonly verbatimTokens: number;
    /** Whether the bot says hello in channels that it is added to. */
    readonly channelHello: boolean;
    /** What is kept of channels, for conversations that begin there. */
    readonly channel: ChannelSettings;
  };
  readonly files: FileBounds & {
    /** False: the model is given their names only. */
    readonly isRead: boolean;
    /** Long code and tables go out as files. */
    readonly arePosted: boolean;
    /** Models that read PDFs themselves get them as they are. */
    readonly pdfAsFile: boolean;
  };
  readonly replies: {
    readonly streaming: ReplyStreaming;
    /** Edits of unfinished answers that this process may make in a minute; additions to streams twice as many. */
    readonly updatesPerMinute: number;
    readonly buttons: readonly ReplyButton[];
    readonly feedbackChannel?: string;
  };
  /** Of `SETTINGS_FILE`: below the other settings here, above what people set in Slack. */
  readonly fileLayer: LayerValues;
  readonly settingsBy: SettingsBy;
  readonly limits: LimitSettings;
  readonly budgets: BudgetSettings;
  /** Conversations that this process answers at the same time. */
  readonly concurrency: number;
  /** Queues in Redis that wake-ups are spread over. */
  readonly queueShards: number;
  readonly shutdownTimeoutMs: number;
  readonly startTimeoutMs: number;
  /** HTTP port of `/healthz` and `/readyz`. Missing: there is none. */
  readonly opsPort?: number;
  readonly logLevel: LogLevel;
}
