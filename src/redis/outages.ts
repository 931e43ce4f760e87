import type { Redis } from 'ioredis';
import type { Logger } from '../core/ports.js';
import { isCluster, isReplica, type RedisClient } from './client.js';

/** One line when Redis, or a node of a cluster, is lost, and one when all is back, instead of one for every attempt in between. */
export function reportOutages(client: RedisClient, logger: Logger): void {
  const missing = new Set<string>();
  let started = false;

  function miss(error: Error, node = ''): void {
    // A start tells of its own troubles.
    if (!started) return;
    if (missing.size === 0)
      logger.error(
        { err: error, ...(node && { node }) },
        'Redis cannot be reached; messages wait at Slack until it is back',
      );
    missing.add(node);
  }
  function find(node = ''): void {
    if (missing.delete(node) && missing.size === 0) logger.info({}, 'Redis is back');
  }

  client.on('error', (error: Error) => miss(error));
  // Without an error where the server ended in order, or is there again at once and loads what it had.
  client.on('reconnecting', () => miss(new Error('the connection was closed')));
  client.on('ready', () => {
    started = true;
    find();
  });
  if (!isCluster(client)) return;
  client.on('node error', (error: Error, name: string) => {
    if (!client.nodes('slave').some((replica) => nameOf(replica) === name)) miss(error, name);
  });
  client.on('-node', (node: Redis) => {
    if (client.status === 'ready' && !isReplica(node)) miss(new Error('the connection was closed'), nameOf(node));
  });
  client.on('+node', (node: Redis) => node.on('ready', () => find(nameOf(node))));
  client.on('refresh', () => {
    const known = new Set(client.nodes().map(nameOf));
    for (const name of missing) if (!known.has(name)) find(name);
  });
}

/** As ioredis calls a node where it tells of its errors. */
function nameOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}
