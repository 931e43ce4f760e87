/** The settings: one table says what each is, `readConfig` is the only reader of the environment. */
import { readFileSync } from 'node:fs';
import { config as readDotEnv } from 'dotenv';
import { z } from 'zod';

export type ThreadReplies = 'auto' | 'all' | 'mention';
export type ReplyStreaming = 'auto' | 'native' | 'edit' | 'off';
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
  /** Not set for servers that want none. */
  readonly apiKey?: string;
  /** Not set: OpenAI's own. */
  readonly baseUrl?: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** Milliseconds until the first text of an answer, tries and waits together. */
  readonly timeoutMs: number;
  /** Milliseconds of silence in the middle of an answer. */
  readonly idleTimeoutMs: number;
}

export interface Config {
  readonly slack: SlackConfig;
  readonly openai: OpenAiConfig;
  readonly systemPrompt?: string;
  readonly redis: { readonly url: string };
  readonly conversation: {
    readonly ttlDays: number;
    readonly threadReplies: ThreadReplies;
    readonly allowExternalUsers: boolean;
    /** Rough upper bound of a prompt, in tokens. */
    readonly promptTokens: number;
  };
  readonly replies: { readonly streaming: ReplyStreaming };
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

/** Text as it stands in the environment to a value, or an issue that says what the text has to be. */
type Reading<T> = z.ZodType<T, string>;

export interface Setting<T = unknown> {
  /** One line for `.env.example` and the README. */
  readonly description: string;
  readonly reading: Reading<T>;
  /** As it would be written in the environment. */
  readonly default?: string;
  /** When it has to be set; not there when it never has to. */
  readonly required?: string;
  /** Its value is never shown. */
  readonly secret?: true;
  /** Where to get the value. */
  readonly where?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Node's fetch gives up by itself when no headers have come for five minutes (undici's `headersTimeout`). */
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

const text = z.string();

function matching(pattern: RegExp, problem: string, mistaken: readonly (readonly [RegExp, string])[] = []): Reading<string> {
  return text.superRefine((value, context) => {
    if (pattern.test(value)) return;
    const mistake = mistaken.find(([looks]) => looks.test(value));
    context.addIssue({ code: 'custom', message: mistake?.[1] ?? problem });
  });
}

function number(pattern: RegExp, min: number, max: number, kind: string): Reading<number> {
  return text
    .refine((value) => pattern.test(value) && Number(value) >= min && Number(value) <= max, `must be ${kind} from ${min} to ${max}`)
    .transform(Number);
}

const whole = (min: number, max: number): Reading<number> => number(/^\d+$/, min, max, 'a whole number');
const decimal = (min: number, max: number): Reading<number> => number(/^\d+(\.\d+)?$/, min, max, 'a number');

function url(...protocols: string[]): Reading<string> {
  const shapes = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  return text.refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `must be a URL, ${shapes}`,
  );
}

