/**
 * Tries at start what the bot needs of Redis, so that a missing right or a read-only server is named before events are
 * taken, and not with each message.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '../core/ports.js';
import { isCluster, type RedisClient } from './client.js';
import type { RedisConnections } from './connection.js';
import { warnOfDataLoss } from './data-loss.js';
import { leastRights, trialCalls, trialKeys } from './rights.js';

/** Users with rights of their own came with it. */
const OLDEST_VERSION = '6.0.0';
/** Keys of the trial are gone by then. */
const TRIAL_EXPIRES_MS = 10_000;
const RETRY_MS = 500;

type Place = Omit<RedisConnections, 'close'>;

/** Redis lacks something that the bot needs: trying again does not help. The message says what to change. */
class RedisUnfit extends Error {
  override readonly name = 'RedisUnfit';
}

/** What a trial found. */
interface Findings {
  /** Commands that the user may not use. */
  readonly denied: string[];
  /** Commands that the server does not know. */
  readonly unknown: string[];
  deniedKeys: boolean;
  /** Why nothing can be written just now; undefined if something was. */
  refusal?: string;
}

/**
 * Resolves when everything that the bot needs was allowed. Waits until `deadline` (milliseconds since 1970) for a replica
 * to become a master. Throws `RedisUnfit`.
 */
export async function checkRedisAtStart(
  place: Place,
  prefix: string,
  deadline: number,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  for (;;) {
    await checkVersion(place);
    await checkDatabase(place);
    const findings = await tryRights(place.commands, prefix);
    if (findings.denied.length > 0 || findings.deniedKeys) throw notAllowed(findings, place, prefix);
    if (findings.unknown.length > 0) {
      const names = inWords(findings.unknown);
      throw new RedisUnfit(`the Redis server at ${place.setting} does not support ${names}: ${NEEDED_SERVER}`);
    }
    if (findings.refusal === undefined) return warnOfDataLoss(place.commands, logger);
    if (!isPassing(findings.refusal)) {
      logger.warn({ reason: findings.refusal }, 'Redis refuses writes; Slack resends messages until it accepts them');
      return;
    }
    if (clock.now() > deadline) throw cannotWrite(findings.refusal, place);
    await clock.sleep(RETRY_MS);
  }
}

const NEEDED_SERVER = `Skein needs Redis ${OLDEST_VERSION} or newer, with no command renamed or switched off`;

async function checkVersion({ commands, setting }: Place): Promise<void> {
  // The right to ask is looked at with the others.
  const info = await commands.info('server').catch(() => '');
  const [, version] = /^redis_version:(\d\S*)/m.exec(info) ?? [];
  if (version === undefined || !isOlder(version, OLDEST_VERSION)) return;
  throw new RedisUnfit(`the Redis server at ${setting} is too old (${version}): ${NEEDED_SERVER}`);
}

/** ioredis goes on with database 0 where it may not choose another one. */
async function checkDatabase({ commands }: Place): Promise<void> {
  const { db = 0 } = isCluster(commands) ? {} : commands.options;
  const refusal = db === 0 ? undefined : await refusalOf(commands, ['select', db]);
  if (refusal !== undefined && /^(NOPERM|ERR)\b/.test(refusal))
    throw new RedisUnfit(`cannot use database ${db} of REDIS_URL (${refusal}): choose another number, or leave it out`);
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

async function tryRights(redis: RedisClient, prefix: string): Promise<Findings> {
  const findings: Findings = { denied: [], unknown: [], deniedKeys: false };
  const keys = trialKeys(prefix, randomUUID());
  const [first = ''] = keys;
  for (const key of keys) {
    note(await refusalOf(redis, ['set', key, '1', 'px', TRIAL_EXPIRES_MS]), 'set', findings);
    if (findings.refusal !== undefined) return findings;
  }
  const calls = [
    ...trialCalls(first),
    ...keys.slice(1).flatMap((key) => [['get', key] as const, ['del', key] as const]),
  ];
  const refusals = await Promise.all(calls.map((call) => refusalOf(redis, call)));
  for (const [at, [command]] of calls.entries()) note(refusals[at], command, findings);
  return findings;
}

/** Redis's answer if it is an error; undefined otherwise. */
async function refusalOf(
  redis: RedisClient,
  [command, ...args]: readonly [string, ...(string | number)[]],
): Promise<string | undefined> {
  try {
    await redis.call(command, ...args.map(String));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function note(refusal: string | undefined, command: string, findings: Findings): void {
  if (refusal === undefined) return;
  const name = command.toUpperCase();
  // The words of Redis 6 and of later versions.
  if (/^NOPERM .*\bkeys?\b/i.test(refusal)) findings.deniedKeys = true;
  else if (refusal.startsWith('NOPERM')) addTo(findings.denied, name);
  else if (/^ERR unknown command/i.test(refusal)) addTo(findings.unknown, name);
  else if (command === 'set') findings.refusal = refusal;
}

function addTo(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name);
}

/** Whether waiting may help: a failover is under way, or the connection broke. A full Redis still lets replies end. */
function isPassing(refusal: string): boolean {
  return !/^(OOM|MISCONF|NOREPLICAS)\b/.test(refusal);
}

function notAllowed({ denied, deniedKeys }: Findings, { commands, user }: Place, prefix: string): RedisUnfit {
  const rights = leastRights(prefix, isCluster(commands)).join(' ');
  const missing = [
    ...(denied.length > 0 ? [`may not use ${inWords(denied)}`] : []),
    ...(deniedKeys ? [`cannot access all keys that begin with REDIS_PREFIX (${prefix})`] : []),
  ];
  return new RedisUnfit(
    `the user ${user} in REDIS_URL ${missing.join(', and ')}. To grant what Skein needs, run this in Redis: ACL SETUSER ${user} ${rights}`,
  );
}

function cannotWrite(refusal: string, { setting }: Place): RedisUnfit {
  if (refusal.startsWith('READONLY'))
    return new RedisUnfit(
      `the Redis server at ${setting} is a replica, which refuses writes: use the address of its master`,
    );
  return new RedisUnfit(`the Redis server at ${setting} refuses writes (${refusal})`);
}

/** "EVAL", "EVAL and INFO"; of a long list the beginning. */
function inWords(names: readonly string[]): string {
  const [shown, more] = [names.slice(0, 8), names.length - 8];
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : String(last);
}
