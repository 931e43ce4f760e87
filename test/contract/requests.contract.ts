/** Contract suite of `WorkQueue.submit`, run on every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestHandler, WorkQueue, WorkRequest } from '../../src/core/ports.js';
import { MAX_REQUEST_ATTEMPTS } from '../../src/core/retry-policy.js';
import { until } from '../support/until.js';
import type { QueueFixture } from './queue.contract.js';

const PATIENCE_MS = 25_000;
const HOUR_MS = 3_600_000;
const wakeNobody = async (): Promise<undefined> => undefined;

export function requestsContract(name: string, make: () => Promise<QueueFixture>): void {
  describe(`requests in ${name}`, () => {
    let fixture: QueueFixture;
    let queue: WorkQueue;
    let handled: WorkRequest[];
    let failures: number;
    const handle: RequestHandler = async (request) => {
      handled.push(request);
      if (failures === 0) return;
      failures -= 1;
      throw new Error('the test made this attempt fail');
    };
    beforeEach(async () => {
      fixture = await make();
      ({ queue } = fixture);
      [handled, failures] = [[], 0];
    });
    afterEach(() => fixture.close());

    const ids = (): string[] => handled.map(({ id }) => id);
    /** Passes the waits between attempts. */
    const untilHandled = (count: number): Promise<void> =>
      until(async () => {
        if (fixture.clock.sleeping.length > 0) await fixture.clock.advance(HOUR_MS);
        return handled.length >= count;
      }, `${count} requests handled`);

    test('are handled, with their payload', async () => {
      await queue.start(wakeNobody, handle);
      await queue.submit({ id: '1.2:x', payload: { kind: 'command', text: 'ä "quoted"' } });
      await untilHandled(1);
      expect(handled).toEqual([{ id: '1.2:x', payload: { kind: 'command', text: 'ä "quoted"' } }]);
    });

    test('submitted before the start are handled after it', async () => {
      await queue.submit({ id: 'early', payload: {} });
      await queue.start(wakeNobody, handle);
      await untilHandled(1);
      expect(ids()).toEqual(['early']);
    });

    test('are handled once, however often they are submitted', async () => {
      await queue.start(wakeNobody, handle);
      await Promise.all([1, 2, 3].map(() => queue.submit({ id: 'same', payload: {} })));
      await untilHandled(1);
      await queue.submit({ id: 'same', payload: { other: true } });
      await queue.submit({ id: 'last', payload: {} });
      await untilHandled(2);
      expect(ids()).toEqual(['same', 'last']);
    });

    test('that fail are tried again', async () => {
      failures = 2;
      await queue.start(wakeNobody, handle);
      await queue.submit({ id: 'shaky', payload: {} });
      await untilHandled(3);
      expect(ids()).toEqual(['shaky', 'shaky', 'shaky']);
    });

    test('that always fail are given up, and others go on', async () => {
      failures = MAX_REQUEST_ATTEMPTS;
      await queue.start(wakeNobody, handle);
      await queue.submit({ id: 'doomed', payload: {} });
      await untilHandled(MAX_REQUEST_ATTEMPTS);
      await queue.submit({ id: 'fine', payload: {} });
      await untilHandled(MAX_REQUEST_ATTEMPTS + 1);
      expect(new Set(ids())).toEqual(new Set(['doomed', 'fine']));
      expect(ids().filter((id) => id === 'doomed')).toHaveLength(MAX_REQUEST_ATTEMPTS);
    });

    test('run beside wake-ups', async () => {
      const woken: string[] = [];
      const onWake = async ({ key }: { key: string }): Promise<undefined> => void woken.push(key);
      await queue.start(onWake, handle);
      await Promise.all([queue.wake('T1:C1:1'), queue.submit({ id: 'one', payload: {} })]);
      await until(() => woken.length === 1 && handled.length === 1, 'both are done');
      expect([woken, ids()]).toEqual([['T1:C1:1'], ['one']]);
    });

    test('that take too long are aborted when the process stops', async () => {
      const aborted: unknown[] = [];
      let begun = false;
      await queue.start(wakeNobody, async (_, signal) => {
        begun = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        aborted.push(signal.reason);
        signal.throwIfAborted();
      });
      await queue.submit({ id: 'slow', payload: {} });
      await until(() => begun, 'the request has begun');
      const stopping = queue.stop(PATIENCE_MS);
      await fixture.clock.advance(PATIENCE_MS);
      await stopping;
      expect(aborted).toEqual([expect.any(Error)]);
    });
  });
}
