/** The configuration: everything that can be set, read and checked. */
import type { BudgetSettings, Edits, LimitSettings, ThreadReplies } from '../core/settings.js';
import type { ModelFacts } from './models-file.js';
import type { Address } from './parsers.js';

export type ReplyStreaming = 'auto' | 'native' | 'edit' | 'off';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

interface SlackConfig {
  readonly botToken: string;
  /** Set: Socket Mode. Not set: Slack calls `port` over HTTP, signed with `signingSecret`. */
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly port: number;
  readonly apiUrl?: string;
}

export interface OpenAiConfig {
  /** Not set for servers that want none. */
  readonly apiKey?: string;
  /** Chat Completions, or the Responses API. */
  readonly api: 'chat' | 'responses';
  /** Not set: OpenAI's own. */
  readonly baseUrl?: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** What `MODELS_FILE` says of models, by name. */
  readonly models?: ReadonlyMap<string, ModelFacts>;
  readonly reasoningEffort?: ReasoningEffort;
  /** Milliseconds until the first text of an answer, tries and waits together. */
  readonly timeoutMs: number;
  /** Milliseconds of silence in the middle of an answer. */
  readonly idleTimeoutMs: number;
}

export interface RedisConfig {
  /** Of one server. With `sentinels` or `clusterNodes` its user, password, database and TLS are those of the servers that they name. */
  readonly url: string;
  /** With it the names of all keys begin. */
  readonly prefix: string;
  readonly sentinels?: {
    readonly addresses: readonly Address[];
    /** What they call the master. */
    readonly master: string;
    readonly password?: string;
  };
  /** Some of a cluster's nodes. Never set together with `sentinels`. */
  readonly clusterNodes?: readonly Address[];
}

export interface Config {
  readonly slack: SlackConfig;
  readonly openai: OpenAiConfig;
  readonly systemPrompt?: string;
  readonly redis: RedisConfig;
  readonly conversation: {
    readonly ttlDays: number;
    readonly threadReplies: ThreadReplies;
    readonly edits: Edits;
    readonly allowExternalUsers: boolean;
    /** Upper bound of a prompt, in tokens. Not set: all that the model can read. */
    readonly promptTokens?: number;
    /** Of what is sent word by word, before the oldest part is summed up. */
    readonly verbatimTokens: number;
  };
  readonly replies: { readonly streaming: ReplyStreaming };
  readonly limits: LimitSettings;
  readonly budgets: BudgetSettings;
  /** Conversations answered at once by this process. */
  readonly concurrency: number;
  readonly shutdownTimeoutMs: number;
  readonly startTimeoutMs: number;
  readonly logLevel: LogLevel;
}
