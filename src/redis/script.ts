import { readFileSync } from 'node:fs';
import type { RedisClient } from './client.js';

/** Defines `lua/<file>.lua` as the command `name` of the connection. Its first `numberOfKeys` arguments are keys. */
export function defineScript(redis: RedisClient, name: string, file: string, numberOfKeys: number): void {
  redis.defineCommand(name, { numberOfKeys, lua: readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8') });
}
