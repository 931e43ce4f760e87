/** A program at the terminal that prints what stands in Redis. */
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readRedisConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { systemClock } from '../ops/clock.js';
import { FlagError } from '../ops/flags.js';
import { createLogger } from '../ops/logger.js';
import type { RedisClient } from '../redis/client.js';
import { connectRedis, waitUntilReachable } from '../redis/connection.js';

/** Short, since a user waits at the terminal. */
const CONNECT_TIMEOUT_MS = 3_000;

export interface Program<Flags extends { readonly help: boolean }> {
  readonly usage: string;
  /** Throws `FlagError`. */
  readonly readFlags: (args: readonly string[]) => Flags;
  /** Resolves with what to print. `prefix`: as in `RedisConfig`. */
  readonly read: (redis: RedisClient, prefix: string | undefined, flags: Flags) => Promise<string>;
  /** Such as "Can't read usage". */
  readonly failure: string;
}

/** Runs the program with the process's arguments and environment. Exits with 1, and the reason, if it cannot. */
export async function printFromRedis<Flags extends { readonly help: boolean }>(program: Program<Flags>): Promise<void> {
  try {
    const flags = program.readFlags(process.argv.slice(2));
    process.stdout.write(`${flags.help ? program.usage : await readWith(program, flags)}\n`);
  } catch (error) {
    const { usage, failure } = program;
    process.stderr.write(
      error instanceof FlagError
        ? `${error.message}\n\n${usage}\n`
        : `${error instanceof ConfigError ? describeFaults(error) : `${failure}: ${messageOf(error)}`}\n`,
    );
    process.exitCode = 1;
  }
}

async function readWith<Flags extends { readonly help: boolean }>(
  { read }: Program<Flags>,
  flags: Flags,
): Promise<string> {
  const config = readRedisConfig(environment());
  const logger = createLogger('silent');
  const connections = connectRedis(config, logger);
  try {
    await waitUntilReachable(connections, systemClock.now() + CONNECT_TIMEOUT_MS, systemClock, logger);
    return await read(connections.commands, config.prefix, flags);
  } finally {
    connections.close();
  }
}
