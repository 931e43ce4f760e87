/** Prints the usage recorded in the Redis ledger, as a table or as JSON. */
import { systemClock } from '../ops/clock.js';
import { redisLedger } from '../redis/ledger.js';
import { printFromRedis } from './from-redis.js';
import { readUsageFlags, USAGE } from './usage/flags.js';
import { usageJson, usageTable } from './usage/table.js';

await printFromRedis({
  usage: USAGE,
  readFlags: (args) => readUsageFlags(args, systemClock.now()),
  async read(redis, prefix, { period, json }) {
    const ledger = redisLedger(redis, {}, prefix);
    const workspaces = (await ledger.workspaces(period)).toSorted();
    const usage = await Promise.all(
      workspaces.map(async (workspace) => ({ workspace, totals: await ledger.totals(workspace, period) })),
    );
    return json ? usageJson(period, usage) : usageTable(period, usage);
  },
  failure: "Can't read usage",
});
