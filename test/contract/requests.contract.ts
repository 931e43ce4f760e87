/** Contract suite of `RequestQueue`, run on every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BotRequest, RequestHandler, RequestQueue } from '../../src/core/ports.js';
import { MAX_REQUEST_ATTEMPTS, REQUEST_TIME_LIMIT_MS } from '../../src/core/retry-policy.js';
import type { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 25_000;
const HOUR_MS = 3_600_000;

export interface RequestsFixture {
  queue: RequestQueue;
  clock: FakeClock;
  close(): Promise<void>;
}

export function requestsContract(name: string, make: () => Promise<RequestsFixture>): void {
  describe(`RequestQueue in ${name}`, () => {
    let fixture: RequestsFixture;
    let queue: RequestQueue;
    let handled: BotRequest[];
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
      await queue.start(handle);
      await queue.submit({ id: '1.2:x', payload: { kind: 'command', text: 'ä "quoted"' } });
      await untilHandled(1);
      expect(handled).toEqual([{ id: '1.2:x', payload: { kind: 'command', text: 'ä "quoted"' } }]);
    });

    test.each([[null], ['text'], [[1, { two: [] }]], [{}], [0]])(
      'have any JSON as their payload: %j',
      async (payload) => {
        await queue.start(handle);
        await queue.submit({ id: 'any', payload });
        await untilHandled(1);
        expect(handled).toEqual([{ id: 'any', payload }]);
      },
    );

    test('submitted before the start are handled after it', async () => {
      await queue.submit({ id: 'early', payload: {} });
      await queue.start(handle);
      await untilHandled(1);
      expect(ids()).toEqual(['early']);
    });

    test('are handled once, however often they are submitted', async () => {
      await queue.start(handle);
      await Promise.all([1, 2, 3].map(() => queue.submit({ id: 'same', payload: {} })));
      await untilHandled(1);
      await queue.submit({ id: 'same', payload: { other: true } });
      await queue.submit({ id: 'last', payload: {} });
      await untilHandled(2);
      expect(ids()).toEqual(['same', 'last']);
    });

    test('that fail are tried again', async () => {
      failures = 2;
      await queue.start(handle);
      await queue.submit({ id: 'shaky', payload: {} });
      await untilHandled(3);
      expect(ids()).toEqual(['shaky', 'shaky', 'shaky']);
    });

    test('that always fail are given up, and others go on', async () => {
      failures = MAX_REQUEST_ATTEMPTS;
      await queue.start(handle);
      await queue.submit({ id: 'doomed', payload: {} });
      await untilHandled(MAX_REQUEST_ATTEMPTS);
      await queue.submit({ id: 'fine', payload: {} });
      await untilHandled(MAX_REQUEST_ATTEMPTS + 1);
      expect(new Set(ids())).toEqual(new Set(['doomed', 'fine']));
      expect(ids().filter((id) => id === 'doomed')).toHaveLength(MAX_REQUEST_ATTEMPTS);
    });

    const abortedOnes: unknown[] = [];
    /** Ignores its signal, except that it notes the reason. */
    const never: RequestHandler = (request, signal) => {
      handled.push(request);
      return new Promise(() => {
        signal.addEventListener('abort', () => abortedOnes.push(signal.reason), { once: true });
      });
    };
    beforeEach(() => void abortedOnes.splice(0));

    test('that run when the process stops are aborted after the time given', async () => {
      await queue.start(async (request, signal) => {
        handled.push(request);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        abortedOnes.push(signal.reason);
        signal.throwIfAborted();
      });
      await queue.submit({ id: 'slow', payload: {} });
      await until(() => handled.length === 1, 'the request has begun');
      const stopping = queue.stop(PATIENCE_MS);
      await fixture.clock.advance(PATIENCE_MS - 1);
      expect(abortedOnes).toEqual([]);
      await fixture.clock.advance(1);
      await stopping;
      expect(abortedOnes).toEqual([new Error('this process is stopping')]);
    });

    test('that ignore their signal do not keep the process from stopping', async () => {
      await queue.start(never);
      await queue.submit({ id: 'deaf', payload: {} });
      await until(() => handled.length === 1, 'the request has begun');
      const stopping = queue.stop(PATIENCE_MS).then(() => true);
      await fixture.clock.advance(PATIENCE_MS);
      await fixture.clock.advance(PATIENCE_MS);
      await expect(stopping).resolves.toBe(true);
      expect(abortedOnes).toHaveLength(1);
    });

    test('that take longer than an attempt may are aborted and tried again, and others go on', async () => {
      const other: string[] = [];
      await queue.start(async (request, signal) => {
        if (request.id !== 'hangs') other.push(request.id);
        else if (handled.length === 0) await never(request, signal);
        else handled.push(request);
      });
      await queue.submit({ id: 'hangs', payload: {} });
      await queue.submit({ id: 'other', payload: {} });
      await until(() => handled.length === 1 && other.length === 1, 'both have begun');
      await fixture.clock.advance(REQUEST_TIME_LIMIT_MS);
      expect(abortedOnes).toEqual([new Error('not done within 60 seconds')]);
      await untilHandled(2);
      expect(ids()).toEqual(['hangs', 'hangs']);
    });
  });
}
