import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ConfigError, describeFaults, type Fault } from '../../src/config/faults.js';
import { readConfig as readConfigWith, readRedisConfig } from '../../src/config/read-config.js';
import { SETTINGS, settingsTable } from '../../src/config/settings.js';
import { AUTHORITY } from '../support/certificates.js';

const BOT = 'xoxb-1-2-bot';
const APP = 'xapp-1-A1-app';
const SECRET = '0123456789abcdef0123456789abcdef';
const KEY = 'sk-proj-key';
const minimal = { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP, OPENAI_API_KEY: KEY };

type Env = Record<string, string | undefined>;

/** Where nothing else is said there is no `skein.config.json`, whatever other files hold. */
const readConfig: typeof readConfigWith = (env, readFile) =>
  readConfigWith(
    env,
    readFile && ((path) => (path === SETTINGS.SETTINGS_FILE.default ? missing(path) : readFile(path))),
  );

function missing(path: string): never {
  throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
}

function failure(env: Env, readFile?: (path: string) => string): ConfigError {
  try {
    readConfig(env, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('expected a ConfigError');
}

const faults = (env: Env, readFile?: (path: string) => string): readonly Fault[] => failure(env, readFile).faults;

describe('a config', () => {
  it('needs only two tokens and a key', () => {
    expect(readConfig(minimal)).toEqual({
      slack: { botToken: BOT, appToken: APP, port: 3000 },
      openai: {
        apiKey: KEY,
        api: 'chat',
        model: 'gpt-6-luna',
        headers: {},
        query: {},
        timeoutMs: 60_000,
        idleTimeoutMs: 30_000,
      },
      redis: { url: 'redis://127.0.0.1:6379', prefix: 'skein' },
      conversation: {
        ttlDays: 30,
        threadReplies: 'auto',
        edits: 'regenerate',
        dmReplies: 'thread',
        suggestedPrompts: expect.any(Array),
        allowExternalUsers: false,
        answerWorkflows: false,
        channelHello: true,
        verbatimTokens: 24_000,
        channel: { messages: 10, hours: 12 },
      },
      replies: { streaming: 'auto', updatesPerMinute: 50, buttons: ['stop', 'again', 'continue', 'feedback'] },
      fileLayer: {},
      settingsBy: { admins: true, channelCreators: true, channelMembers: false, people: [] },
      files: {
        isRead: true,
        arePosted: true,
        maxBytes: 20_000_000,
        maxMegapixels: 50,
        maxPages: 50,
        maxRows: 500,
        maxTokens: 20_000,
        pdfAsFile: false,
        timeoutMs: 30_000,
      },
      limits: { perPerson: 30, perWorkspace: 0, windowMs: 60_000 },
      budgets: {},
      concurrency: 50,
      queueShards: 1,
      shutdownTimeoutMs: 25_000,
      startTimeoutMs: 60_000,
      logLevel: 'info',
    });
  });

  it('has every setting', () => {
    expect(
      readConfig({
        ...minimal,
        SLACK_SIGNING_SECRET: SECRET,
        PORT: '8080',
        SLACK_API_URL: 'https://slack-gov.com/api/',
        OPENAI_API: 'responses',
        OPENAI_BASE_URL: 'https://me.openai.azure.com/openai/v1',
        OPENAI_MODEL: 'mine',
        OPENAI_TRANSCRIPTION_MODEL: 'listener',
        IMAGE_MODEL: 'painter',
        IMAGE_QUALITY: 'low',
        OPENAI_HEADERS: '{"api-key": "azure"}',
        OPENAI_QUERY: '{"api-version": "2024-10-21"}',
        OPENAI_TEMPERATURE: '0.5',
        OPENAI_MAX_OUTPUT_TOKENS: '500',
        OPENAI_REASONING_EFFORT: 'low',
        OPENAI_TIMEOUT_MS: '90000',
        OPENAI_IDLE_TIMEOUT_MS: '20000',
        SYSTEM_PROMPT: 'Be brief.',
        REDIS_URL: 'rediss://me:word@redis.example:6380/1',
        REDIS_PREFIX: 'skein-staging',
        CONVERSATION_TTL_DAYS: '7',
        THREAD_REPLIES: 'mention',
        EDITS: 'remember',
        DM_REPLIES: 'flat',
        SUGGESTED_PROMPTS: '{"Start": " What can you do? "}',
        REPLY_STREAMING: 'edit',
        SLACK_UPDATES_PER_MINUTE: '12',
        REPLY_BUTTONS: 'off',
        SETTINGS_BY: 'channel-members',
        ALLOW_EXTERNAL_USERS: 'yes',
        CHANNEL_HELLO: 'no',
        ANSWER_WORKFLOWS: 'yes',
        PROMPT_TOKENS: '8000',
        VERBATIM_TOKENS: '6000',
        FILES: 'names',
        PDF_INPUT: 'file',
        FILE_MAX_MB: '1',
        FILE_MAX_MEGAPIXELS: '2',
        FILE_MAX_PAGES: '3',
        FILE_MAX_ROWS: '4',
        FILE_MAX_TOKENS: '500',
        FILE_TIMEOUT_MS: '6000',
        FILES_POSTED: 'off',
        CHANNEL_CONTEXT_MESSAGES: '25',
        CHANNEL_CONTEXT_HOURS: '48',
        USER_MESSAGES_PER_MINUTE: '0',
        WORKSPACE_MESSAGES_PER_MINUTE: '600',
        BUDGET_USER_DAILY_USD: '0.50',
        BUDGET_CHANNEL_DAILY_USD: '5',
        BUDGET_WORKSPACE_MONTHLY_USD: '1000',
        CONCURRENCY: '5',
        QUEUE_SHARDS: '4',
        SHUTDOWN_TIMEOUT_MS: '1000',
        START_TIMEOUT_MS: '5000',
        LOG_LEVEL: 'silent',
      }),
    ).toEqual({
      slack: { botToken: BOT, appToken: APP, signingSecret: SECRET, port: 8080, apiUrl: 'https://slack-gov.com/api/' },
      openai: {
        apiKey: KEY,
        api: 'responses',
        baseUrl: 'https://me.openai.azure.com/openai/v1',
        model: 'mine',
        transcriptionModel: 'listener',
        imageModel: 'painter',
        imageQuality: 'low',
        headers: { 'api-key': 'azure' },
        query: { 'api-version': '2024-10-21' },
        temperature: 0.5,
        maxOutputTokens: 500,
        reasoningEffort: 'low',
        timeoutMs: 90_000,
        idleTimeoutMs: 20_000,
      },
      systemPrompt: 'Be brief.',
      redis: { url: 'rediss://me:word@redis.example:6380/1', prefix: 'skein-staging' },
      conversation: {
        ttlDays: 7,
        threadReplies: 'mention',
        edits: 'remember',
        dmReplies: 'flat',
        suggestedPrompts: [{ title: 'Start', message: 'What can you do?' }],
        allowExternalUsers: true,
        answerWorkflows: true,
        channelHello: false,
        promptTokens: 8_000,
        verbatimTokens: 6_000,
        channel: { messages: 25, hours: 48 },
      },
      replies: { streaming: 'edit', updatesPerMinute: 12, buttons: [] },
      fileLayer: {},
      settingsBy: { admins: false, channelCreators: false, channelMembers: true, people: [] },
      files: {
        isRead: false,
        arePosted: false,
        maxBytes: 1_000_000,
        maxMegapixels: 2,
        maxPages: 3,
        maxRows: 4,
        maxTokens: 500,
        pdfAsFile: true,
        timeoutMs: 6_000,
      },
      limits: { perPerson: 0, perWorkspace: 600, windowMs: 60_000 },
      budgets: { person: 0.5, channel: 5, workspace: 1_000 },
      concurrency: 5,
      queueShards: 4,
      shutdownTimeoutMs: 1_000,
      startTimeoutMs: 5_000,
      logLevel: 'silent',
    });
  });

  it('of Redis alone neither requires nor checks other settings', () => {
    expect(readRedisConfig({ REDIS_URL: 'redis://redis.example:6380', REDIS_PREFIX: 'mine', PORT: 'none' })).toEqual({
      url: 'redis://redis.example:6380',
      prefix: 'mine',
    });
    expect(readRedisConfig({})).toEqual(readConfig(minimal).redis);
    expect(() => readRedisConfig({ REDIS_PREFIX: 'a b' })).toThrow(ConfigError);
    expect(() => readRedisConfig({ REDIS_CLUSTER_NODES: 'a:1', REDIS_URL: 'redis://a:1/2' })).toThrow('REDIS_URL');
  });

  it('treats empty and blank settings as not set', () => {
    const blank = Object.fromEntries(Object.keys(SETTINGS).map((name, index) => [name, index % 2 ? '' : '  ']));
    expect(readConfig({ ...blank, ...minimal })).toEqual(readConfig(minimal));
  });

  it('trims values', () => {
    expect(readConfig({ ...minimal, SLACK_BOT_TOKEN: ` ${BOT}\n` }).slack.botToken).toBe(BOT);
  });

  it('accepts a signing secret instead of an app-level token', () => {
    const { slack } = readConfig({ SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SECRET, OPENAI_API_KEY: KEY });
    expect(slack).toEqual({ botToken: BOT, signingSecret: SECRET, port: 3000 });
  });

  it('needs no key for a server that is not OpenAI', () => {
    const env = { ...minimal, OPENAI_API_KEY: '', OPENAI_BASE_URL: 'http://localhost:11434/v1' };
    expect(readConfig(env).openai).not.toHaveProperty('apiKey');
  });

  it.each(['true', 'TRUE', '1', 'yes'])('reads %s as true', (raw) => {
    expect(readConfig({ ...minimal, ALLOW_EXTERNAL_USERS: raw }).conversation.allowExternalUsers).toBe(true);
  });

  it.each(['false', 'False', '0', 'no'])('reads %s as false', (raw) => {
    expect(readConfig({ ...minimal, ALLOW_EXTERNAL_USERS: raw }).conversation.allowExternalUsers).toBe(false);
  });
});

describe('Redis', () => {
  it('can be found through Sentinels', () => {
    const env = {
      ...minimal,
      REDIS_URL: 'rediss://me:word@ignored/1',
      REDIS_SENTINELS: 'sentinel-1:26379, [::1]:26380',
    };
    const addresses = [
      { host: 'sentinel-1', port: 26_379 },
      { host: '::1', port: 26_380 },
    ];
    expect(readConfig(env).redis).toEqual({
      url: env.REDIS_URL,
      prefix: 'skein',
      sentinels: { addresses, master: 'mymaster' },
    });
    const named = { ...env, REDIS_SENTINEL_NAME: 'main', REDIS_SENTINEL_PASSWORD: 'hush' };
    expect(readConfig(named).redis.sentinels).toEqual({ addresses, master: 'main', password: 'hush' });
  });

  it.each(['redis://127.0.0.1:6379', 'rediss://me:word@ignored', 'redis://ignored/', 'redis://ignored/0'])(
    'can be a cluster, with user, password and TLS from %s',
    (url) => {
      const { redis } = readConfig({ ...minimal, REDIS_URL: url, REDIS_CLUSTER_NODES: '10.0.0.1:7000,10.0.0.2:7001' });
      expect(redis).toEqual({
        url,
        prefix: 'skein',
        clusterNodes: [
          { host: '10.0.0.1', port: 7000 },
          { host: '10.0.0.2', port: 7001 },
        ],
      });
    },
  );

  it('cannot be both', () => {
    expect(faults({ ...minimal, REDIS_SENTINELS: 'a:1', REDIS_CLUSTER_NODES: 'b:2' })).toEqual([
      {
        variable: 'REDIS_CLUSTER_NODES',
        problem: 'is set together with REDIS_SENTINELS',
        hint: 'set only one of them',
      },
    ]);
  });

  it('has only database 0 in a cluster', () => {
    expect(faults({ ...minimal, REDIS_URL: 'redis://me:hush@ignored/1', REDIS_CLUSTER_NODES: 'a:1' })).toEqual([
      {
        variable: 'REDIS_URL',
        problem: 'names a database, but a Redis Cluster has only database 0',
        hint: 'remove what follows the host and port',
      },
    ]);
  });
});

describe('TLS of Redis', () => {
  const secure = { ...minimal, REDIS_URL: 'rediss://redis.example' };
  const certificate = readFileSync(AUTHORITY, 'utf8');

  it('trusts the authority of a file', () => {
    const env = { ...secure, REDIS_TLS_CA_FILE: './ca.pem' };
    expect(readConfig(env, (path) => (path === './ca.pem' ? certificate : '')).redis.tls).toEqual({
      ca: certificate.trim(),
    });
  });

  it('can go without a check', () => {
    expect(readConfig({ ...secure, REDIS_TLS_REJECT_UNAUTHORIZED: 'false' }).redis.tls).toEqual({
      rejectUnauthorized: false,
    });
    expect(readConfig({ ...secure, REDIS_TLS_REJECT_UNAUTHORIZED: 'true' }).redis).not.toHaveProperty('tls');
  });

  it.each([
    ['the file ./ca.pem holds no certificate', () => '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----'],
    ['the file ./ca.pem is empty', () => ''],
  ])('needs a file with a certificate: %s', (problem, readFile) => {
    expect(faults({ ...secure, REDIS_TLS_CA_FILE: './ca.pem' }, readFile)).toMatchObject([
      { variable: 'REDIS_TLS_CA_FILE', problem },
    ]);
  });

  it.each([
    ['REDIS_TLS_CA_FILE', AUTHORITY],
    ['REDIS_TLS_REJECT_UNAUTHORIZED', 'false'],
  ])('%s needs a connection over TLS', (variable, value) => {
    expect(faults({ ...minimal, REDIS_URL: 'redis://redis.example', [variable]: value })).toMatchObject([
      { variable, problem: 'is set, but REDIS_URL begins with redis://, which is not encrypted' },
    ]);
  });
});

describe('proxies', () => {
  const proxy = 'http://me:hu%25sh@proxy.example:3128';

  it('are read in upper and in lower case, which goes first', () => {
    const env = { ...minimal, HTTPS_PROXY: 'http://upper:1', https_proxy: proxy, http_proxy: '', NO_PROXY: 'a,b' };
    expect(readConfig(env).network).toEqual({ httpsProxy: proxy, noProxy: 'a,b' });
    expect(readConfig({ ...minimal, HTTP_PROXY: proxy, no_proxy: '*' }).network).toEqual({
      httpProxy: proxy,
      noProxy: '*',
    });
  });

  it('are none if there are only hosts without one', () => {
    expect(readConfig({ ...minimal, NO_PROXY: 'a' })).not.toHaveProperty('network');
  });

  it.each([
    ['proxy.example:3128', 'must begin with http:// (or https://), such as http://host:port'],
    ['socks5://proxy.example:1080', 'names a SOCKS proxy: Skein needs an HTTP proxy, http://host:port'],
    ['http://', 'is not a URL: write http://host:port, with special characters in user and password percent-encoded'],
    ['http://proxy.example:99999', expect.stringMatching(/^is not a URL/)],
    ['http://me:hush#@proxy.example', expect.stringMatching(/^is not a URL/)],
    ['http://proxy.example/path', 'must end after host and port'],
    ['http://me@proxy.example', 'must have both a user and a password, or neither'],
    ['http://me:100%@proxy.example', 'has a bare % in its user or password: write %25 instead'],
  ])('must be URLs of HTTP proxies: %s', (value, problem) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy'])
      expect(faults({ ...minimal, [name]: value })).toMatchObject([{ variable: 'HTTPS_PROXY', problem }]);
  });
});

describe('the port for whatever watches the bot', () => {
  it('is none unless it is set', () => {
    expect(readConfig(minimal)).not.toHaveProperty('opsPort');
    expect(readConfig({ ...minimal, OPS_PORT: '9464' }).opsPort).toBe(9464);
  });

  it('is another one than that of Slack over HTTP', () => {
    const overHttp = { SLACK_BOT_TOKEN: BOT, SLACK_SIGNING_SECRET: SECRET, OPENAI_API_KEY: KEY };
    expect(faults({ ...overHttp, OPS_PORT: '3000' })).toMatchObject([
      { variable: 'OPS_PORT', problem: 'is the same as PORT (3000)' },
    ]);
    expect(readConfig({ ...minimal, OPS_PORT: '3000' }).opsPort).toBe(3000);
  });
});

describe('quotes around a value, which docker --env-file keeps', () => {
  it('are taken off every setting, as a shell and .env do', () => {
    const quoted = (quote: string): Env => ({
      SLACK_BOT_TOKEN: `${quote}${BOT}${quote}`,
      SLACK_APP_TOKEN: ` ${quote}${APP}${quote} `,
      OPENAI_API_KEY: `${quote}${KEY}${quote}`,
      OPENAI_MODEL: `${quote}mine${quote}`,
      REDIS_URL: `${quote}redis://me:word@redis.example${quote}`,
      PORT: `${quote}8080${quote}`,
      SYSTEM_PROMPT: `${quote}Be brief.${quote}`,
      REDIS_PREFIX: `${quote}${quote}`,
    });
    const plain = { ...minimal, OPENAI_MODEL: 'mine', REDIS_URL: 'redis://me:word@redis.example', PORT: '8080' };
    for (const quote of ['"', "'"])
      expect(readConfig(quoted(quote))).toEqual(readConfig({ ...plain, SYSTEM_PROMPT: 'Be brief.' }));
    expect(readConfig({ ...minimal, OPENAI_HEADERS: `'{"api-key": "azure"}'` }).openai.headers).toEqual({
      'api-key': 'azure',
    });
    expect(faults({ ...minimal, SLACK_BOT_TOKEN: '""' })).toMatchObject([{ problem: 'is not set' }]);
  });

  it.each([`"Yes" or "no"`, `"`, `'tis "so"`, `"one' `])('stay where they are a part of it: %s', (value) => {
    expect(readConfig({ ...minimal, SYSTEM_PROMPT: value }).systemPrompt).toBe(value.trim());
  });

  it('stay in a password', () => {
    const env = { ...minimal, REDIS_SENTINELS: 'a:1', REDIS_SENTINEL_PASSWORD: '"hush"' };
    expect(readConfig(env).redis.sentinels?.password).toBe('"hush"');
  });

  it('are named where they are left over', () => {
    expect(faults({ ...minimal, SLACK_BOT_TOKEN: `"${BOT}` })).toMatchObject([
      { problem: 'must begin with xoxb- (without the quotes)' },
    ]);
    expect(faults({ ...minimal, PORT: `"'8080'"` })).toMatchObject([
      { problem: `must be a whole number from 1 to 65535 (without the quotes), not "'8080'"` },
    ]);
  });
});

describe('the system prompt', () => {
  it('can come from a file', () => {
    const { systemPrompt } = readConfig(
      { ...minimal, SYSTEM_PROMPT_FILE: './prompt.md' },
      (path) => `Read from ${path}\n`,
    );
    expect(systemPrompt).toBe('Read from ./prompt.md');
  });

  it('cannot come from both settings', () => {
    expect(faults({ ...minimal, SYSTEM_PROMPT: 'a', SYSTEM_PROMPT_FILE: 'b' })).toMatchObject([
      { variable: 'SYSTEM_PROMPT_FILE' },
    ]);
  });

  it('needs a file that exists', () => {
    expect(faults({ ...minimal, SYSTEM_PROMPT_FILE: '/nowhere/prompt.md' })).toMatchObject([
      { variable: 'SYSTEM_PROMPT_FILE', problem: 'there is no file /nowhere/prompt.md' },
    ]);
  });

  it('needs a readable file', () => {
    expect(faults({ ...minimal, SYSTEM_PROMPT_FILE: '/' })).toMatchObject([
      { problem: 'the file / cannot be read (EISDIR)' },
    ]);
  });

  it('needs a file that is not empty', () => {
    expect(faults({ ...minimal, SYSTEM_PROMPT_FILE: 'empty.md' }, () => '\n')).toMatchObject([
      { problem: 'the file empty.md is empty' },
    ]);
  });
});

describe('facts about models', () => {
  const models =
    '{"mine": {"contextWindow": 8000, "maxOutput": 2000, "inputUsd": 1, "cachedInputUsd": 0.1, "outputUsd": 4}}';

  it('come from a file', () => {
    const { openai } = readConfig({ ...minimal, MODELS_FILE: './models.json' }, (path) =>
      path === './models.json' ? models : '',
    );
    expect(openai.models).toEqual(
      new Map([
        ['mine', { contextWindow: 8_000, maxOutput: 2_000, price: { inputUsd: 1, cachedInputUsd: 0.1, outputUsd: 4 } }],
      ]),
    );
  });

  it.each([
    [
      'there is no file ./models.json',
      () => {
        throw Object.assign(new Error('none'), { code: 'ENOENT' });
      },
    ],
    ['the file ./models.json is empty', () => ' \n'],
    ['the file ./models.json is not JSON', () => 'mine'],
  ])('need a valid file: %s', (problem, readFile) => {
    expect(faults({ ...minimal, MODELS_FILE: './models.json' }, readFile)).toMatchObject([
      { variable: 'MODELS_FILE', problem },
    ]);
  });

  it('have their faults reported with all others', () => {
    const found = faults({ ...minimal, PORT: 'x', MODELS_FILE: 'm.json' }, () => '{"a": 1, "b": {"maxOutput": 0}}');
    expect(found.map(({ variable, problem }) => `${variable} ${problem}`)).toEqual([
      'PORT must be a whole number from 1 to 65535, not "x"',
      'MODELS_FILE in m.json, a must be a JSON object',
      'MODELS_FILE in m.json, b.maxOutput must be a whole number of tokens from 1 to 100000000',
    ]);
  });
});

describe('faults', () => {
  it('are reported all at once, each with where to get the value', () => {
    const found = faults({ PORT: '99999', LOG_LEVEL: 'loud' });
    expect(found.map(({ variable }) => variable)).toEqual([
      'PORT',
      'LOG_LEVEL',
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'OPENAI_API_KEY',
    ]);
    expect(found).toContainEqual({
      variable: 'SLACK_BOT_TOKEN',
      problem: 'is not set',
      hint: 'api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token',
    });
    expect(found.find(({ variable }) => variable === 'SLACK_APP_TOKEN')?.hint).toMatch(
      /Socket Mode.*App-Level Tokens.*HTTP.*App Credentials/,
    );
  });

  it.each([
    ['SLACK_BOT_TOKEN', APP, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
    ['SLACK_BOT_TOKEN', 'xoxp-1', 'this is a user token; use the bot token, which begins with xoxb-'],
    ['SLACK_BOT_TOKEN', 'xoxe.xoxb-1', 'this token expires; turn off token rotation for the app and reinstall it'],
    ['SLACK_BOT_TOKEN', 'token', 'must begin with xoxb-'],
    ['SLACK_APP_TOKEN', BOT, 'this is a bot token; it belongs in SLACK_BOT_TOKEN'],
    ['SLACK_APP_TOKEN', 'xoxp-1', 'this is a user token; use an app-level token, which begins with xapp-'],
    ['SLACK_SIGNING_SECRET', APP, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
    ['SLACK_SIGNING_SECRET', 'abc', 'must be 32 hexadecimal characters'],
    ['OPENAI_API_KEY', 'two words', 'must be ASCII characters without spaces'],
    ['REDIS_PREFIX', 'skein:{1}', 'must be 1 to 40 letters, digits, dots, dashes and underscores, not "skein:{1}"'],
    ['REDIS_URL', 'redis://me:100%@redis', 'has a bare % in its user or password: write %25 instead'],
    ['REDIS_URL', 'http://me:word@redis', 'must be a URL, redis://… or rediss://…'],
    ['REDIS_SENTINELS', 'sentinel-1', 'must be host:port, or several separated by commas, not "sentinel-1"'],
    ['REDIS_SENTINELS', 'a:26379,', 'must be host:port, or several separated by commas, not "a:26379,"'],
    ['REDIS_SENTINELS', 'a:26379 b:26379', 'must be host:port, or several separated by commas, not "a:26379 b:26379"'],
    ['REDIS_CLUSTER_NODES', 'redis://me:hush@a:6379', 'must be host:port, or several separated by commas'],
    ['REDIS_CLUSTER_NODES', 'a:6379,b:65536', 'must have ports from 1 to 65535, not "a:6379,b:65536"'],
    ['REDIS_CLUSTER_NODES', 'a:0', 'must have ports from 1 to 65535, not "a:0"'],
    ['REDIS_CLUSTER_NODES', '::1:6379', 'must have IPv6 addresses in brackets, such as [::1]:6379, not "::1:6379"'],
    ['REDIS_CLUSTER_NODES', '[a]:6379', 'must have IPv6 addresses in brackets, such as [::1]:6379, not "[a]:6379"'],
    ['OPENAI_HEADERS', '{"api-key": 1}', 'must be a JSON object whose values are strings, such as {"api-key": "…"}'],
    ['OPENAI_HEADERS', 'api-key: hush', 'must be a JSON object whose values are strings, such as {"api-key": "…"}'],
    ['OPENAI_HEADERS', '{"api key": "hush"}', 'contains an invalid HTTP header name or value'],
    ['OPENAI_QUERY', '[]', 'must be a JSON object whose values are strings, such as {"api-version": "2024-10-21"}'],
    ['PORT', '0', 'must be a whole number from 1 to 65535, not "0"'],
    ['PORT', '80.5', 'must be a whole number from 1 to 65535, not "80.5"'],
    ['PORT', BOT, 'must be a whole number from 1 to 65535'],
    ['SLACK_API_URL', 'slack.com', 'must be a URL, https://… or http://…, not "slack.com"'],
    ['OPENAI_BASE_URL', 'ftp://x', 'must be a URL, https://… or http://…, not "ftp://x"'],
    ['OPENAI_TEMPERATURE', '2.5', 'must be a number from 0 to 2, not "2.5"'],
    ['OPENAI_MAX_OUTPUT_TOKENS', '-1', 'must be a whole number from 1 to 1000000, not "-1"'],
    ['CONVERSATION_TTL_DAYS', '3651', 'must be a whole number from 1 to 3650, not "3651"'],
    ['THREAD_REPLIES', 'never', 'must be one of auto, all, mention, not "never"'],
    ['DM_REPLIES', 'both', 'must be one of thread, flat, not "both"'],
    [
      'SUGGESTED_PROMPTS',
      '{"1":"a","2":"a","3":"a","4":"a","5":"a"}',
      'must have at most 4 prompts, not "{"1":"a","2":"a","3":"a","4":"a","5":"a"}"',
    ],
    ['SUGGESTED_PROMPTS', '{" ":"a"}', 'must have titles of 1 to 60 characters, not "{" ":"a"}"'],
    ['SUGGESTED_PROMPTS', '{"a":" "}', 'must have messages of 1 to 2000 characters, not "{"a":" "}"'],
    [
      'REPLY_BUTTONS',
      'stop, go',
      'must be off, or some of stop, again, continue, feedback, separated by commas, not "stop, go"',
    ],
    ['REPLY_STREAMING', 'on', 'must be one of auto, native, edit, off, not "on"'],
    ['ALLOW_EXTERNAL_USERS', 'maybe', 'must be true or false, not "maybe"'],
  ])('%s=%s: %s', (variable, value, problem) => {
    expect(faults({ ...minimal, [variable]: value })).toMatchObject([{ variable, problem }]);
  });

  it('are printed for the terminal', () => {
    expect(describeFaults(failure({ ...minimal, PORT: 'x', SLACK_BOT_TOKEN: '' }))).toBe(
      [
        'Skein cannot start with these settings:',
        '',
        '  PORT: must be a whole number from 1 to 65535, not "x"',
        "    → HTTP port for Slack's requests, without SLACK_APP_TOKEN",
        '  SLACK_BOT_TOKEN: is not set',
        '    → api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token',
        '',
        'Every setting is explained in .env.example.',
      ].join('\n'),
    );
  });

  it('never show a secret, whatever its format', () => {
    const secrets = Object.entries(SETTINGS).flatMap(([name, setting]) => ('secret' in setting ? [name] : []));
    expect(secrets).toEqual(
      expect.arrayContaining(['SLACK_BOT_TOKEN', 'OPENAI_API_KEY', 'REDIS_URL', 'OPENAI_HEADERS']),
    );
    const secret = fc.string({ minLength: 1, maxLength: 30 }).map((rest) => `!hush-${rest}`);
    fc.assert(
      fc.property(fc.constantFrom(...secrets), secret, (name, value) => {
        try {
          readConfig({ ...minimal, [name]: value });
        } catch (error) {
          expect(describeFaults(error as ConfigError)).not.toContain('hush');
        }
      }),
    );
  });
});

describe('the table of settings', () => {
  it('has a row for each setting, with its default or when it is required', () => {
    const rows = settingsTable().split('\n').slice(2);
    expect(rows).toHaveLength(Object.keys(SETTINGS).length);
    expect(rows).toContain("| `PORT` | `3000` | HTTP port for Slack's requests, without SLACK_APP_TOKEN |");
    expect(rows[0]).toMatch(/^\| `SLACK_BOT_TOKEN` \| required \|/);
    for (const row of rows) expect(row.split('|')).toHaveLength(5);
  });
});

describe('SETTINGS_FILE', () => {
  const read = (text: string, env: Env = {}) => readConfigWith({ ...minimal, ...env }, () => text).fileLayer;

  it('is read if it is there, and must be there if it is named', () => {
    expect(read('{"model": "one", "locked": ["model"]}')).toEqual({ model: 'one', locked: ['model'] });
    expect(readConfigWith(minimal, missing).fileLayer).toEqual({});
    expect(faults({ ...minimal, SETTINGS_FILE: 'my.json' }, missing)).toMatchObject([
      { variable: 'SETTINGS_FILE', problem: 'there is no file my.json' },
    ]);
  });

  it('has its faults reported, without what stands in it', () => {
    const found = faults({ ...minimal, SETTINGS_FILE: 'my.json' }, () => '{"answers": "xoxb-secret", "modle": 1}');
    expect(found).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(faults({ ...minimal, SETTINGS_FILE: 'my.json' }, () => '{')[0]?.problem).toBe(
      'the file my.json is not JSON',
    );
  });
});

describe('SETTINGS_BY', () => {
  it('names roles and people', () => {
    expect(readConfig({ ...minimal, SETTINGS_BY: 'channel-members, U012AB' }).settingsBy).toEqual({
      admins: false,
      channelCreators: false,
      channelMembers: true,
      people: ['U012AB'],
    });
    expect(faults({ ...minimal, SETTINGS_BY: 'everybody' })[0]?.problem).toMatch(/^must be admins/);
  });
});
