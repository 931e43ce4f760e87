/** Settings of a Redis server with which it loses conversations, told at start. */
import type { Logger } from '../core/ports.js';
import { mastersOf, type RedisClient } from './client.js';

/** Warns of a server that may drop keys, or that forgets everything when it restarts. One that may not be asked is left alone. */
export async function warnOfDataLoss(redis: RedisClient, logger: Logger): Promise<void> {
  const servers = await Promise.all(mastersOf(redis).map(factsOf));
  const policy = servers.find(({ policy: its = 'noeviction' }) => its !== 'noeviction')?.policy;
  if (policy !== undefined) {
    const meaning = 'when its memory is full, Redis drops conversations and wake-ups without a word';
    logger.warn({ 'maxmemory-policy': policy }, `${meaning}: set its maxmemory-policy to noeviction`);
  }
  if (servers.some(({ isPersistent }) => isPersistent === false))
    logger.warn(
      {},
      'Redis writes nothing to disk: a restart loses all conversations and waiting questions. Set its appendonly to yes',
    );
  if (servers.some(({ isPersistent }) => isPersistent === undefined))
    logger.debug({}, 'whether Redis writes to disk is not known: its settings may not be read');
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