function oneOf<const T extends string>(...values: T[]): Reading<T> {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

const yesOrNo: Reading<boolean> = z.stringbool({
  truthy: ['true', '1', 'yes'],
  falsy: ['false', '0', 'no'],
  error: 'must be true or false',
});

/** Messages are our own: the parser's would quote the value, which may be a secret. */
function jsonOfStrings(example: string): Reading<Record<string, string>> {
  const problem = `must be a JSON object whose values are strings, such as ${example}`;
  return text.transform((value, context): Record<string, string> => {
    try {
      const strings = z.record(z.string(), z.string()).safeParse(JSON.parse(value));
      if (strings.success) return strings.data;
    } catch {
      // Not JSON; said below.
    }
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

const headers: Reading<Record<string, string>> = jsonOfStrings('{"api-key": "…"}').superRefine((value, context) => {
  for (const [name, content] of Object.entries(value)) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(content)) continue;
    context.addIssue({ code: 'custom', message: 'holds a name or a value that an HTTP header cannot have' });
    return;
  }
});

const IN_APP_CREDENTIALS = 'api.slack.com/apps → your app → Basic Information → App Credentials → Signing Secret';

/** Every setting there is; the required ones first. `.env.example` and the README's table are tested against it. */
export const SETTINGS = {
  SLACK_BOT_TOKEN: {
    description: 'Bot token of the Slack app',
    reading: matching(/^xoxb-\S+$/, 'must begin with xoxb-', [
      [/^xapp-/, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
      [/^xoxp-/, 'this is a user token; the bot token is needed, which begins with xoxb-'],
      [/^xoxe\./, 'this is a token that expires; turn token rotation off for the app and install it again'],
    ]),
    required: 'always',
    secret: true,
    where: 'api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token',
  },
  SLACK_APP_TOKEN: {
    description: 'App-level token with connections:write; when set, Skein connects by Socket Mode and needs no public address',
    reading: matching(/^xapp-\S+$/, 'must begin with xapp-', [
      [/^xoxb-/, 'this is a bot token; it belongs in SLACK_BOT_TOKEN'],
      [/^xoxp-/, 'this is a user token; an app-level token is needed, which begins with xapp-'],
    ]),
    required: 'for Socket Mode',
    secret: true,
    where: 'api.slack.com/apps → your app → Basic Information → App-Level Tokens',
  },
  OPENAI_API_KEY: {
    description: "Key of the model's service",
    reading: matching(/^[\x21-\x7e]+$/, 'must be one word of plain ASCII'),
    required: 'unless OPENAI_BASE_URL names another server',
    secret: true,
    where: 'platform.openai.com/api-keys',
  },
  SLACK_SIGNING_SECRET: {
    description: 'Signing secret with which Slack signs its HTTP requests',
    reading: matching(/^[0-9a-f]{32}$/i, 'must be 32 hexadecimal characters', [
      [/^xapp-/, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
      [/^xox/, 'this is a token; the signing secret has 32 hexadecimal characters'],
    ]),
    required: 'without SLACK_APP_TOKEN',
    secret: true,
    where: IN_APP_CREDENTIALS,
  },
  PORT: {
    description: "HTTP port, for Slack's requests when there is no SLACK_APP_TOKEN",
    reading: whole(1, 65_535),
    default: '3000',
  },
  SLACK_API_URL: {
    description: "Another address of Slack's Web API, for GovSlack, a proxy or a simulator",
    reading: url('https:', 'http:'),
    where: 'leave it out to use https://slack.com/api/',
  },
  OPENAI_BASE_URL: {
    description: 'A server that speaks Chat Completions: Ollama, vLLM, LiteLLM, Azure …',
    reading: url('https:', 'http:'),
    where: "leave it out to use OpenAI's own; for Ollama it is http://localhost:11434/v1",
  },
  OPENAI_MODEL: {
    description: 'Name of the model',
    reading: text,
    default: 'gpt-5.4-mini',
    where: 'platform.openai.com/docs/models, or what your server calls it',
  },
  OPENAI_HEADERS: {
    description: 'Further headers of the requests to the model, a JSON object; Azure wants {"api-key": "…"}',
    reading: headers,
    secret: true,
  },
  OPENAI_QUERY: {
    description: 'Further query arguments of the requests to the model, a JSON object; Azure wants {"api-version": "…"}',
    reading: jsonOfStrings('{"api-version": "2024-10-21"}'),
    secret: true,
  },
  OPENAI_TEMPERATURE: {
    description: 'Sampling temperature, 0 to 2; reasoning models refuse it',
    reading: decimal(0, 2),
    where: "leave it out to use the model's own",
  },
  OPENAI_MAX_OUTPUT_TOKENS: {
    description: 'Longest answer in tokens, reasoning included (sent as max_completion_tokens)',
    reading: whole(1, 1_000_000),
    where: "leave it out to use the model's own",
  },
  OPENAI_TIMEOUT_MS: {
    description: "Milliseconds in which an answer's first text has to come, all tries together",
    reading: whole(1_000, FETCH_TIMEOUT_MS),
    default: '60000',
  },
  OPENAI_IDLE_TIMEOUT_MS: {
    description: 'Milliseconds of silence in the middle of an answer after which it is asked for again',
    reading: whole(1_000, FETCH_TIMEOUT_MS),
    default: '30000',
  },
  SYSTEM_PROMPT: {
    description: 'What the model is told about its task; replaces the one that comes with Skein',
    reading: text,
  },
  SYSTEM_PROMPT_FILE: {
    description: 'Path of a file with the system prompt, instead of SYSTEM_PROMPT',
    reading: text,
  },
  REDIS_URL: {
    description: 'Redis, which holds the conversations',
    reading: url('redis:', 'rediss:'),
    default: 'redis://127.0.0.1:6379',
    secret: true,
    where: 'redis://user:password@host:port/database, rediss:// with TLS',
  },
  CONVERSATION_TTL_DAYS: {
    description: 'Days after its last message that a conversation is forgotten',
    reading: whole(1, 3_650),
    default: '30',
  },
  THREAD_REPLIES: {
    description: 'Which replies in its threads are answered without naming it: all; mention, none; auto, those that are not between people',
    reading: oneOf('auto', 'all', 'mention'),
    default: 'auto',
  },
  REPLY_STREAMING: {
    description: "How replies appear while they are written: native, Slack's streaming; edit, by edits; off, at once when whole; auto",
    reading: oneOf('auto', 'native', 'edit', 'off'),
    default: 'auto',
  },
  ALLOW_EXTERNAL_USERS: {
    description: 'Whether people of other workspaces (Slack Connect) are answered',
    reading: yesOrNo,
    default: 'false',
  },
  PROMPT_TOKENS: {
    description: 'Rough upper bound of a prompt in tokens; of a longer conversation the oldest part is left out',
    reading: whole(1_000, 10_000_000),
    default: '100000',
  },
  CONCURRENCY: {
    description: 'Conversations answered at once by one process',
    reading: whole(1, 10_000),
    default: '50',
  },
  SHUTDOWN_TIMEOUT_MS: {
    description: 'Milliseconds that replies under way get to finish when the process is told to stop',
    reading: whole(0, DAY_MS),
    default: '25000',
  },
  START_TIMEOUT_MS: {
    description: 'Milliseconds for which Redis and Slack are tried at start',
    reading: whole(1_000, DAY_MS),
    default: '60000',
  },
  LOG_LEVEL: {
    description: 'Least severe log lines written: fatal, error, warn, info, debug, trace, or silent',
    reading: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
  },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof SETTINGS;

const ENTRIES = Object.entries(SETTINGS) as [SettingName, Setting][];

type ValueOf<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['reading']>;
type Read = { [Name in SettingName]?: ValueOf<Name> };

/** Has a value whenever there is no fault. */
type Given = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { default: string } | { required: 'always' } ? Name : never;
}[SettingName];
type Values = Read & { [Name in Given]: ValueOf<Name> };

/** What of a value may be shown: a token pasted into the wrong variable may not. */
const LOOKS_SECRET = /^(xox|xapp-|sk-)/;

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
  if (baseUrl === undefined) return true;
  const { hostname } = new URL(baseUrl);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}

/**
 * The settings of `env`. What is empty or blank counts as not set.
 * Throws `ConfigError`, naming every fault there is.
 */
export function readConfig(env: Environment, readFile: ReadFile = (path) => readFileSync(path, 'utf8')): Config {
  const faults: Fault[] = [];
  const fault = (variable: SettingName, problem: string, hint?: string): void => {
    faults.push({ variable, problem, hint: hint ?? SETTINGS_BY_NAME[variable].where ?? SETTINGS_BY_NAME[variable].description });
  };
  const isSet = (name: SettingName): boolean => Boolean(env[name]?.trim());
  const values = parsed(env, fault);

  if (!isSet('SLACK_BOT_TOKEN')) fault('SLACK_BOT_TOKEN', 'is not set');
  if (!isSet('SLACK_APP_TOKEN') && !isSet('SLACK_SIGNING_SECRET')) {
    fault('SLACK_SIGNING_SECRET', 'is not set, nor is SLACK_APP_TOKEN', `${IN_APP_CREDENTIALS}; or set SLACK_APP_TOKEN for Socket Mode`);
  }
  const otherServer = isSet('OPENAI_BASE_URL') && (!values.OPENAI_BASE_URL || !isOpenAi(values.OPENAI_BASE_URL));
  if (!isSet('OPENAI_API_KEY') && !otherServer) fault('OPENAI_API_KEY', 'is not set');
  if (isSet('SYSTEM_PROMPT') && isSet('SYSTEM_PROMPT_FILE')) {
    fault('SYSTEM_PROMPT_FILE', 'is set, and SYSTEM_PROMPT too', 'set one of them');
  } else if (values.SYSTEM_PROMPT_FILE) {
    values.SYSTEM_PROMPT = promptFrom(values.SYSTEM_PROMPT_FILE, readFile, fault);
  }

  if (faults.length > 0) throw new ConfigError(faults);
  return shaped(values as Values);
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

function promptFrom(path: string, readFile: ReadFile, fault: FaultFound): string {
  const hint = 'give the path of a text file that this process may read';
  try {
    const prompt = readFile(path).trim();
    if (!prompt) fault('SYSTEM_PROMPT_FILE', `the file ${path} is empty`, hint);
    return prompt;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    fault('SYSTEM_PROMPT_FILE', code === 'ENOENT' ? `there is no file ${path}` : `the file ${path} cannot be read (${code})`, hint);
    return '';
  }
}

function shaped(values: Values): Config {
  return {
    slack: {
      botToken: values.SLACK_BOT_TOKEN,
      port: values.PORT,
      ...(values.SLACK_APP_TOKEN !== undefined && { appToken: values.SLACK_APP_TOKEN }),
      ...(values.SLACK_SIGNING_SECRET !== undefined && { signingSecret: values.SLACK_SIGNING_SECRET }),
      ...(values.SLACK_API_URL !== undefined && { apiUrl: values.SLACK_API_URL }),
    },
    openai: {
      model: values.OPENAI_MODEL,
      headers: values.OPENAI_HEADERS ?? {},
      query: values.OPENAI_QUERY ?? {},
      timeoutMs: values.OPENAI_TIMEOUT_MS,
      idleTimeoutMs: values.OPENAI_IDLE_TIMEOUT_MS,
      ...(values.OPENAI_API_KEY !== undefined && { apiKey: values.OPENAI_API_KEY }),
      ...(values.OPENAI_BASE_URL !== undefined && { baseUrl: values.OPENAI_BASE_URL }),
      ...(values.OPENAI_TEMPERATURE !== undefined && { temperature: values.OPENAI_TEMPERATURE }),
      ...(values.OPENAI_MAX_OUTPUT_TOKENS !== undefined && { maxOutputTokens: values.OPENAI_MAX_OUTPUT_TOKENS }),
    },
    ...(values.SYSTEM_PROMPT !== undefined && { systemPrompt: values.SYSTEM_PROMPT }),
    redis: { url: values.REDIS_URL },
    conversation: {
      ttlDays: values.CONVERSATION_TTL_DAYS,
      threadReplies: values.THREAD_REPLIES,
      allowExternalUsers: values.ALLOW_EXTERNAL_USERS,
      promptTokens: values.PROMPT_TOKENS,
    },
    replies: { streaming: values.REPLY_STREAMING },
    concurrency: values.CONCURRENCY,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    startTimeoutMs: values.START_TIMEOUT_MS,
    logLevel: values.LOG_LEVEL,
  };
}

/** The faults as text for the terminal, each with what to do about it. */
export function describeFaults(error: ConfigError): string {
  const faults = error.faults.map(({ variable, problem, hint }) => `  ${variable}: ${problem}\n    → ${hint}`);
  return ['Skein cannot start with these settings:', '', ...faults, '', 'Every setting is explained in .env.example.'].join('\n');
}

/** The README's table of settings, Markdown. */
export function settingsTable(): string {
  const rows = ENTRIES.map(([name, { description, default: fallback, required, where }]) => {
    const needed = required ? `required ${required === 'always' ? '' : required}`.trim() : '';
    const meaning = where ? `${description} (${where})` : description;
    return `| \`${name}\` | ${fallback === undefined ? needed : `\`${fallback}\``} | ${meaning} |`;
  });
  return ['| Setting | Default | What it is |', '| --- | --- | --- |', ...rows].join('\n');
}
