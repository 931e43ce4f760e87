import { afterEach, describe, expect, test } from '@jest/globals';
import { App, SocketModeReceiver, type ReceiverEvent } from '@slack/bolt';
import type { Json, Simulator } from '../../src/simulator/index.js';
import { connect, ManualSocket, socketUrl } from './manual-socket.js';
import { Closers, openOffice, silentLogger } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('a socket', () => {
  test('opens once per ticket and receives hello', async () => {
    const { slack } = await openOffice(closers);
    const url = await socketUrl(slack);
    const socket = new ManualSocket(url);
    await socket.waitFor(() => socket.others.length === 1);
    expect(socket.others[0]).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: slack.bot.appId },
    });
    expect(await new ManualSocket(url).rejection()).toBe(403);
  });

  test('receives events in envelopes and acknowledges them by envelope id', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    await socket.waitFor(() => socket.envelopes.length === 1);
    expect(socket.envelopes[0]).toMatchObject({
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: { type: 'event_callback' },
    });
    socket.send('nonsense');
    socket.send('{"envelope_id":"another"}');
    expect(slack.deliveries[0]?.state).toBe('sent');
    socket.ack(socket.envelopes[0]);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
  });

  test('shares events with the other sockets in round-robin order', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const first = await connect(slack);
    const second = await connect(slack);
    for (const text of ['1', '2', '3', '4']) slack.say({ user: ann, channel: dm, text });
    await first.waitFor(() => first.envelopes.length === 2);
    await second.waitFor(() => second.envelopes.length === 2);
  });

  test('that does not acknowledge gets retries at once, after one minute and after five minutes', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    const timeOut = async (attempts: number, wait: number): Promise<void> => {
      clock.advance(wait);
      await socket.waitFor(() => socket.envelopes.length === attempts);
      clock.advance(3000);
      await slack.until(
        () => slack.deliveries[0]?.attempts.filter(({ outcome }) => outcome === 'timeout').length === attempts,
      );
    };
    await timeOut(1, 0);
    await timeOut(2, 0);
    await timeOut(3, 60_000);
    await timeOut(4, 300_000);
    expect(slack.deliveries[0]?.state).toBe('lost');
    expect(socket.envelopes.map((envelope) => [envelope['retry_attempt'], envelope['retry_reason']])).toEqual([
      [0, ''],
      [1, 'timeout'],
      [2, 'timeout'],
      [3, 'timeout'],
    ]);
    const ids = new Set(socket.envelopes.map(({ payload }) => (payload as Json)['event_id']));
    expect(ids.size).toBe(1);
  });

  test('that breaks passes its unacknowledged event to another socket', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const first = await connect(slack);
    const second = await connect(slack);
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    await first.waitFor(() => first.envelopes.length === 1);
    first.close();
    await second.waitFor(() => second.envelopes.length === 1);
    expect(second.envelopes[0]).toMatchObject({ retry_attempt: 1, retry_reason: 'connection_failed' });
  });

  test('that was asked to reconnect gets events until another is open, and is closed after a while', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const oldSocket = await connect(slack);
    slack.refreshSockets();
    await oldSocket.waitFor(() => oldSocket.others.length === 2);
    expect(oldSocket.others[1]).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
    slack.say({ user: ann, channel: dm, text: '1' });
    await oldSocket.waitFor(() => oldSocket.envelopes.length === 1);
    oldSocket.ack(oldSocket.envelopes[0]);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    const newSocket = await connect(slack);
    slack.say({ user: ann, channel: dm, text: '2' });
    await newSocket.waitFor(() => newSocket.envelopes.length === 1);
    expect(oldSocket.envelopes).toHaveLength(1);
    const closed = oldSocket.closed();
    clock.advance(5000);
    await closed;
    expect(slack.socketCount).toBe(1);
  });

  test('that was asked to reconnect and is closed has no successor: events wait', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    slack.refreshSockets(1000);
    const closed = socket.closed();
    clock.advance(1000);
    await closed;
    slack.say({ user: ann, channel: dm, text: 'Hello?' });
    await slack.until(() => slack.deliveries[0]?.state === 'waiting');
  });

  test('answers pings', async () => {
    const { slack } = await openOffice(closers);
    const socket = await connect(slack);
    await socket.pong();
  });

  test('that is half-open stays, and gives no sign of life', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    slack.silenceSockets();
    let pongs = 0;
    void socket.pong().then(() => (pongs += 1));
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    socket.send('{"envelope_id":"x"}');
    clock.advance(3000);
    await slack.until(() => slack.deliveries[0]?.attempts[0]?.outcome === 'timeout');
    // A round trip to the same server.
    const other = await connect(slack);
    await other.pong();
    expect([socket.envelopes, pongs, slack.socketCount]).toEqual([[], 0, 2]);
  });

  test('can be refused an answer to its handshake, or hello, as planned', async () => {
    const { slack } = await openOffice(closers);
    slack.faults.nextSocket('hang');
    slack.faults.nextSocket('silent');
    const hung = new ManualSocket(await socketUrl(slack));
    const silent = new ManualSocket(await socketUrl(slack));
    await silent.opened();
    await connect(slack);
    expect([hung.isConnecting, hung.others, silent.others, slack.socketCount]).toEqual([true, [], [], 1]);
  });

  test('has no fault after all faults were cleared', async () => {
    const { slack } = await openOffice(closers);
    slack.faults.nextSocket('hang', 3);
    slack.faults.clear();
    await connect(slack);
  });
});

