import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { writeTogether } from '../../src/redis/write-together.js';

/** A client whose connection notes what leaves in each write. */
function client(): { redis: Redis; writes: string[][] } {
  const writes: string[][] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push([chunk]);
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  const redis = Object.assign(new EventEmitter(), { stream }) as unknown as Redis;
  writeTogether(redis);
  return { redis, writes };
}

test('commands of one moment leave in one write, in order', async () => {
  const { redis, writes } = client();
  redis.emit('connect');
  await Promise.all(['one', 'two'].map(async (command) => redis.stream.write(command)));
  redis.stream.write('three');
  await turn();
  redis.stream.write('four');
  await turn();
  expect(writes).toEqual([['one', 'two', 'three'], ['four']]);
});

test('on every connection', async () => {
  const [{ redis, writes }, next] = [client(), client()];
  for (const stream of [redis.stream, next.redis.stream]) {
    redis.stream = stream;
    redis.emit('connect');
    for (const command of ['one', 'two']) redis.stream.write(command);
    await turn();
  }
  expect([writes, next.writes]).toEqual([[['one', 'two']], [['one', 'two']]]);
});
