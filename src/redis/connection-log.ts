import type { Redis } from 'ioredis';
import type { Logger } from '../core/ports.js';
import { isCluster, isReplica, type RedisClient } from './client.js';

/** Logs one line when Redis, or a node of a cluster, is lost and one when all are back; none per reconnect attempt. */
export function logOutages(client: RedisClient, logger: Logger): void {
  const lostNodes = new Set<string>();
  let started = false;

  function nodeLost(error: Error, node = ''): void {
    // `waitUntilReachable` reports failures at startup.
    if (!started) return;
    if (lostNodes.size === 0)
      logger.error(
        { err: error, ...(node && { node }) },
        'Redis cannot be reached; messages wait at Slack until it is back',
      );
    lostNodes.add(node);
  }
  function nodeBack(node = ''): void {
    if (lostNodes.delete(node) && lostNodes.size === 0) logger.info({}, 'Redis is back');
  }

  client.on('error', (error: Error) => nodeLost(error));
  // No 'error' comes when the server shut down cleanly, or restarted at once and is loading its data.
  client.on('reconnecting', () => nodeLost(new Error('the connection was closed')));
  client.on('ready', () => {
    started = true;
    nodeBack();
  });
  if (!isCluster(client)) return;
  client.on('node error', (error: Error, name: string) => {
    if (!client.nodes('slave').some((replica) => nameOf(replica) === name)) nodeLost(error, name);
  });
  client.on('-node', (node: Redis) => {
    if (client.status === 'ready' && !isReplica(node)) nodeLost(new Error('the connection was closed'), nameOf(node));
  });
  client.on('+node', (node: Redis) => node.on('ready', () => nodeBack(nameOf(node))));
  client.on('refresh', () => {
    const known = new Set(client.nodes().map(nameOf));
    for (const name of lostNodes) if (!known.has(name)) nodeBack(name);
  });
}

/** The node's name in ioredis's 'node error' events. */
function nameOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}
