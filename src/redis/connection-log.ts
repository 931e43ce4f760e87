import type { Redis } from 'ioredis';
import type { Logger } from '../core/ports.js';
import { isCluster, isReplica, type RedisClient } from './client.js';

/**
 * A server closes idle connections (`timeout`), and the next one is there at once: that is no outage. Shorter than a
 * command waits, so that whoever was refused finds the reason in the log.
 */
const GRACE_MS = 1_000;
/** A cluster's client connects to a node again only when it asks for the nodes, every five seconds. */
const CLUSTER_GRACE_MS = 6_000;
/** Codes of errors on an open connection that the server has closed. */
const CLOSED_BY_SERVER: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** Logs one line when Redis, or a node of a cluster, is lost and one when all are back; none per reconnect attempt. */
export function logOutages(client: RedisClient, logger: Logger): void {
  const lostNodes = new Set<string>();
  /** Nodes whose connection was closed, each with the timer after which it counts as lost. */
  const closedNodes = new Map<string, NodeJS.Timeout>();
  const graceMs = isCluster(client) ? CLUSTER_GRACE_MS : GRACE_MS;
  let started = false;

  function nodeLost(error: Error, node = ''): void {
    // `waitUntilReachable` reports failures at startup.
    if (!started) return;
    forgetClosed(node);
    if (lostNodes.size === 0)
      logger.error(
        { err: error, ...(node && { node }) },
        'lost the connection to Redis; Slack resends messages until it is back',
      );
    lostNodes.add(node);
  }
  function nodeClosed(error: Error, node = ''): void {
    if (!started || lostNodes.has(node) || closedNodes.has(node)) return;
    closedNodes.set(node, setTimeout(() => nodeLost(error, node), graceMs).unref());
  }
  function nodeBack(node = ''): void {
    forgetClosed(node);
    if (lostNodes.delete(node) && lostNodes.size === 0) logger.info({}, 'reconnected to Redis');
  }
  function forgetClosed(node: string): void {
    clearTimeout(closedNodes.get(node));
    closedNodes.delete(node);
  }

  client.on('error', (error: NodeJS.ErrnoException) => {
    const mayBeIdle = client.status === 'ready' && CLOSED_BY_SERVER.has(error.code ?? '');
    // Any other error is more than the end of one connection: a server that has been silent for too long, for example.
    if (mayBeIdle) nodeClosed(error);
    else nodeLost(error);
  });
  // No 'error' comes when the server shut down cleanly, or restarted at once and is loading its data.
  client.on('reconnecting', () => nodeClosed(new Error('the connection was closed')));
  client.on('ready', () => {
    started = true;
    nodeBack();
  });
  client.on('end', () => {
    for (const node of closedNodes.keys()) forgetClosed(node);
  });
  if (!isCluster(client)) return;
  client.on('node error', (error: Error, name: string) => {
    if (!client.nodes('slave').some((replica) => nameOf(replica) === name)) nodeLost(error, name);
  });
  client.on('-node', (node: Redis) => {
    if (client.status === 'ready' && !isReplica(node)) nodeClosed(new Error('the connection was closed'), nameOf(node));
  });
  client.on('+node', (node: Redis) => node.on('ready', () => nodeBack(nameOf(node))));
  client.on('refresh', () => {
    const known = new Set(client.nodes().map(nameOf));
    for (const name of [...lostNodes, ...closedNodes.keys()]) if (!known.has(name)) nodeBack(name);
  });
}

/** The node's name in ioredis's 'node error' events. */
function nameOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}
