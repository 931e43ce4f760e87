/** The configuration: `readConfig` is the only reader of the environment; `config/settings.ts` says what there is to set. */
import { readFileSync } from 'node:fs';
import { config as readDotEnv } from 'dotenv';
import type { z } from 'zod';
import { type ModelFacts, modelsFrom } from './config/models-file.js';
import type { Address } from './config/reading.js';
import { IN_APP_CREDENTIALS, type Setting, type SettingName, SETTINGS } from './config/settings.js';

export type ThreadReplies = 'auto' | 'all' | 'mention';
export type Edits = 'regenerate' | 'remember';
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

export interface LimitSettings {
  /** Answers in a window; 0: no limit. */
  readonly perPerson: number;
  readonly perWorkspace: number;
  /** Whole seconds. */
  readonly windowMs: number;
}

/** US dollars: of a person and of a channel for a day, of the workspace for a month, in UTC. Not there: no budget. */
export interface BudgetSettings {
  readonly person?: number;
  readonly channel?: number;
  readonly workspace?: number;
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

export interface Fault {
  readonly variable: string;
  /** What is wrong. Never holds the value of a secret. */
  readonly problem: string;
  /** Where to get the value, or what to write instead. */
  readonly hint: string;
}

/** The environment cannot be used; holds every fault found, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly Fault[]) {
    super(`${faults.length} setting(s) cannot be used: ${faults.map((fault) => fault.variable).join(', ')}`);
  }
}

const MINUTE_MS = 60_000;

const ENTRIES = Object.entries(SETTINGS) as [SettingName, Setting][];

type ValueOf<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['reading']>;
type Read = { [Name in SettingName]?: ValueOf<Name> };

/** Has a value whenever there is no fault. */
type Given = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { default: string } | { required: 'always' } ? Name : never;
}[SettingName];
type Values = Read & { [Name in Given]: ValueOf<Name> };

/** What of a value may be shown: a token pasted into the wrong variable may not, nor a URL with a password. */
const LOOKS_SECRET = /^(xox|xapp-|sk-)|\/\/.*@/;

type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, with what `.env` in the working directory adds to it. */
export function environment(): Environment {
  readDotEnv({ quiet: true });
  return process.env;
}

/** Reads a text file; throws what `fs.readFileSync` throws. */
type ReadFile = (path: string) => string;

/** True when the model's service is OpenAI's own, one of its regional addresses included. */
export function isOpenAi(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || new URL(baseUrl).hostname === 'api.openai.com' || isRegional(baseUrl);
}

/** True for one of OpenAI's addresses that keep the data in a region. */
export function isRegional(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && new URL(baseUrl).hostname.endsWith('.api.openai.com');
}

/**
 * The settings of `env`. What is empty or blank counts as not set.
 * Throws `ConfigError`, naming every fault there is.
 */
export function readConfig(env: Environment, readFile: ReadFile = (path) => readFileSync(path, 'utf8')): Config {
  const { faults, fault, isSet } = reader(env);
  const values = parsed(env, fault);

  if (!isSet('SLACK_BOT_TOKEN')) fault('SLACK_BOT_TOKEN', 'is not set');
  if (!isSet('SLACK_APP_TOKEN') && !isSet('SLACK_SIGNING_SECRET')) {
    const hint = `for Socket Mode, ${SETTINGS.SLACK_APP_TOKEN.where}; or for HTTP, SLACK_SIGNING_SECRET: ${IN_APP_CREDENTIALS}`;
    fault('SLACK_APP_TOKEN', 'is not set, nor is SLACK_SIGNING_SECRET', hint);
  }
  const otherServer = isSet('OPENAI_BASE_URL') && (!values.OPENAI_BASE_URL || !isOpenAi(values.OPENAI_BASE_URL));
  if (!isSet('OPENAI_API_KEY') && !otherServer) fault('OPENAI_API_KEY', 'is not set');
  if (isSet('SYSTEM_PROMPT') && isSet('SYSTEM_PROMPT_FILE')) {
    fault('SYSTEM_PROMPT_FILE', 'is set, and SYSTEM_PROMPT too', 'set one of them');
  } else if (values.SYSTEM_PROMPT_FILE) {
    values.SYSTEM_PROMPT = textOf('SYSTEM_PROMPT_FILE', values.SYSTEM_PROMPT_FILE, readFile, fault);
  }
  const models = values.MODELS_FILE ? modelsOf(values.MODELS_FILE, readFile, fault) : undefined;

  checkRedis(values, isSet, fault);

  if (faults.length > 0) throw new ConfigError(faults);
  return shaped(values as Values, models);
}

