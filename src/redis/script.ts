import { readFileSync } from 'node:fs';
import type { RedisClient } from './client.js';

/** Defines `lua/<file>.lua` as the command `name` of the connection. Its first `numberOfKeys` arguments are keys. */
export function defineScript(redis: RedisClient, name: string, file: string, numberOfKeys: number): void {
  redis.defineCommand(name, { numberOfKeys, lua: read(file) });
}

/**
 * The same for a script of the queues, which begins with what they have in common. Without `numberOfKeys`, that is the
 * command's first argument.
 */
export function defineQueueScript(redis: RedisClient, name: string, file: string, numberOfKeys?: number): void {
  const lua = `${read('queue')}\n${read(file)}`;
  redis.defineCommand(name, { lua, ...(numberOfKeys !== undefined && { numberOfKeys }) });
}

function read(file: string): string {
  return readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8');
}
