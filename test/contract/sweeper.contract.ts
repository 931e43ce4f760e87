/** What the sweeper finds and what it leaves alone, on every kind of Redis deployment. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { idOf } from '../../src/core/conversation-id.js';
import type { ConversationStore } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';
import { mastersOf } from '../../src/redis/client.js';
import { connectRedis, type RedisConnections } from '../../src/redis/connection.js';
import { keysOf } from '../../src/redis/keys.js';
import { processLease } from '../../src/redis/lease.js';
import { type RedisQueue, redisQueue } from '../../src/redis/queue.js';
import { redisStore } from '../../src/redis/store.js';
import { redisSweeper, type Sweeper, type SweeperOptions } from '../../src/redis/sweeper.js';
import { empty, redisConfig, type RedisPlace } from '../support/redis-place.js';
import { until } from '../support/until.js';
import { silent, TTL_DAYS } from './backends.js';
import { Worker } from './worker.js';

const OLD = '1766458026.240809';
const A = `T1:C1:${OLD}`;
const B = `T1:C2:${OLD}`;
const C = `T1:C3:${OLD}`;
const SOON: SweeperOptions = { everyMs: 20 };
const DUE = '{skein}:wakes:due';
const HELD = '{skein}:wakes:held';

export function sweeperContract(kind: string, placeOf: () => RedisPlace): void {
  describe(`the sweeper on ${kind}`, () => {
    let connections: RedisConnections;
    let store: ConversationStore;
    let queue: RedisQueue;
    let worker: Worker;
    let sweepers: Sweeper[];
    beforeEach(() => {
      connections = connectRedis(redisConfig(placeOf()), silent);
      store = redisStore(connections.commands, TTL_DAYS);
      const lease = processLease(connections.commands, { beatMs: 20, leaseMs: 200 }, systemClock, silent);
      queue = redisQueue(() => lease, { concurrency: 10, delayMs: () => 60_000 }, systemClock, silent);
      worker = new Worker();
      sweepers = [];
    });
    afterEach(async () => {
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
      worker.releaseAll();
      await queue.stop(0);
      connections.close();
      await empty(placeOf());
    });

    function sweep(options: SweeperOptions = SOON, wakes: Pick<RedisQueue, 'isIdle' | 'wake'> = queue): void {
      const sweeper = redisSweeper(connections.commands, wakes, options, systemClock, silent);
      sweepers.push(sweeper);
      sweeper.start();
    }

    /** A question that nobody was woken for. */
    async function ask(key: string, ts = OLD): Promise<void> {
      await store.append({ conversation: idOf(key), ts, author: 'U0ANN', text: 'hello', addressed: 'bot' }, 'yes');
    }

    async function deleteQueueKeys(): Promise<void> {
      for (const master of mastersOf(connections.commands)) {
        // The bot's user may not use KEYS.
        for await (const names of master.scanStream({ match: '{skein}:*' }) as AsyncIterable<string[]>)
          for (const name of names) await master.del(name);
      }
    }

    /** When the conversation runs; null if nobody has woken it. */
    const dueAt = (key: string): Promise<string | null> => connections.commands.zscore(DUE, key);

    test('finds a reply to withdraw, whose question was deleted when the queue was emptied', async () => {
      await ask(A);
      await store.recordReply(A, { after: OLD, messages: ['1766458027.000001'], opening: false });
      await store.remove(A, OLD);
      sweep();
      await until(async () => (await dueAt(A)) !== null, 'the wake-up');
      expect(await store.load(A)).toMatchObject({ pending: [], reply: { messages: ['1766458027.000001'] } });
      expect(await store.settle(A, [], [])).toBe(0);
      expect(await connections.commands.exists(keysOf(A).pending)).toBe(0);
    });

    test.each<[string, () => Promise<unknown>]>([
      ['the wake-up never came', async () => {}],
      [
        'the queue was emptied',
        async () => {
          await queue.wake(A);
          await deleteQueueKeys();
        },
      ],
      [
        'the process that ran it is not known any more',
        async () => void (await connections.commands.hset(HELD, A, 'nobody:1:1')),
      ],
      [
        'the process that ran it is not known any more, nor are its keys whole',
        async () => {
          await connections.commands.hset(HELD, A, 'nobody:1:1');
          await connections.commands.hset('{skein}:wakes:apart', A, 'nobody');
          await connections.commands.hset('{skein}:wakes:tries', A, '149 2 0 0');
        },
      ],
      [
        'its tries are over',
        async () => {
          worker.fails(A, 1);
          await connections.commands.hset('{skein}:wakes:tries', A, '149 0 0 0');
          await queue.start(worker.handle);
          await queue.wake(A);
          await worker.ran(A);
          await until(() => queue.isIdle(A), 'the end of its tries');
        },
      ],
    ])('wakes a conversation whose question waits, though %s', async (_why, lose) => {
      await ask(A);
      await lose();
      await queue.start(worker.handle);
      const ended = worker.ended(A);
      sweep();
      await worker.ran(A, ended + 1);
      expect(worker.maxConcurrent(A)).toBe(1);
    });

    /** Resolves when everything there is now has been looked at. */
    async function untilSwept(): Promise<void> {
      for (const key of [B, C]) {
        await ask(key);
        await until(async () => (await dueAt(key)) !== null, `a wake-up of ${key}`);
      }
    }

    test.each<[string, () => Promise<unknown>]>([
      ['has no question', async () => ask(A).then(() => store.settle(A, [OLD], []))],
      ['has a young question', async () => ask(A, `${Math.floor(Date.now() / 1_000)}.000001`)],
    ])('leaves a conversation alone that %s', async (_what, prepare) => {
      await prepare();
      sweep();
      await untilSwept();
      expect(await dueAt(A)).toBe(null);
    });

    test('leaves a conversation alone that waits in line', async () => {
      await ask(A);
      await queue.wake(A);
      const at = await dueAt(A);
      sweep();
      await untilSwept();
      expect(await dueAt(A)).toBe(at);
    });

    test.each<[string, () => void]>([
      ['is postponed, because of a limit for example', () => worker.postpones(A, 100, 600_000)],
      ['waits for its next attempt', () => worker.fails(A, 100)],
      ['is being worked on', () => void worker.blocks(A)],
    ])('leaves a conversation alone that %s', async (_what, prepare) => {
      prepare();
      await ask(A);
      await queue.start(worker.handle);
      await queue.wake(A);
      await until(() => worker.began(A) === 1, 'the run');
      await until(async () => !(await queue.isIdle(A)), 'its job');
      sweep();
      for (const key of [B, C]) {
        await ask(key);
        await worker.ran(key);
      }
      expect(worker.began(A)).toBe(1);
    });

    test('wakes a conversation a few times an hour only', async () => {
      const woken: string[] = [];
      const times = (key: string): number => woken.filter((one) => one === key).length;
      const wake = async (key: string): Promise<void> => void woken.push(key);
      await ask(A);
      sweep(SOON, { isIdle: async () => true, wake });
      await until(() => times(A) === 5, 'five wake-ups');
      await ask(B);
      await until(() => times(B) === 5, 'five wake-ups of the other');
      expect(times(A)).toBe(5);
    });

    test('runs in one process at a time', async () => {
      const elected: (string | null)[] = [];
      const { commands } = connections;
      const set = commands.set.bind(commands) as (...args: unknown[]) => Promise<string | null>;
      const recording = async (...args: unknown[]): Promise<string | null> => {
        const result = await set(...args);
        if (args[0] === 'skein:sweep') elected.push(result);
        return result;
      };
      Object.assign(commands, { set: recording });
      for (let processes = 0; processes < 3; processes += 1) sweep({ everyMs: 600_000 });
      await until(() => elected.length === 3, 'three elections');
      expect(elected.filter((result) => result === 'OK')).toHaveLength(1);
    });
  });
}
