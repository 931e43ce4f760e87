import { readFileSync } from 'node:fs';
import type { RedisClient } from './client.js';

/** Makes a file of `lua/` a command of the connection, called `name`; its first arguments are `numberOfKeys` keys. */
export function defineScript(redis: RedisClient, name: string, file: string, numberOfKeys: number): void {
  redis.defineCommand(name, { numberOfKeys, lua: readFileSync(new URL(`./lua/${file}.lua`, import.meta.url), 'utf8') });
}
