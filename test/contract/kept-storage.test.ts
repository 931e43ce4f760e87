/** The playground's memory outside the bot's process keeps the same contracts, over messages between the two. */
import { expect, test } from '@jest/globals';
import type { ChannelSettings } from '../../src/core/channel.js';
import type { Wake } from '../../src/core/ports.js';
import { memoryChannels } from '../../src/in-memory/channels.js';
import { memoryQueue } from '../../src/in-memory/queue.js';
import { memoryRequests } from '../../src/in-memory/requests.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { systemClock } from '../../src/ops/clock.js';
import { KeptStorage } from '../../src/playground/kept-storage.js';
import { RemoteStorage } from '../../src/playground/remote-storage.js';
import { until } from '../support/until.js';
import { memoryQueueFixture, memoryRequestsFixture, silent } from './backends.js';
import { channelsContract } from './channels.contract.js';
import { queueContract } from './queue.contract.js';
import { requestsContract } from './requests.contract.js';
import { storeContract } from './store.contract.js';

const KEY = 'T1:C1:1766458000.000001';
const CHANNEL: ChannelSettings = { messages: 10, hours: 12 };

/** As between processes. Not `structuredClone`: in Jest its objects have another `Object.prototype`. */
function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, clone(part)])) as T;
}

/** A process's access. */
function access(kept: KeptStorage): RemoteStorage['decorators'] {
  const remote: RemoteStorage = new RemoteStorage((call) => {
    void kept.handle(clone(call)).then((result) => remote.onResult(clone(result)));
  });
  return remote.decorators;
}

storeContract('the playground’s process', async () => {
  const kept = new KeptStorage(CHANNEL);
  const [store, other] = [access(kept).store(memoryStore()), access(kept).store(memoryStore())];
  return { store, other, close: async () => {} };
});

channelsContract('the playground’s process', async (settings) => {
  const kept = new KeptStorage(settings);
  const own = memoryChannels(settings);
  return { channels: access(kept).channels(own), other: access(kept).channels(own), close: async () => {} };
});

queueContract('the playground’s process', async () => {
  const fixture = await memoryQueueFixture();
  return { ...fixture, queue: access(new KeptStorage(CHANNEL)).queue(fixture.queue) };
});

requestsContract('the playground’s process', async () => {
  const fixture = await memoryRequestsFixture();
  return { ...fixture, queue: access(new KeptStorage(CHANNEL)).requests(fixture.queue) };
});

test('what a killed process was at is done by the next one, which knows of the crash until something is settled', async () => {
  const kept = new KeptStorage(CHANNEL);
  const ran: Wake[] = [];
  let isFirst = true;
  const start = async (run: (wake: Wake) => Promise<undefined>): Promise<void> => {
    const queue = access(kept).queue(memoryQueue(systemClock, silent));
    await queue.start((wake) => {
      ran.push(wake);
      return run(wake);
    });
    if (isFirst) await queue.wake(KEY);
    isFirst = false;
  };
  const hangs = (): Promise<undefined> => new Promise(() => {});
  await start(hangs);
  await until(() => ran.length === 1, 'the first run');
  kept.crashed();
  await start(hangs);
  await until(() => ran.length === 2, 'a run of the second process');
  kept.crashed();
  let done = false;
  await start(async (wake) => {
    await wake.settled();
    done = true;
    return undefined;
  });
  await until(() => done, 'the third process to settle it');
  expect(ran.map(({ crashes }) => crashes)).toEqual([0, 1, 2]);
});

test('without the other process calls reject, also those that wait', async () => {
  const remote = new RemoteStorage(() => {});
  const store = remote.decorators.store(memoryStore());
  const waiting = store.load(KEY);
  remote.close();
  await expect(waiting).rejects.toThrow('the playground is gone');
  await expect(store.load(KEY)).rejects.toThrow('the playground is gone');
});

test('a request that a killed process had not handled is handled by the next one, once', async () => {
  const kept = new KeptStorage(CHANNEL);
  await access(kept)
    .requests(memoryRequests(systemClock, silent))
    .submit({ id: 'r', payload: { a: 1 } });
  const handled: unknown[] = [];
  for (let process = 0; process < 2; process += 1) {
    const requests = access(kept).requests(memoryRequests(systemClock, silent));
    await requests.start(async ({ payload }) => {
      handled.push(payload);
    });
    await until(() => handled.length === 1, 'the request to be handled');
    await requests.stop(1_000);
  }
  expect(handled).toEqual([{ a: 1 }]);
});