/** Of all settings those of Redis, for what needs nothing else. Throws `ConfigError`. */
export function readRedisConfig(env: Environment): RedisConfig {
  const redis = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('REDIS_')));
  const { faults, fault, isSet } = reader(redis);
  const values = parsed(redis, fault);
  checkRedis(values, isSet, fault);
  if (faults.length > 0) throw new ConfigError(faults);
  return redisFrom(values as Values);
}

/** The faults found so far, what notes one, and whether a setting has a value. */
function reader(env: Environment): { faults: Fault[]; fault: FaultFound; isSet: (name: SettingName) => boolean } {
  const faults: Fault[] = [];
  return {
    faults,
    fault: (variable, problem, hint) => {
      faults.push({
        variable,
        problem,
        hint: hint ?? SETTINGS_BY_NAME[variable].where ?? SETTINGS_BY_NAME[variable].description,
      });
    },
    isSet: (name) => Boolean(env[name]?.trim()),
  };
}

function checkRedis(values: Read, isSet: (name: SettingName) => boolean, fault: FaultFound): void {
  if (isSet('REDIS_SENTINELS') && isSet('REDIS_CLUSTER_NODES'))
    fault('REDIS_CLUSTER_NODES', 'is set, and REDIS_SENTINELS too', 'set one of them');
  if (isSet('REDIS_CLUSTER_NODES') && values.REDIS_URL && /^\/0*[^0]/.test(new URL(values.REDIS_URL).pathname)) {
    fault(
      'REDIS_URL',
      'names a database, and a cluster has none but 0',
      'leave out what stands behind the host and port',
    );
  }
}

type FaultFound = (variable: SettingName, problem: string, hint?: string) => void;

const SETTINGS_BY_NAME: Readonly<Record<SettingName, Setting>> = SETTINGS;

function parsed(env: Environment, fault: FaultFound): Read {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, { reading, default: fallback, secret }] of ENTRIES) {
    const written = env[name]?.trim() || fallback;
    if (written === undefined) continue;
    const result = reading.safeParse(written);
    if (result.success) values[name] = result.data;
    else {
      const problem = result.error.issues[0]?.message ?? 'cannot be read';
      fault(name, secret || LOOKS_SECRET.test(written) ? problem : `${problem}, not "${written}"`);
    }
  }
  return values as Read;
}

function modelsOf(path: string, readFile: ReadFile, fault: FaultFound): ReadonlyMap<string, ModelFacts> | undefined {
  const text = textOf('MODELS_FILE', path, readFile, fault);
  if (!text) return undefined;
  const { models, faults } = modelsFrom(text, path);
  for (const { problem, hint } of faults) fault('MODELS_FILE', problem, hint);
  return models;
}

/** What stands in the file that a setting names; empty, and a fault, when nothing does. */
function textOf(setting: SettingName, path: string, readFile: ReadFile, fault: FaultFound): string {
  const hint = 'give the path of a text file that this process may read';
  try {
    const text = readFile(path).trim();
    if (!text) fault(setting, `the file ${path} is empty`, hint);
    return text;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    fault(setting, code === 'ENOENT' ? `there is no file ${path}` : `the file ${path} cannot be read (${code})`, hint);
    return '';
  }
}

