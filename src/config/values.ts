/** Builds the `Config` from the parsed values of the settings. Pure. */
import type * as z from 'zod';
import type { Config, NetworkConfig, OpenAiConfig, RedisConfig } from './config.js';
import type { SettingName, SETTINGS } from './settings.js';

const MINUTE_MS = 60_000;
const MEGABYTE = 1_000_000;

type ValueOf<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]['parser']>;
/** Parsed values by name of the setting. Those not set or invalid are missing. */
export type ParsedValues = { [Name in SettingName]?: ValueOf<Name> };

/** Settings that have a value if there is no fault. */
type AlwaysSet = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends { default: string } | { required: 'always' } ? Name : never;
}[SettingName];
export type ValidValues = ParsedValues & { [Name in AlwaysSet]: ValueOf<Name> };

/** What the files say that settings name. */
interface FromFiles {
  models: OpenAiConfig['models'];
  /** Certificates in PEM form. */
  redisAuthority: string | undefined;
  fileLayer: Config['fileLayer'];
}

export function configFrom(values: ValidValues, { models, redisAuthority, fileLayer }: FromFiles): Config {
  const network = networkFrom(values);
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
      ...(values.OPENAI_TRANSCRIPTION_MODEL !== undefined && {
        transcriptionModel: values.OPENAI_TRANSCRIPTION_MODEL,
      }),
      ...(values.IMAGE_MODEL !== undefined && { imageModel: values.IMAGE_MODEL }),
      ...(values.IMAGE_QUALITY !== undefined && { imageQuality: values.IMAGE_QUALITY }),
      ...(values.OPENAI_TEMPERATURE !== undefined && { temperature: values.OPENAI_TEMPERATURE }),
      ...(values.OPENAI_MAX_OUTPUT_TOKENS !== undefined && { maxOutputTokens: values.OPENAI_MAX_OUTPUT_TOKENS }),
      ...(values.OPENAI_REASONING_EFFORT !== undefined && { reasoningEffort: values.OPENAI_REASONING_EFFORT }),
      ...(models && { models }),
    },
    ...(values.SYSTEM_PROMPT !== undefined && { systemPrompt: values.SYSTEM_PROMPT }),
    redis: redisFrom(values, redisAuthority),
    ...(network && { network }),
    conversation: {
      ttlDays: values.CONVERSATION_TTL_DAYS,
      threadReplies: values.THREAD_REPLIES,
      edits: values.EDITS,
      dmReplies: values.DM_REPLIES,
      suggestedPrompts: values.SUGGESTED_PROMPTS,
      allowExternalUsers: values.ALLOW_EXTERNAL_USERS,
      answerWorkflows: values.ANSWER_WORKFLOWS,
      ...(values.PROMPT_TOKENS !== undefined && { promptTokens: values.PROMPT_TOKENS }),
      verbatimTokens: values.VERBATIM_TOKENS,
      channelHello: values.CHANNEL_HELLO,
      channel: { messages: values.CHANNEL_CONTEXT_MESSAGES, hours: values.CHANNEL_CONTEXT_HOURS },
    },
    replies: {
      streaming: values.REPLY_STREAMING,
      updatesPerMinute: values.SLACK_UPDATES_PER_MINUTE,
      buttons: values.REPLY_BUTTONS,
      ...(values.FEEDBACK_CHANNEL !== undefined && { feedbackChannel: values.FEEDBACK_CHANNEL }),
    },
    fileLayer,
    settingsBy: values.SETTINGS_BY,
    files: {
      isRead: values.FILES === 'read',
      arePosted: values.FILES_POSTED === 'long',
      pdfAsFile: values.PDF_INPUT === 'file',
      maxBytes: values.FILE_MAX_MB * MEGABYTE,
      maxMegapixels: values.FILE_MAX_MEGAPIXELS,
      maxPages: values.FILE_MAX_PAGES,
      maxRows: values.FILE_MAX_ROWS,
      maxTokens: values.FILE_MAX_TOKENS,
      timeoutMs: values.FILE_TIMEOUT_MS,
    },
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
    queueShards: values.QUEUE_SHARDS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    startTimeoutMs: values.START_TIMEOUT_MS,
    ...(values.OPS_PORT !== undefined && { opsPort: values.OPS_PORT }),
    logLevel: values.LOG_LEVEL,
  };
}

function networkFrom({ HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: ValidValues): NetworkConfig | undefined {
  if (HTTPS_PROXY === undefined && HTTP_PROXY === undefined) return undefined;
  return {
    ...(HTTPS_PROXY !== undefined && { httpsProxy: HTTPS_PROXY }),
    ...(HTTP_PROXY !== undefined && { httpProxy: HTTP_PROXY }),
    ...(NO_PROXY !== undefined && { noProxy: NO_PROXY }),
  };
}

/** `authority`: certificates in PEM form. */
export function redisFrom(values: ValidValues, authority: string | undefined): RedisConfig {
  const {
    REDIS_SENTINELS: addresses,
    REDIS_SENTINEL_NAME: master,
    REDIS_SENTINEL_PASSWORD: password,
    REDIS_CLUSTER_NODES: clusterNodes,
  } = values;
  const isChecked = values.REDIS_TLS_REJECT_UNAUTHORIZED;
  return {
    url: values.REDIS_URL,
    prefix: values.REDIS_PREFIX,
    ...(addresses && { sentinels: { addresses, master, ...(password !== undefined && { password }) } }),
    ...(clusterNodes && { clusterNodes }),
    ...((authority !== undefined || !isChecked) && {
      tls: { ...(authority !== undefined && { ca: authority }), ...(!isChecked && { rejectUnauthorized: false }) },
    }),
  };
}
