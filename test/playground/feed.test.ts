import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { Feed, type FeedEvent } from '../../src/playground/feed.js';
import { FakeClock } from '../support/clock.js';
import { until } from '../support/until.js';

/** More than the socket buffers hold for a page that does not read. */
const LARGE = 'x'.repeat(32 * 1024 * 1024);

let clock: FakeClock;
let feed: Feed;
/** Server side of all connections. */
let streams: Duplex[];
const server = createServer();
beforeEach(async () => {
  clock = new FakeClock();
  feed = new Feed(() => ({ all: 'there is' }), clock);
  streams = [];
  server.on('upgrade', (request, stream, head) => {
    streams.push(stream);
    feed.open(request, stream, head);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  feed.close();
  server.removeAllListeners('upgrade').close();
  await once(server, 'close');
});

const connect = (): WebSocket => new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);

class Page {
  readonly received: FeedEvent[] = [];

  constructor(readonly socket = connect()) {
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString()) as FeedEvent));
  }

  static async open(): Promise<Page> {
    const page = new Page();
    await page.untilReceived(1);
    return page;
  }

  untilReceived(events: number): Promise<void> {
    return until(() => this.received.length >= events, `${events} events`);
  }
}

const change =
  (n: number, more = ''): (() => FeedEvent) =>
  () => ({ name: 'change', data: { n, ...(more && { more }) } });

test('a page gets the full state first, then the newest change per topic', async () => {
  const page = await Page.open();
  feed.publish('C1', change(1));
  feed.publish('C2', change(2));
  feed.publish('C1', change(3));
  await clock.untilSleeping();
  await clock.advance(60);
  await page.untilReceived(3);
  expect(page.received).toEqual([
    { name: 'state', data: { all: 'there is' } },
    { name: 'change', data: { n: 3 } },
    { name: 'change', data: { n: 2 } },
  ]);
});

test('a slow page gets only the newest change when it reads again, and does not delay others', async () => {
  const [slow, quick] = [await Page.open(), await Page.open()];
  slow.socket.pause();
  feed.publish('C1', change(0, LARGE));
  await clock.untilSleeping(2);
  await clock.advance(60);
  await quick.untilReceived(2);
  for (const n of [1, 2, 3]) {
    feed.publish('C1', change(n));
    // Nothing is queued for the slow page: its buffer is still full.
    await clock.untilSleeping();
    expect(clock.sleeping).toHaveLength(1);
    await clock.advance(60);
    await quick.untilReceived(2 + n);
  }
  slow.socket.resume();
  await slow.untilReceived(2);
  await clock.untilSleeping();
  await clock.advance(60);
  await slow.untilReceived(3);
  expect(slow.received.slice(2)).toEqual([{ name: 'change', data: { n: 3 } }]);
});

test('a closed page gets nothing more', async () => {
  const page = await Page.open();
  feed.publish('C1', change(1));
  await clock.untilSleeping();
  page.socket.terminate();
  await until(() => clock.sleeping.length === 0, 'the queued event to be dropped');
  feed.publish('C1', change(2));
  expect(clock.sleeping).toEqual([]);
});

test('closing the feed closes every page, without waiting for one that does not read', async () => {
  const [page, deaf] = [await Page.open(), await Page.open()];
  deaf.socket.pause();
  feed.publish('C1', change(0, LARGE));
  await clock.untilSleeping(2);
  await clock.advance(60);
  await page.untilReceived(2);
  const closed = once(page.socket, 'close');
  feed.close();
  expect(await closed).toEqual([1001, Buffer.from('the playground stops')]);
  await until(() => streams.every(({ destroyed }) => destroyed), 'all connections to end');
  await once(connect(), 'error');
  deaf.socket.terminate();
});