describe('a redelivered event', () => {
  test('is marked as a retry', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    for (const text of ['1', '2']) slack.say({ user: ann, channel: dm, text });
    await socket.waitFor(() => socket.envelopes.length === 2);
    for (const envelope of socket.envelopes) socket.ack(envelope);
    await slack.until(() => slack.deliveries.every(({ state }) => state === 'acked'));
    slack.redeliver(slack.deliveries[0]?.eventId ?? '');
    await socket.waitFor(() => socket.envelopes.length === 3);
    expect(socket.envelopes[2]).toMatchObject({
      retry_attempt: 1,
      retry_reason: 'timeout',
      payload: socket.envelopes[0]?.['payload'],
    });
    expect(() => slack.redeliver('Ev0UNKNOWN')).toThrow('no such event: Ev0UNKNOWN');
  });

  test('that was acknowledged is not sent again when its scheduled retry is due', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const socket = await connect(slack);
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    for (const count of [1, 2]) {
      await socket.waitFor(() => socket.envelopes.length === count);
      clock.advance(3000);
      await slack.until(
        () => slack.deliveries[0]?.attempts.filter(({ outcome }) => outcome === 'timeout').length === count,
      );
    }
    expect(slack.deliveries[0]?.state).toBe('scheduled');
    slack.redeliver(slack.deliveries[0]?.eventId ?? '');
    await socket.waitFor(() => socket.envelopes.length === 3);
    socket.ack(socket.envelopes[2]);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    clock.advance(60_000);
    expect(slack.deliveries[0]).toMatchObject({ state: 'acked', attempts: { length: 3 } });
    const [first, second] = slack.deliveries[0]?.attempts ?? [];
    expect([first?.endedAt, second?.endedAt]).toEqual([(first?.at ?? 0) + 3000, (second?.at ?? 0) + 3000]);
  });
});

describe('events without a connection', () => {
  test('wait for the next connection, in order', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    for (const text of ['1', '2', '3']) slack.say({ user: ann, channel: dm, text });
    expect(slack.deliveries.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    const socket = await connect(slack);
    await socket.waitFor(() => socket.envelopes.length === 3);
    expect(socket.envelopes.map((envelope) => (envelope['payload'] as { event: Json }).event['text'])).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  test('are lost after six minutes', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    slack.say({ user: ann, channel: dm, text: 'Hello?' });
    clock.advance(360_000);
    expect(slack.deliveries[0]?.state).toBe('lost');
  });
});

/** An app that records every event it receives, and fails to process it while `refusing` is true. */
class CountingApp extends App {
  refusing = false;
  readonly retries: (number | undefined)[] = [];

  override async processEvent(event: ReceiverEvent): Promise<void> {
    this.retries.push(event.retryNum);
    if (this.refusing) throw new Error('not now');
    await super.processEvent(event);
  }
}

/** @param clientPingTimeout maximum milliseconds until a pong; also the delay before a reconnect */
async function startApp(slack: Simulator, clientPingTimeout = 5000): Promise<CountingApp> {
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const logger = silentLogger();
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    clientPingTimeout,
    logger,
    installerOptions: { clientOptions },
  });
  const app = new CountingApp({ token: slack.botToken, receiver, clientOptions, logger, deferInitialization: true });
  await app.init();
  await app.start();
  closers.add(() => app.stop());
  return app;
}

describe('a Bolt app in Socket Mode', () => {
  test('gets two events for a mention, replies, and gets an event for its reply', async () => {
    const { slack, ann, general, bot } = await openOffice(closers);
    const app = await startApp(slack);
    const heard: string[] = [];
    app.message(async ({ message }) => {
      heard.push(`message ${message.ts}`);
    });
    app.event('app_mention', async ({ event, client }) => {
      heard.push(`app_mention ${event.ts}`);
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'Hello.' });
    });
    const { ts } = slack.say({ user: ann, channel: general, text: `<@${bot}> hi` });
    const reply = await slack.until(() => slack.messages(general, ts)[1]);
    expect(reply).toMatchObject({ text: 'Hello.', threadTs: ts, user: bot });
    await slack.until(() => slack.deliveries.length === 3 && slack.deliveries.every(({ state }) => state === 'acked'));
    expect(heard).toEqual([`message ${ts}`, `app_mention ${ts}`]);
  });

  test('that fails to process an event gets it again', async () => {
    const { slack, clock, ann, dm } = await openOffice(closers);
    const app = await startApp(slack);
    app.refusing = true;
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    const seen = async (count: number): Promise<void> => {
      while (app.retries.length < count)
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
    };
    await seen(1);
    app.refusing = false;
    clock.advance(3000);
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    expect(app.retries).toEqual([0, 1]);
  });

  test('reconnects when asked to, and when its socket breaks', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    await startApp(slack, 200);
    slack.refreshSockets();
    expect(slack.socketCount).toBe(0);
    await slack.until(() => slack.socketCount === 1);
    slack.dropSockets();
    await slack.until(() => slack.socketCount === 0);
    slack.say({ user: ann, channel: dm, text: 'Are you there?' });
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
  });

  test('gets a redelivered event, marked as a retry', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const app = await startApp(slack);
    slack.say({ user: ann, channel: dm, text: 'Hello.' });
    await slack.until(() => slack.deliveries[0]?.state === 'acked');
    slack.redeliverLast();
    await slack.until(() => slack.deliveries[0]?.attempts[1]?.outcome === 'acked');
    expect(app.retries).toEqual([0, 1]);
  });

  test('gets any event sent with deliver', async () => {
    const { slack, ann, dm } = await openOffice(closers);
    const app = await startApp(slack);
    const homes: string[] = [];
    app.event('app_home_opened', async ({ event }) => {
      homes.push(event.user);
    });
    slack.deliver({ type: 'app_home_opened', user: ann, channel: dm, tab: 'messages', event_ts: '1771460700.333100' });
    await slack.until(() => slack.deliveries[0]?.state === 'acked' && homes.length === 1);
  });
});
