/** Prints the usage recorded in the Redis ledger, as a table or as JSON. */
import type { RedisConfig } from '../config/config.js';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment, readRedisConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { systemClock } from '../ops/clock.js';
import { FlagError } from '../ops/flags.js';
import { createLogger } from '../ops/logger.js';
import { connectRedis, waitUntilReachable } from '../redis/connection.js';
import { redisLedger } from '../redis/ledger.js';
import { readUsageFlags, USAGE, type UsageFlags } from './usage/flags.js';
import { usageJson, usageTable, type WorkspaceUsage } from './usage/table.js';

/** Short, since a user waits at the terminal. */
const CONNECT_TIMEOUT_MS = 3_000;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function readCommandLine(): UsageFlags {
  try {
    return readUsageFlags(process.argv.slice(2), systemClock.now());
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

function readSettings(): RedisConfig {
  try {
    return readRedisConfig(environment());
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    throw error;
  }
}

async function readUsage(period: string, config: RedisConfig): Promise<WorkspaceUsage[]> {
  const logger = createLogger('silent');
  const connections = connectRedis(config, logger);
  try {
    await waitUntilReachable(connections, systemClock.now() + CONNECT_TIMEOUT_MS, systemClock, logger);
    const ledger = redisLedger(connections.commands, {}, config.prefix);
    const workspaces = (await ledger.workspaces(period)).toSorted();
    return await Promise.all(
      workspaces.map(async (workspace) => ({ workspace, totals: await ledger.totals(workspace, period) })),
    );
  } finally {
    connections.close();
  }
}

const { period, json, help } = readCommandLine();
if (help) {
  process.stdout.write(`${USAGE}\n`);
} else {
  try {
    const usage = await readUsage(period, readSettings());
    process.stdout.write(`${json ? usageJson(period, usage) : usageTable(period, usage)}\n`);
  } catch (error) {
    fail(`Can't read usage: ${messageOf(error)}`);
  }
}
