/** Reads the settings. The only file that reads the environment. */
import { readFileSync } from 'node:fs';
import { config as readDotEnv } from 'dotenv';
import type { Config, RedisConfig } from './config.js';
import { type AddFault, ConfigError, type Fault } from './faults.js';
import { type ReadFile, readCertificates, readFileLayer, readModels, readText } from './files.js';
import { isOpenAi } from './openai-address.js';
import { type Environment, hasQuotes, rawValue } from './raw-values.js';
import { type SettingName, SETTINGS } from './settings.js';
import { IN_APP_CREDENTIALS } from './settings/access.js';
import type { Setting } from './settings/setting.js';
import { configFrom, type ParsedValues, redisFrom, type ValidValues } from './values.js';

const ENTRIES = Object.entries(SETTINGS) as [SettingName, Setting][];

/** Values that errors must not quote: a token pasted into the wrong variable, a URL with a password. */
const LOOKS_SECRET = /^(xox|xapp-|sk-)|\/\/.*@/;

/** The environment of the process and, for variables not set there, `.env` in the working directory. */
export function environment(): Environment {
  readDotEnv({ quiet: true });
  return process.env;
}

const readTextFile: ReadFile = (path) => readFileSync(path, 'utf8');

/** Parses and validates the settings. Empty or blank ones count as not set. Throws `ConfigError` with all faults. */
export function readConfig(env: Environment, readFile: ReadFile = readTextFile): Config {
  const { faults, addFault, isSet } = collectFaults(env);
  const values = parseValues(env, addFault);

  if (!isSet('SLACK_BOT_TOKEN')) addFault('SLACK_BOT_TOKEN', 'is not set');
  if (!isSet('SLACK_APP_TOKEN') && !isSet('SLACK_SIGNING_SECRET')) {
    const hint = `for Socket Mode, ${SETTINGS.SLACK_APP_TOKEN.where}; or for HTTP, SLACK_SIGNING_SECRET: ${IN_APP_CREDENTIALS}`;
    addFault('SLACK_APP_TOKEN', 'is not set, nor is SLACK_SIGNING_SECRET', hint);
  }
  const isOtherServer = isSet('OPENAI_BASE_URL') && (!values.OPENAI_BASE_URL || !isOpenAi(values.OPENAI_BASE_URL));
  if (!isSet('OPENAI_API_KEY') && !isOtherServer) addFault('OPENAI_API_KEY', 'is not set');
  if (isSet('SYSTEM_PROMPT') && isSet('SYSTEM_PROMPT_FILE')) {
    addFault('SYSTEM_PROMPT_FILE', 'is set together with SYSTEM_PROMPT', 'set only one of them');
  } else if (values.SYSTEM_PROMPT_FILE) {
    values.SYSTEM_PROMPT = readText('SYSTEM_PROMPT_FILE', values.SYSTEM_PROMPT_FILE, readFile, addFault);
  }
  const models = values.MODELS_FILE ? readModels(values.MODELS_FILE, readFile, addFault) : undefined;
  const fileLayer =
    values.SETTINGS_FILE === undefined
      ? {}
      : readFileLayer(values.SETTINGS_FILE, !isSet('SETTINGS_FILE'), readFile, addFault);

  const redisAuthority = checkRedis(values, isSet, readFile, addFault);
  if (values.OPS_PORT !== undefined && values.OPS_PORT === values.PORT && !isSet('SLACK_APP_TOKEN'))
    addFault('OPS_PORT', `is the same as PORT (${values.PORT})`, "choose another one: PORT is for Slack's requests");

  if (faults.length > 0) throw new ConfigError(faults);
  return configFrom(values as ValidValues, { models, redisAuthority, fileLayer });
}

/** Reads only the settings of Redis, for programs that need no others. Throws `ConfigError`. */
export function readRedisConfig(env: Environment, readFile: ReadFile = readTextFile): RedisConfig {
  const redis = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('REDIS_')));
  const { faults, addFault, isSet } = collectFaults(redis);
  const values = parseValues(redis, addFault);
  const authority = checkRedis(values, isSet, readFile, addFault);
  if (faults.length > 0) throw new ConfigError(faults);
  return redisFrom(values as ValidValues, authority);
}

/** A list of faults, a function that adds one, and whether a setting has a value. */
function collectFaults(env: Environment): {
  faults: Fault[];
  addFault: AddFault;
  isSet: (name: SettingName) => boolean;
} {
  const faults: Fault[] = [];
  return {
    faults,
    addFault: (variable, problem, hint) => {
      faults.push({
        variable,
        problem,
        hint: hint ?? SETTINGS_BY_NAME[variable].where ?? SETTINGS_BY_NAME[variable].description,
      });
    },
    isSet: (name) => rawValue(env, name, SETTINGS_BY_NAME[name]) !== undefined,
  };
}

/** Returns the certificates of REDIS_TLS_CA_FILE. */
function checkRedis(
  values: ParsedValues,
  isSet: (name: SettingName) => boolean,
  readFile: ReadFile,
  addFault: AddFault,
): string | undefined {
  if (isSet('REDIS_SENTINELS') && isSet('REDIS_CLUSTER_NODES'))
    addFault('REDIS_CLUSTER_NODES', 'is set together with REDIS_SENTINELS', 'set only one of them');
  if (isSet('REDIS_CLUSTER_NODES') && values.REDIS_URL && /^\/0*[^0]/.test(new URL(values.REDIS_URL).pathname)) {
    addFault(
      'REDIS_URL',
      'names a database, but a Redis Cluster has only database 0',
      'remove what follows the host and port',
    );
  }
  if (values.REDIS_URL && !values.REDIS_URL.startsWith('rediss:')) {
    const hint = 'begin REDIS_URL with rediss://, or leave this setting out';
    const without = 'is set, but REDIS_URL begins with redis://, which is not encrypted';
    if (isSet('REDIS_TLS_CA_FILE')) addFault('REDIS_TLS_CA_FILE', without, hint);
    if (values.REDIS_TLS_REJECT_UNAUTHORIZED === false) addFault('REDIS_TLS_REJECT_UNAUTHORIZED', without, hint);
  }
  return values.REDIS_TLS_CA_FILE && readCertificates(values.REDIS_TLS_CA_FILE, readFile, addFault);
}

const SETTINGS_BY_NAME: Readonly<Record<SettingName, Setting>> = SETTINGS;

function parseValues(env: Environment, addFault: AddFault): ParsedValues {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of ENTRIES) {
    const { parser, default: fallback, secret } = setting;
    const raw = rawValue(env, name, setting) ?? fallback;
    if (raw === undefined) continue;
    const result = parser.safeParse(raw);
    if (result.success) values[name] = result.data;
    else {
      const inQuotes = hasQuotes(raw) ? ' (without the quotes)' : '';
      const problem = (result.error.issues[0]?.message ?? 'cannot be read') + inQuotes;
      addFault(name, secret || LOOKS_SECRET.test(raw) ? problem : `${problem}, not "${raw}"`);
    }
  }
  return values as ParsedValues;
}
