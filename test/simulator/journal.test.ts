// The journal of calls and deliveries with a small `maxKept`.
import { afterEach, expect, test } from '@jest/globals';
import { Closers, openOffice } from './support.js';

const closers = new Closers();
afterEach(() => closers.closeAll());

test('keeps the newest calls, each with its own result', async () => {
  const { slack, client } = await openOffice(closers, { maxKept: 2 });
  for (const foo of ['1', '2', '3']) await client.apiCall('api.test', { foo });
  expect(slack.calls.map(({ args, status }) => [args['foo'], status])).toEqual([
    ['2', 200],
    ['3', 200],
  ]);
});

test('a call that ends after it was dropped from the journal does not overwrite another call', async () => {
  const { slack, client, clock } = await openOffice(closers, { maxKept: 1 });
  slack.faults.next('api.test', { delayMs: 1_000 });
  const slow = client.apiCall('api.test', { foo: 'slow' });
  await slack.until(() => slack.calls.length === 1);
  await client.apiCall('api.test', { foo: 'quick' });
  clock.advance(1_000);
  await slow;
  expect(slack.calls.map(({ args, status }) => [args['foo'], status])).toEqual([['quick', 200]]);
});

test('keeps all deliveries that are not finished', async () => {
  const { slack, ann, general } = await openOffice(closers, { maxKept: 1 });
  for (const text of ['one', 'two', 'three']) slack.say({ user: ann, channel: general, text });
  expect(slack.deliveries.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
});
