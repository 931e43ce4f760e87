/** When the inspector loads. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';

interface Parts {
  load(place: string): Promise<string>;
  show(found: string): void;
  fail(error: Error): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
interface Module {
  Refresher: new (parts: Parts) => { watch(place: string | undefined): void; invalidate(): void };
  PAUSE_MS: number;
}

let page: Module;
let asked: { place: string; resolve: (found: string) => void; reject: (error: Error) => void }[];
let pauses: { ms: number; over: () => void }[];
let seen: string[];

beforeAll(async () => {
  const path: string = '../../src/playground/page/inspector/refresher.js';
  page = (await import(path)) as Module;
});

beforeEach(() => {
  asked = [];
  pauses = [];
  seen = [];
});

function createRefresher(): InstanceType<Module['Refresher']> {
  return new page.Refresher({
    load: (place) => new Promise((resolve, reject) => asked.push({ place, resolve, reject })),
    show: (found) => void seen.push(found),
    fail: (error) => void seen.push(`failed: ${error.message}`),
    sleep: (ms, signal) =>
      new Promise((over) => {
        pauses.push({ ms, over });
        signal.addEventListener('abort', () => over(), { once: true });
        if (signal.aborted) over();
      }),
  });
}

const answer = async (found: string): Promise<void> => {
  asked.at(-1)?.resolve(found);
  await setImmediate();
};
const endPause = async (): Promise<void> => {
  pauses.at(-1)?.over();
  await setImmediate();
};

test('loads one at a time with a pause after each, and once for several changes meanwhile', async () => {
  const refresher = createRefresher();
  refresher.watch('a');
  refresher.invalidate();
  refresher.invalidate();
  expect(asked).toHaveLength(1);
  await answer('first');
  expect(asked).toHaveLength(1);
  expect(pauses).toMatchObject([{ ms: page.PAUSE_MS }]);
  await endPause();
  expect(asked).toHaveLength(2);
  await answer('second');
  await endPause();
  expect(asked).toHaveLength(2);
  expect(seen).toEqual(['first', 'second']);
});

test('drops the response for a place no longer watched, and loads the new place at once', async () => {
  const refresher = createRefresher();
  refresher.watch('a');
  refresher.watch('b');
  await answer('of a');
  expect(seen).toEqual([]);
  expect(asked.map(({ place }) => place)).toEqual(['a', 'b']);
  await answer('of b');
  expect(seen).toEqual(['of b']);
});

test('loads another place without waiting for the pause', async () => {
  const refresher = createRefresher();
  refresher.watch('a');
  await answer('of a');
  refresher.watch('b');
  await setImmediate();
  expect(asked.map(({ place }) => place)).toEqual(['a', 'b']);
});

test('loads nothing while no place is watched', async () => {
  const refresher = createRefresher();
  refresher.watch('a');
  refresher.watch(undefined);
  refresher.invalidate();
  await answer('of a');
  await endPause();
  refresher.invalidate();
  expect(asked).toHaveLength(1);
  expect(seen).toEqual([]);
});

test('reports an error, and loads again after a change', async () => {
  const refresher = createRefresher();
  refresher.watch('a');
  asked.at(-1)?.reject(new Error('not there'));
  await setImmediate();
  await endPause();
  refresher.invalidate();
  await answer('back');
  expect(seen).toEqual(['failed: not there', 'back']);
});
