import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { App, HTTPReceiver, type ReceiverEvent } from '@slack/bolt';
import { ManualClock, startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.js';
import { Closers, freePort, silentLogger } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

/** An app that fails to process events while `refusing` is true. */
class RefusingApp extends App {
  refusing = false;
  readonly retries: (number | undefined)[] = [];

  override async processEvent(event: ReceiverEvent): Promise<void> {
    this.retries.push(event.retryNum);
    if (this.refusing) throw new Error('not now');
    await super.processEvent(event);
  }
}

async function start(
  options: SimulatorOptions = {},
  secret?: string,
): Promise<{ slack: Simulator; app: RefusingApp; say: () => string }> {
  const port = await freePort();
  const slack = await startSimulator({ eventsUrl: `http://127.0.0.1:${port}/slack/events`, ...options });
  closers.add(() => slack.stop());
  const receiver = new HTTPReceiver({
    signingSecret: secret ?? slack.signingSecret,
    logger: silentLogger(),
    // Only reports unacknowledged events; its default of three seconds would outlast the tests.
    unhandledRequestTimeoutMillis: 100,
    unhandledRequestHandler: () => {},
  });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const app = new RefusingApp({
    token: slack.botToken,
    receiver,
    clientOptions,
    deferInitialization: true,
    logger: silentLogger(),
  });
  await app.init();
  await receiver.start(port);
  closers.add(() => receiver.stop());
  const ann = slack.addUser({ name: 'ann' });
  return { slack, app, say: () => slack.say({ user: ann.id, channel: slack.dm(ann.id).id, text: 'Hello.' }).ts };
}

describe('events over HTTP', () => {
  test("pass Bolt's signature check", async () => {
    const { slack, app, say } = await start();
    const heard: string[] = [];
    app.message(async ({ message }) => {
      heard.push(message.ts);
    });
    const ts = say();
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    expect(heard).toEqual([ts]);
    expect(app.retries).toEqual([undefined]);
  });

  test('signed with a wrong secret are rejected and retried', async () => {
    const { slack, app, say } = await start({}, 'another secret');
    say();
    await slack.until(() => slack.deliveries[0]?.attempts.length === 2 && slack.deliveries[0].state === 'scheduled');
    expect(slack.deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['http_error', 'http_error']);
    expect(app.retries).toEqual([]);
  });

  test('pass URL verification', async () => {
    const { slack } = await start();
    expect(await slack.verifyUrl()).toBe(true);
  });

  test('fail URL verification with a wrong secret', async () => {
    const { slack } = await start({}, 'another secret');
    expect(await slack.verifyUrl()).toBe(false);
  });

  test('are retried at once, after one minute and after five minutes, then lost', async () => {
    const clock = new ManualClock();
    const { slack, app, say } = await start({ clock });
    app.refusing = true;
    say();
    const settled = (attempts: number, state: string): Promise<true> =>
      slack.until(() => slack.deliveries[0]?.attempts.length === attempts && slack.deliveries[0].state === state);
    await settled(2, 'scheduled');
    clock.advance(59_999);
    expect(slack.deliveries[0]?.attempts).toHaveLength(2);
    clock.advance(1);
    await settled(3, 'scheduled');
    clock.advance(300_000);
    await settled(4, 'lost');
    expect(app.retries).toEqual([undefined, 1, 2, 3]);
  });

  test('can be acknowledged on a retry', async () => {
    const clock = new ManualClock();
    const { slack, app, say } = await start({ clock });
    app.refusing = true;
    say();
    await slack.until(() => slack.deliveries[0]?.state === 'scheduled');
    app.refusing = false;
    clock.advance(60_000);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    expect(slack.deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['http_error', 'http_error', 'acked']);
  });

  test('fail with connection_failed if no server listens', async () => {
    const slack = await startSimulator({ eventsUrl: `http://127.0.0.1:${await freePort()}/slack/events` });
    closers.add(() => slack.stop());
    const ann = slack.addUser({ name: 'ann' });
    slack.say({ user: ann.id, channel: slack.dm(ann.id).id, text: 'Hello.' });
    await slack.until(() => slack.deliveries[0]?.state === 'scheduled');
    expect(slack.deliveries[0]?.attempts[0]?.outcome).toBe('connection_failed');
  });
});

type CannedResponse = { status: number; headers?: Record<string, string> } | 'never';

/** Starts a server with canned responses. @param respond gets the number of the request, from 1 @returns its URL */
async function startServer(respond: (count: number) => CannedResponse): Promise<string> {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    const canned = respond(count);
    if (canned !== 'never') response.writeHead(canned.status, canned.headers).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.add(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `http://127.0.0.1:${address.port}/`;
}

describe('a Request URL', () => {
  test('that does not respond within three seconds gets the event again', async () => {
    const clock = new ManualClock();
    const requests = new EventEmitter();
    const arrival = once(requests, 'request');
    const eventsUrl = await startServer((count) => {
      requests.emit('request');
      return count === 1 ? 'never' : { status: 200 };
    });
    const slack = await startSimulator({ eventsUrl, clock });
    closers.add(() => slack.stop());
    const ann = slack.addUser({ name: 'ann' });
    slack.say({ user: ann.id, channel: slack.dm(ann.id).id, text: 'Hello.' });
    await arrival;
    clock.advance(2999);
    expect(slack.deliveries[0]?.attempts).toHaveLength(1);
    clock.advance(1);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    expect(slack.deliveries[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['http_timeout', 'acked']);
  });

  test('that asks for no retries gets none', async () => {
    const eventsUrl = await startServer(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
    const slack = await startSimulator({ eventsUrl });
    closers.add(() => slack.stop());
    const ann = slack.addUser({ name: 'ann' });
    slack.say({ user: ann.id, channel: slack.dm(ann.id).id, text: 'Hello.' });
    await slack.until(() => slack.deliveries[0]?.state === 'lost');
    expect(slack.deliveries[0]?.attempts).toHaveLength(1);
  });
});
