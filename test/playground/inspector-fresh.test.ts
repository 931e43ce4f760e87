/** When the inspector asks for what it shows. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';

interface Parts {
  load(place: string): Promise<string>;
  show(found: string): void;
  fail(error: Error): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
interface Module {
  Freshener: new (parts: Parts) => { look(place: string | undefined): void; changed(): void };
  REST_MS: number;
}

let page: Module;
let asked: { place: string; resolve: (found: string) => void; reject: (error: Error) => void }[];
let rests: { ms: number; over: () => void }[];
let seen: string[];

beforeAll(async () => {
  const path: string = '../../src/playground/page/inspector/fresh.js';
  page = (await import(path)) as Module;
});

beforeEach(() => {
  asked = [];
  rests = [];
  seen = [];
});

function freshener(): InstanceType<Module['Freshener']> {
  return new page.Freshener({
    load: (place) => new Promise((resolve, reject) => asked.push({ place, resolve, reject })),
    show: (found) => void seen.push(found),
    fail: (error) => void seen.push(`failed: ${error.message}`),
    sleep: (ms, signal) =>
      new Promise((over) => {
        rests.push({ ms, over });
        signal.addEventListener('abort', () => over(), { once: true });
        if (signal.aborted) over();
      }),
  });
}

const answer = async (found: string): Promise<void> => {
  asked.at(-1)?.resolve(found);
  await setImmediate();
};
const rest = async (): Promise<void> => {
  rests.at(-1)?.over();
  await setImmediate();
};

test('asks one at a time, rests after each, and once for all that changed meanwhile', async () => {
  const fresh = freshener();
  fresh.look('a');
  fresh.changed();
  fresh.changed();
  expect(asked).toHaveLength(1);
  await answer('first');
  expect(asked).toHaveLength(1);
  expect(rests).toMatchObject([{ ms: page.REST_MS }]);
  await rest();
  expect(asked).toHaveLength(2);
  await answer('second');
  await rest();
  expect(asked).toHaveLength(2);
  expect(seen).toEqual(['first', 'second']);
});

test('drops an answer for what is no longer looked at, and asks for the new place at once', async () => {
  const fresh = freshener();
  fresh.look('a');
  fresh.look('b');
  await answer('of a');
  expect(seen).toEqual([]);
  expect(asked.map(({ place }) => place)).toEqual(['a', 'b']);
  await answer('of b');
  expect(seen).toEqual(['of b']);
});

test('does not let another place wait for the rest', async () => {
  const fresh = freshener();
  fresh.look('a');
  await answer('of a');
  fresh.look('b');
  await setImmediate();
  expect(asked.map(({ place }) => place)).toEqual(['a', 'b']);
});

test('asks nothing while nothing is looked at', async () => {
  const fresh = freshener();
  fresh.look('a');
  fresh.look(undefined);
  fresh.changed();
  await answer('of a');
  await rest();
  fresh.changed();
  expect(asked).toHaveLength(1);
  expect(seen).toEqual([]);
});

test('says what went wrong, and asks again when something changed', async () => {
  const fresh = freshener();
  fresh.look('a');
  asked.at(-1)?.reject(new Error('not there'));
  await setImmediate();
  await rest();
  fresh.changed();
  await answer('back');
  expect(seen).toEqual(['failed: not there', 'back']);
});
