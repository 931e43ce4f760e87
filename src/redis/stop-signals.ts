/**
 * Signals of stops, by publish and subscribe: a beat a second would be too slow for a person who presses a button. The
 * subscription is a connection of its own, except in a cluster, whose client has one anyway.
 */
import type { Logger, StopSignals } from '../core/ports.js';
import { isCluster, type RedisClient } from './client.js';
import { stopsChannel } from './keys.js';

export interface RedisStopSignals extends StopSignals {
  close(): void;
}

export function redisStopSignals(commands: RedisClient, prefix: string | undefined, logger: Logger): RedisStopSignals {
  const channel = stopsChannel(prefix);
  let subscriber: RedisClient | undefined;
  let hear = (_key: string): void => {};

  return {
    start(onStop) {
      hear = onStop;
      // It waits for as long as it takes, and nobody waits for it.
      const patient = { commandTimeout: undefined, socketTimeout: undefined, maxRetriesPerRequest: null };
      subscriber = isCluster(commands) ? commands : commands.duplicate(patient);
      // The commands' connection tells when Redis is away.
      subscriber.on('error', (error: Error) => logger.debug({ err: error }, 'the connection for stop signals failed'));
      subscriber.on('message', (_channel: string, key: string) => onStop(key));
      subscriber.subscribe(channel).catch((error: unknown) => {
        const advice = 'replies written by other processes stop up to 1.5 s later';
        logger.warn({ err: error, channel }, `cannot subscribe to stop signals in Redis: ${advice}`);
      });
    },
    send(key) {
      hear(key);
      commands
        .publish(channel, key)
        .catch((error: unknown) => logger.debug({ err: error }, 'cannot send a stop signal to other processes'));
    },
    close() {
      if (subscriber !== commands) subscriber?.disconnect();
    },
  };
}
