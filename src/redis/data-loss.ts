/** Settings of a Redis server with which it loses conversations, told at start. */
import type { Logger } from '../core/ports.js';
import { mastersOf, type RedisClient } from './client.js';

/** Warns of a server that may drop keys, or that forgets everything when it restarts. One that may not be asked is left alone. */
export async function warnOfDataLoss(redis: RedisClient, logger: Logger): Promise<void> {
  const servers = await Promise.all(mastersOf(redis).map(factsOf));
  const policy = servers.find(({ policy: its = 'noeviction' }) => its !== 'noeviction')?.policy;
  if (policy !== undefined) {
    const meaning = 'Redis may silently drop conversations and queued work when its memory is full';
    logger.warn({ 'maxmemory-policy': policy }, `${meaning}: set maxmemory-policy to noeviction`);
  }
  if (servers.some(({ isPersistent }) => isPersistent === false))
    logger.warn(
      {},
      'Redis does not save to disk: a restart loses all conversations and pending questions. Set appendonly to yes',
    );
  if (servers.some(({ isPersistent }) => isPersistent === undefined))
    logger.debug({}, 'cannot tell whether Redis saves to disk: no permission to read its settings');
}

interface ServerFacts {
  policy?: string;
  isPersistent?: boolean;
}

/** What may not be asked is missing. Hosted servers often allow INFO and not CONFIG. */
async function factsOf(server: ReturnType<typeof mastersOf>[number]): Promise<ServerFacts> {
  const info = await server.info().catch(() => '');
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  const [, appendOnly] = /^aof_enabled:(\d)/m.exec(info) ?? [];
  const snapshots = await server.config('GET', 'save').then(
    ([, value]) => value,
    () => undefined,
  );
  const isPersistent = appendOnly === '1' || (snapshots === undefined ? undefined : snapshots !== '');
  return {
    ...(policy !== undefined && { policy }),
    ...(appendOnly !== undefined && isPersistent !== undefined && { isPersistent }),
  };
}
