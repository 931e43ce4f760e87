/** What the bot's Redis user must be allowed to do, as ACL rules, and a harmless call of each command to try it with. */
import type { ConversationKey } from '../core/conversation-id.js';
import {
  channelKeys,
  fileKeys,
  fleetKeys,
  keysOf,
  knownRequestsKey,
  limitKey,
  queueKeys,
  REQUESTS,
  settingsInUseKey,
  settingsKey,
  shardKeys,
  stopsChannel,
  sweepKey,
  usageKey,
  WAKES,
} from './keys.js';

/** Patterns of all key names: those of conversations, limits and usage, and those of the queues. */
function keyPatterns(prefix: string): string[] {
  return [`~${prefix}:*`, `~{${prefix}}:*`];
}

/** The commands, by category. INFO, by which a client knows that the server is ready, counts among the dangerous ones. */
const COMMAND_RULES = ['+@read', '+@write', '+@connection', '+@scripting', '+time', '-@dangerous', '+info'];
/** A client of a cluster asks for its nodes. */
const CLUSTER_RULES = ['+cluster|slots'];

/** To stop replies of other processes at once; without it they stop later. */
function signalRules(prefix: string): string[] {
  return [`&${stopsChannel(prefix)}`, '+publish', '+subscribe'];
}

/** The least rights of the bot's user, as the arguments of `ACL SETUSER`. `docs/deployment.md` has the same line. */
export function leastRights(prefix: string, inCluster = false): string[] {
  return [...keyPatterns(prefix), ...COMMAND_RULES, ...signalRules(prefix), ...(inCluster ? CLUSTER_RULES : [])];
}

/** Names of which nothing is stored, one for each kind of key. `id` makes them unique. */
export function trialKeys(prefix: string, id: string): string[] {
  const conversation: ConversationKey = `start:check:${id}`;
  return [
    ...Object.values(keysOf(conversation, prefix)),
    ...Object.values(channelKeys({ team: 'start', channel: `check-${id}` }, prefix)),
    ...Object.values(fileKeys({ team: 'start', file: `check-${id}` }, prefix)),
    limitKey(`start-check-${id}`, prefix),
    usageKey('start', `check-${id}`, prefix),
    settingsKey('start', `check-${id}`, prefix),
    `${sweepKey(prefix)}:start-check-${id}`,
    ...[
      ...fleetKeys(prefix),
      ...Object.values(shardKeys(prefix)),
      ...queueKeys(WAKES, prefix),
      ...queueKeys(REQUESTS, prefix),
      knownRequestsKey(prefix),
      settingsInUseKey(prefix),
    ].map((key) => `${key}:start-check-${id}`),
  ];
}

type Call = readonly [command: string, ...args: (string | number)[]];

/**
 * One call for each command that the bot and its scripts use. `key` holds a string. Redis looks at rights before
 * it looks at arguments, so calls are made to fail (`WRONGTYPE`, a bad number, an unknown script) rather than to store.
 */
export function trialCalls(key: string): Call[] {
  const onKey = (...names: string[]): Call[] => names.map((name) => [name, key]);
  return [
    ['ping'],
    ['eval', 'return 1', 0],
    ['evalsha', '0'.repeat(40), 0],
    ['time'],
    ['info', 'server'],
    ['scan', '0', 'match', key, 'count', 1],
    ...onKey('get', 'exists', 'ttl', 'pttl', 'hgetall', 'hkeys', 'zcard', 'incr'),
    ['incrby', key, 'none'],
    ['expire', key, 'none'],
    ['pexpire', key, 'none'],
    ['hdel', key, 'field'],
    ['hexists', key, 'field'],
    ['hget', key, 'field'],
    ['hmget', key, 'field'],
    ['hstrlen', key, 'field'],
    ['hincrby', key, 'field', 'none'],
    ['hset', key, 'field', 'value'],
    ['hsetnx', key, 'field', 'value'],
    ['lpush', key, 'value'],
    ['lrange', key, 'none', 'none'],
    ['ltrim', key, 'none', 'none'],
    ['smembers', key],
    ['sadd', key, 'value'],
    ['srem', key, 'value'],
    ['zadd', key, 'none', 'member'],
    ['zcount', key, 'none', 'none'],
    ['zrange', key, 'none', 'none'],
    ['zrangebyscore', key, 'none', 'none'],
    ['zremrangebyrank', key, 'none', 'none'],
    ['zrevrange', key, 'none', 'none'],
    ['zrem', key, 'member'],
    ['zremrangebyscore', key, 'none', 'none'],
    ['zscore', key, 'member'],
    // Last: nothing stays if some of the others stored something after all.
    ...onKey('unlink', 'del'),
  ];
}
