/** The only reader of the environment. */
import { readFileSync } from 'node:fs';
import { config as readDotEnv } from 'dotenv';
import type { Config, RedisConfig } from './config.js';
import { ConfigError, type Fault } from './faults.js';
import { type ModelFacts, modelsFrom } from './models-file.js';
import { isOpenAi } from './openai-address.js';
import { IN_APP_CREDENTIALS } from './settings/access.js';
import type { Setting } from './settings/setting.js';
import { type SettingName, SETTINGS } from './settings.js';
import { type Read, redisFrom, shaped, type Values } from './values.js';

const ENTRIES = Object.entries(SETTINGS) as [SettingName, Setting][];

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
  for (const [name, { parser, default: fallback, secret }] of ENTRIES) {
    const written = env[name]?.trim() || fallback;
    if (written === undefined) continue;
    const result = parser.safeParse(written);
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
