/** Every setting there is. `.env.example` and the README's table are tested against it. */
import {
  addresses,
  decimal,
  headers,
  jsonOfStrings,
  matching,
  oneOf,
  type Reading,
  text,
  url,
  whole,
  yesOrNo,
} from './reading.js';

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

/** A cent; below it, as at 0, one probably means something else. */
const LEAST_BUDGET_USD = 0.01;
const MOST_BUDGET_USD = 1_000_000;

/** Node's fetch gives up by itself when no headers have come for five minutes (undici's `headersTimeout`). */
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

export const IN_APP_CREDENTIALS =
  'api.slack.com/apps → your app → Basic Information → App Credentials → Signing Secret';

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
    description:
      'App-level token with connections:write; when set, Skein connects by Socket Mode and needs no public address',
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
  OPENAI_API: {
    description:
      "Which of OpenAI's APIs the model is asked over: `chat` is Chat Completions, which every server speaks, `responses` shows what a reasoning model thinks about",
    reading: oneOf('chat', 'responses'),
    default: 'chat',
  },
  OPENAI_BASE_URL: {
    description: 'A server that speaks the API of OPENAI_API: Ollama, vLLM, LiteLLM, Azure …',
    reading: url('https:', 'http:'),
    where: "leave it out to use OpenAI's own; for Ollama it is http://localhost:11434/v1",
  },
  OPENAI_MODEL: {
    description: 'Name of the model',
    reading: text,
    default: 'gpt-5.4-mini',
    where: 'platform.openai.com/docs/models, or what your server calls it',
  },
  MODELS_FILE: {
    description:
      'Path of a JSON file that says of models, by name, how much they read and write and what they cost; it goes before what Skein knows of them',
    reading: text,
    where: "leave it out for OpenAI's models; any other counts as one that reads 32,000 tokens, at an unknown price",
  },
  OPENAI_HEADERS: {
    description: 'Further headers of the requests to the model, a JSON object; Azure wants {"api-key": "…"}',
    reading: headers,
    secret: true,
  },
  OPENAI_QUERY: {
    description:
      'Further query arguments of the requests to the model, a JSON object; Azure wants {"api-version": "…"}',
    reading: jsonOfStrings('{"api-version": "2024-10-21"}'),
    secret: true,
  },
  OPENAI_TEMPERATURE: {
    description: 'Sampling temperature, 0 to 2; reasoning models refuse it',
    reading: decimal(0, 2),
    where: "leave it out to use the model's own",
  },
  OPENAI_MAX_OUTPUT_TOKENS: {
    description: 'Longest answer in tokens, reasoning included (sent as max_completion_tokens, or max_output_tokens)',
    reading: whole(1, 1_000_000),
    where: "leave it out to use the model's own",
  },
  OPENAI_REASONING_EFFORT: {
    description:
      'How hard a reasoning model thinks before it writes: none, minimal, low, medium, high, xhigh or max; no model knows them all',
    reading: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    where: "leave it out to use the model's own; above medium OPENAI_TIMEOUT_MS may have to grow",
  },
  OPENAI_TIMEOUT_MS: {
    description:
      "Milliseconds in which an answer's first text has to come, all tries together; each sign that the model thinks begins them anew",
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
    description: 'Redis, which holds the conversations; with Sentinels or a cluster its host and port do not count',
    reading: url('redis:', 'rediss:'),
    default: 'redis://127.0.0.1:6379',
    secret: true,
    where: 'redis://user:password@host:port/database, rediss:// with TLS',
  },
  REDIS_SENTINELS: {
    description: 'Sentinels that know where the master is',
    reading: addresses,
    where: 'host:port, several with commas between them',
  },
  REDIS_SENTINEL_NAME: {
    description: 'What the Sentinels call the master',
    reading: text,
    default: 'mymaster',
  },
  REDIS_SENTINEL_PASSWORD: {
    description: 'Password of the Sentinels themselves, if they want one',
    reading: text,
    secret: true,
  },
  REDIS_CLUSTER_NODES: {
    description: 'Some of the nodes of a Redis Cluster; they name the others',
    reading: addresses,
    where: 'host:port, several with commas between them',
  },
  REDIS_PREFIX: {
    description:
      'What the names of all keys in Redis begin with; another one for each bot that shares a Redis with others',
    reading: matching(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, dots, dashes and underscores'),
    default: 'skein',
  },
  CONVERSATION_TTL_DAYS: {
    description: 'Days after its last message that a conversation is forgotten',
    reading: whole(1, 3_650),
    default: '30',
  },
  THREAD_REPLIES: {
    description:
      'Replies in its threads that are answered without a mention: `auto` those not meant for other people, `all`, or `mention` none',
    reading: oneOf('auto', 'all', 'mention'),
    default: 'auto',
  },
  EDITS: {
    description:
      'What an edit of the newest question does besides being remembered: `regenerate` writes the answer anew, in its place, `remember` nothing',
    reading: oneOf('regenerate', 'remember'),
    default: 'regenerate',
  },
  REPLY_STREAMING: {
    description:
      "How replies appear while they are written: `native` as Slack's streams, `edit` by edits, `off` only when whole, `auto` native in DM threads and else by edits",
    reading: oneOf('auto', 'native', 'edit', 'off'),
    default: 'auto',
  },
  ALLOW_EXTERNAL_USERS: {
    description: 'Whether people of other workspaces (Slack Connect) are answered',
    reading: yesOrNo,
    default: 'false',
  },
  PROMPT_TOKENS: {
    description:
      'Upper bound of a prompt in tokens, where it shall be lower than what the model can read; of a longer conversation the oldest part is left out',
    reading: whole(1_000, 10_000_000),
    where: 'leave it out to use all that the model can read, up to 272,000',
  },
  VERBATIM_TOKENS: {
    description:
      'Tokens of a conversation that are sent word by word; beyond that its oldest half is summed up, at most six tenths of what the model can read',
    reading: whole(1_000, 10_000_000),
    default: '24000',
  },
  USER_MESSAGES_PER_MINUTE: {
    description:
      'Answers that one person gets in a minute; what they write beyond that waits and is answered together when the minute is over; 0 for no limit',
    reading: whole(0, 100_000),
    default: '30',
  },
  WORKSPACE_MESSAGES_PER_MINUTE: {
    description:
      'Answers that everybody in the workspace together gets in a minute, beyond which messages wait as well; 0 for no limit',
    reading: whole(0, 100_000),
    default: '0',
  },
  BUDGET_USER_DAILY_USD: {
    description:
      'What the answers to one person may cost in a day (UTC), in US dollars; beyond it they are refused until the next',
    reading: decimal(LEAST_BUDGET_USD, MOST_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_CHANNEL_DAILY_USD: {
    description: 'The same of a channel, or of a direct message',
    reading: decimal(LEAST_BUDGET_USD, MOST_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_WORKSPACE_MONTHLY_USD: {
    description: 'What all answers together may cost in a month (UTC), in US dollars',
    reading: decimal(LEAST_BUDGET_USD, MOST_BUDGET_USD),
    where: 'leave it out for no budget',
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

export type SettingName = keyof typeof SETTINGS;

/** The README's table of settings, Markdown. */
export function settingsTable(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, { description, default: fallback, required, where }]) => {
    const needed = required ? `required ${required === 'always' ? '' : required}`.trim() : '';
    const meaning = where ? `${description} (${where})` : description;
    return `| \`${name}\` | ${fallback === undefined ? needed : `\`${fallback}\``} | ${meaning} |`;
  });
  return ['| Setting | Default | What it is |', '| --- | --- | --- |', ...rows].join('\n');
}
