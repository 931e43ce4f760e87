/** `npm run usage` as a program. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { redisLedger } from '../../src/redis/ledger.js';
import { silent } from '../contract/backends.js';
import { freePort } from '../support/free-port.js';
import { runProgram } from '../support/program.js';
import { empty, redisConfig } from '../support/redis-place.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let server: RedisServer;
let connections: RedisConnections;
beforeAll(async () => {
  server = await startRedis();
});
beforeEach(() => {
  connections = connectRedis(redisConfig(server), silent);
});
afterEach(async () => {
  connections.close();
  await empty(server);
});
afterAll(() => server.stop());

async function recordAnswer(id: string, at: number, prefix?: string, team = 'T1'): Promise<void> {
  const call = {
    id,
    conversation: { team, channel: 'C1', thread: '1766458000.000001' },
    purpose: 'answer' as const,
    people: ['U0ANN'],
    at,
  };
  await redisLedger(connections.commands, {}, prefix).settle(call, 'U0ANN', {
    promptTokens: 1_000,
    cachedTokens: 0,
    cacheWriteTokens: 250,
    completionTokens: 10,
    costUsd: 0.5,
  });
}

/** Runs the program. Resolves with its exit code and output. */
async function usage(
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<[code: number | null, output: string]> {
  const program = runProgram('cli/usage', { REDIS_URL: server.url, ...env }, args);
  const code = await program.exit;
  return [code, program.output()];
}

test('shows a month or a day of every workspace under its Redis prefix, and needs only Redis settings', async () => {
  await recordAnswer('one', Date.UTC(2026, 10, 5));
  await recordAnswer('two', Date.UTC(2026, 10, 6));
  await recordAnswer('three', Date.UTC(2026, 10, 6), undefined, 'T2');
  await recordAnswer('four', Date.UTC(2026, 10, 6), 'other');
  const [code, month] = await usage(['--month', '2026-11']);
  expect(code).toBe(0);
  expect(month).toMatch(
    /^T1, 2026-11 \(UTC\)\n[^]*workspace  T1 +2 +2,000 +0 +500 +20 +\$1\.0000\n[^]*person +U0ANN +2 [^]*T2, 2026-11[^]*workspace  T2 +1 [^]*\n$/,
  );
  const [, day] = await usage(['--day', '2026-11-05', '--json']);
  expect(JSON.parse(day)).toMatchObject([
    { workspace: 'T1', period: '2026-11-05', owner: 'workspace', calls: 1, costUsd: 0.5 },
    { owner: 'channel', id: 'C1' },
    { owner: 'person', id: 'U0ANN' },
  ]);
  expect(await usage(['--day', '2026-11-06'], { REDIS_PREFIX: 'third' })).toEqual([
    0,
    'Nothing was used in 2026-11-06 (UTC).\n',
  ]);
});

test('prints its usage text, with an error for an invalid flag', async () => {
  expect(await usage(['--help'])).toEqual([0, expect.stringContaining('Usage: npm run usage')]);
  expect(await usage(['--month', 'May'])).toEqual([
    1,
    expect.stringMatching(/^--month must be a month such as 2026-11, not "May"\n\nUsage:/),
  ]);
});

test('reports invalid settings and an unreachable Redis', async () => {
  expect(await usage([], { REDIS_URL: 'http://hidden-password' })).toEqual([
    1,
    expect.stringMatching(/REDIS_URL: must be a URL, redis:/),
  ]);
  const [code, output] = await usage([], { REDIS_URL: `redis://:hidden-password@127.0.0.1:${await freePort()}` });
  expect(code).toBe(1);
  expect(output).toMatch(/^Can.t read usage: cannot reach Redis \(connect ECONNREFUSED .*check REDIS_URL/);
  expect(output).not.toMatch(/hidden-password|\n\s+at /);
});