function shaped(values: Values, models: OpenAiConfig['models']): Config {
  return {
    slack: {
      botToken: values.SLACK_BOT_TOKEN,
      port: values.PORT,
      ...(values.SLACK_APP_TOKEN !== undefined && { appToken: values.SLACK_APP_TOKEN }),
      ...(values.SLACK_SIGNING_SECRET !== undefined && { signingSecret: values.SLACK_SIGNING_SECRET }),
      ...(values.SLACK_API_URL !== undefined && { apiUrl: values.SLACK_API_URL }),
    },
    openai: {
      api: values.OPENAI_API,
      model: values.OPENAI_MODEL,
      headers: values.OPENAI_HEADERS ?? {},
      query: values.OPENAI_QUERY ?? {},
      timeoutMs: values.OPENAI_TIMEOUT_MS,
      idleTimeoutMs: values.OPENAI_IDLE_TIMEOUT_MS,
      ...(values.OPENAI_API_KEY !== undefined && { apiKey: values.OPENAI_API_KEY }),
      ...(values.OPENAI_BASE_URL !== undefined && { baseUrl: values.OPENAI_BASE_URL }),
      ...(values.OPENAI_TEMPERATURE !== undefined && { temperature: values.OPENAI_TEMPERATURE }),
      ...(values.OPENAI_MAX_OUTPUT_TOKENS !== undefined && { maxOutputTokens: values.OPENAI_MAX_OUTPUT_TOKENS }),
      ...(values.OPENAI_REASONING_EFFORT !== undefined && { reasoningEffort: values.OPENAI_REASONING_EFFORT }),
      ...(models && { models }),
    },
    ...(values.SYSTEM_PROMPT !== undefined && { systemPrompt: values.SYSTEM_PROMPT }),
    redis: redisFrom(values),
    conversation: {
      ttlDays: values.CONVERSATION_TTL_DAYS,
      threadReplies: values.THREAD_REPLIES,
      edits: values.EDITS,
      allowExternalUsers: values.ALLOW_EXTERNAL_USERS,
      ...(values.PROMPT_TOKENS !== undefined && { promptTokens: values.PROMPT_TOKENS }),
      verbatimTokens: values.VERBATIM_TOKENS,
    },
    replies: { streaming: values.REPLY_STREAMING },
    limits: {
      perPerson: values.USER_MESSAGES_PER_MINUTE,
      perWorkspace: values.WORKSPACE_MESSAGES_PER_MINUTE,
      windowMs: MINUTE_MS,
    },
    budgets: {
      ...(values.BUDGET_USER_DAILY_USD !== undefined && { person: values.BUDGET_USER_DAILY_USD }),
      ...(values.BUDGET_CHANNEL_DAILY_USD !== undefined && { channel: values.BUDGET_CHANNEL_DAILY_USD }),
      ...(values.BUDGET_WORKSPACE_MONTHLY_USD !== undefined && { workspace: values.BUDGET_WORKSPACE_MONTHLY_USD }),
    },
    concurrency: values.CONCURRENCY,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    startTimeoutMs: values.START_TIMEOUT_MS,
    logLevel: values.LOG_LEVEL,
  };
}

function redisFrom(values: Values): RedisConfig {
  const {
    REDIS_SENTINELS: addresses,
    REDIS_SENTINEL_NAME: master,
    REDIS_SENTINEL_PASSWORD: password,
    REDIS_CLUSTER_NODES: clusterNodes,
  } = values;
  return {
    url: values.REDIS_URL,
    prefix: values.REDIS_PREFIX,
    ...(addresses && { sentinels: { addresses, master, ...(password !== undefined && { password }) } }),
    ...(clusterNodes && { clusterNodes }),
  };
}

/** The faults in one line. */
export function faultsIn(error: ConfigError): string {
  return error.faults.map(({ variable, problem, hint }) => `${variable}: ${problem} (${hint})`).join('; ');
}

/** The faults as text for the terminal, each with what to do about it. */
export function describeFaults(error: ConfigError): string {
  const faults = error.faults.map(({ variable, problem, hint }) => `  ${variable}: ${problem}\n    → ${hint}`);
  return [
    'Skein cannot start with these settings:',
    '',
    ...faults,
    '',
    'Every setting is explained in .env.example.',
  ].join('\n');
}
