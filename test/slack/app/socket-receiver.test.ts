/** Socket Mode: what is acknowledged, and how the connection is kept. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App, ReceiverEvent } from '@slack/bolt';
import { receiverFor, type SlackReceiver } from '../../../src/slack/app/receivers.js';
import { SlackTokenError } from '../../../src/slack/workspaces/single.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { Gate } from '../../support/gate.js';
import { RawSlack, type RawSocket } from '../../support/raw-slack.js';
import { until } from '../../support/until.js';
import { channelMessage, envelope } from '../inbound/payloads.js';

let slack: RawSlack;
let clock: FakeClock;
let log: RecordingLogger;
let receiver: SlackReceiver;
let taken: ReceiverEvent[];
let fatal: unknown[];
/** What the app does with an event, before it acks. */
let work: (event: ReceiverEvent) => Promise<void>;

beforeEach(async () => {
  slack = await RawSlack.start();
  clock = new FakeClock();
  log = new RecordingLogger();
  taken = [];
  fatal = [];
  work = ({ ack }) => ack();
  receiver = receiverFor({
    appToken: 'xapp-1',
    apiUrl: slack.apiUrl,
    logger: log,
    slackClock: clock,
    onFatal: (error) => void fatal.push(error),
  });
  const app = {
    async processEvent(event: ReceiverEvent) {
      taken.push(event);
      await work(event);
    },
  };
  receiver.init(app as App);
});
afterEach(async () => {
  await receiver.stop();
  await slack.stop();
});

const event = (id: string): object => ({
  envelope_id: id,
  type: 'events_api',
  payload: envelope(channelMessage('hello')),
  accepts_response_payload: false,
});
const told = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);
const warnings = (): string[] => told().filter((line) => line.startsWith('warn'));
const socketAt = (index: number): RawSocket => slack.sockets[index] as RawSocket;

/** Whether an event on the socket comes through. */
async function expectHeard(socket: RawSocket, id: string): Promise<void> {
  socket.send(event(id));
  await slack.until(() => socket.ackedIds.includes(id));
}

describe('an envelope', () => {
  test('is acknowledged when it is stored, on its own socket', async () => {
    await receiver.start();
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    socketAt(0).send({ ...event('e1'), retry_attempt: 2, retry_reason: 'timeout' });
    await until(() => taken.length === 1, 'the event');
    expect(taken[0]).toMatchObject({ retryNum: 2, retryReason: 'timeout', body: { type: 'event_callback' } });
    expect(socketAt(0).acks).toEqual([]);
    stored.open();
    await slack.until(() => socketAt(0).acks.length === 1);
    expect(socketAt(0).acks).toEqual([{ envelope_id: 'e1', payload: {} }]);
  });

  test('whose socket Slack has begun to close gets no ack, and the log says so', async () => {
    await receiver.start();
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    socketAt(0).send(event('e1'));
    await until(() => taken.length === 1, 'the event');
    expect(receiver.connected).toBe(true);
    socketAt(0).beginClose();
    await until(() => !receiver.connected, 'the close frame');
    stored.open();
    const lost = 'debug: cannot send an ack, its socket is closed: Slack will resend the event';
    await until(() => told().includes(lost), 'the line');
  });

  test('that cannot be stored gets no ack', async () => {
    await receiver.start();
    work = async () => {
      throw new Error('Redis is away');
    };
    socketAt(0).send(event('e1'));
    await until(() => told().some((line) => line.startsWith('error: cannot store a payload')), 'the error');
    work = ({ ack }) => ack();
    await expectHeard(socketAt(0), 'e2');
    expect(socketAt(0).ackedIds).toEqual(['e2']);
  });

  test.each([
    ['an object', { response_action: 'clear' }, true, { response_action: 'clear' }],
    ['a text', 'done', true, { text: 'done' }],
    ['nothing', undefined, true, {}],
    ['an object that the envelope does not accept', { text: 'done' }, false, {}],
  ])('is acknowledged with what a listener answers: %s', async (_, answer, accepts, payload) => {
    await receiver.start();
    work = ({ ack }) => ack(answer);
    const body = { type: 'view_submission', user: { id: 'U1' } };
    socketAt(0).send({ envelope_id: 'e1', type: 'interactive', payload: body, accepts_response_payload: accepts });
    await slack.until(() => socketAt(0).acks.length === 1);
    expect(socketAt(0).acks).toEqual([{ envelope_id: 'e1', payload }]);
  });

  test('of a button that nobody handles gets no ack: Slack tells the person', async () => {
    await receiver.start();
    work = async () => {};
    const body = { type: 'block_actions', actions: [], user: { id: 'U1' } };
    socketAt(0).send({ envelope_id: 'e1', type: 'interactive', payload: body, accepts_response_payload: true });
    work = async ({ ack, body: { event: happened } }) => {
      if (happened) await ack();
    };
    await expectHeard(socketAt(0), 'e2');
    expect(socketAt(0).ackedIds).toEqual(['e2']);
  });

  test('about a rate limit is acknowledged, and a flood of them is one line a minute', async () => {
    await receiver.start();
    const limited = { type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1766458020, api_app_id: 'A1' };
    const flood = (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += 1)
        socketAt(0).send({ envelope_id: `e${at}`, type: 'events_api', payload: limited });
      return slack.until(() => socketAt(0).acks.length === to);
    };
    await flood(0, 50);
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { facts: { minute: 1766458020 }, message: expect.stringContaining('Slack is dropping events') },
    ]);
    await flood(50, 60);
    expect(warnings()).toHaveLength(1);
  });
});

/** A connection that was open long enough to count as good. */
async function startWell(): Promise<void> {
  await receiver.start();
  await clock.stall(10_000);
}

describe('a lost connection', () => {
  test('is told with its reason, and is back at once', async () => {
    await startWell();
    socketAt(0).close(1011, 'oops');
    await slack.until(() => slack.sockets.length === 2);
    await until(() => receiver.connected, 'the next socket');
    await expectHeard(socketAt(1), 'e1');
    expect(log.lines).toMatchObject([
      { level: 'info', message: 'connected to Slack' },
      {
        level: 'warn',
        facts: { reason: 'closed by Slack with code 1011 (oops)' },
        message: 'lost the connection to Slack, reconnecting',
      },
      { level: 'info', facts: { awayMs: 0 }, message: 'reconnected to Slack' },
    ]);
  });

  test.each<[string, () => void, () => boolean, string]>([
    [
      'the next handshake gets no answer',
      () => slack.handshakes.push('hang'),
      () => slack.upgrades === 2,
      'no answer to the handshake in 8 seconds',
    ],
    [
      'the next socket says no hello',
      () => slack.handshakes.push('mute'),
      () => slack.sockets.length === 2,
      'no answer to the handshake in 8 seconds',
    ],
    [
      'apps.connections.open gets no answer',
      () => slack.openAnswers.push('hang'),
      () => slack.calls === 2,
      'apps.connections.open: no answer in 8 seconds',
    ],
  ])('is back within ten seconds although %s', async (_, fault, arrived, reason) => {
    await startWell();
    fault();
    const from = clock.now();
    socketAt(0).close();
    await slack.until(arrived);
    await clock.untilSleeping();
    await clock.advance(8_000);
    await until(() => warnings().length === 2, 'the warning');
    expect(warnings()[1]).toContain(reason);
    await clock.untilSleeping();
    await clock.advance(1_000);
    await until(() => receiver.connected, 'the next socket');
    await expectHeard(slack.sockets.at(-1) as RawSocket, 'e1');
    expect(clock.now() - from).toBeLessThanOrEqual(10_000);
    expect(told().at(-1)).toBe('info: reconnected to Slack');
  });

  test.each<[string, () => void, string]>([
    ['a refused handshake', () => slack.handshakes.push(408), 'the handshake was answered with HTTP 408'],
    [
      'an error of Slack',
      () => slack.openAnswers.push({ body: { ok: false, error: 'internal_error' } }),
      'internal_error',
    ],
    [
      'too many sockets',
      () => slack.openAnswers.push({ body: { ok: false, error: 'too_many_websockets' } }),
      'the app has ten sockets open, and Slack allows no more (too_many_websockets): run at most ten processes, or use HTTP',
    ],
    [
      'an answer without an address',
      () => slack.openAnswers.push({ body: { ok: true } }),
      'apps.connections.open: no address in the answer',
    ],
    ['a page instead of an answer', () => slack.openAnswers.push({ status: 502 }), 'apps.connections.open: '],
  ])('is tried again a second later after %s, which is told', async (_, fault, reason) => {
    await startWell();
    fault();
    socketAt(0).close();
    await until(() => warnings().length === 2, 'the warning');
    expect(warnings()[1]).toContain(`cannot connect to Slack, trying again (`);
    expect(warnings()[1]).toContain(reason);
    await clock.untilSleeping();
    await clock.advance(1_000);
    await until(() => receiver.connected, 'the next socket');
  });

  test('is tried again when Slack allows it', async () => {
    await startWell();
    slack.openAnswers.push({
      status: 429,
      headers: { 'retry-after': '30' },
      body: { ok: false, error: 'ratelimited' },
    });
    socketAt(0).close();
    await until(() => warnings().length === 2, 'the warning');
    expect(log.lines.at(-1)).toMatchObject({
      facts: { retryInMs: 30_000 },
      message: expect.stringContaining('Slack asks to wait (HTTP 429)'),
    });
    await clock.untilSleeping();
    await clock.advance(29_999);
    expect(slack.calls).toBe(2);
    await clock.advance(1);
    await until(() => receiver.connected, 'the next socket');
  });

  test('is tried again every ten seconds at most, with a line a minute for the same reason', async () => {
    await startWell();
    const failure = { body: { ok: false, error: 'internal_error' } };
    slack.openAnswers.push(...Array.from({ length: 12 }, () => failure));
    socketAt(0).close();
    const pauses: number[] = [];
    for (let calls = 2; calls < 14; calls += 1) {
      await slack.until(() => slack.calls === calls);
      await until(() => clock.sleeping.length === 1 && clock.sleeping[0] !== 8_000, 'the pause');
      const [pause = 0] = clock.sleeping;
      pauses.push(pause);
      await clock.advance(pause);
    }
    await until(() => receiver.connected, 'the next socket');
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(pauses.slice(4).every((pause) => pause >= 5_000)).toBe(true);
    expect(warnings().length - 1).toBeLessThanOrEqual(3);
  });

  test('that breaks at once each time is not opened in a busy loop', async () => {
    await receiver.start();
    socketAt(0).close();
    await until(() => warnings().length === 1 && clock.sleeping.length === 1, 'the pause');
    const [pause = 0] = clock.sleeping;
    expect(pause).toBeGreaterThanOrEqual(500);
    expect(slack.calls).toBe(1);
    await clock.advance(pause);
    await slack.until(() => slack.sockets.length === 2);
  });

  test('that only looks open is noticed within ten seconds', async () => {
    await startWell();
    slack.answersPings = false;
    // What has come before is seen at the first ping.
    await clock.advance(10_000);
    await until(() => warnings().length === 1, 'the warning');
    expect(log.lines.at(-1)).toMatchObject({ facts: { reason: 'Slack has fallen silent' } });
    await slack.until(() => slack.sockets.length === 2 && socketAt(0).isClosed);
    await until(() => receiver.connected, 'the next socket');
  });

  test('is none while Slack answers pings and sends nothing', async () => {
    await receiver.start();
    for (let pings = 1; pings <= 8; pings += 1) {
      await clock.advance(2_500);
      await slack.until(() => socketAt(0).pings === pings);
      // The answer to the ping is here before this one.
      await expectHeard(socketAt(0), `e${pings}`);
    }
    expect(warnings()).toEqual([]);
    expect(slack.sockets).toHaveLength(1);
  });

  test('is none after the process stood still', async () => {
    await receiver.start();
    await clock.stall(600_000);
    await expectHeard(socketAt(0), 'e1');
    expect(warnings()).toEqual([]);
  });
});

describe('a connection that Slack renews', () => {
  test.each(['refresh_requested', 'warning'])('is never away (%s)', async (reason) => {
    await startWell();
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    socketAt(0).send(event('before'));
    await until(() => taken.length === 1, 'the event');
    let wasAway = false;
    const watching = setInterval(() => (wasAway ||= !receiver.connected), 1);
    socketAt(0).send({ type: 'disconnect', reason, debug_info: {} });
    await slack.until(() => slack.sockets.length === 2);
    await until(() => told().length === 2, 'the renewal');
    stored.open();
    await slack.until(() => socketAt(0).ackedIds.includes('before'));
    // Slack may send to either while both are open.
    await expectHeard(socketAt(0), 'old');
    await expectHeard(socketAt(1), 'new');
    socketAt(0).close();
    await slack.until(() => socketAt(0).isClosed);
    await expectHeard(socketAt(1), 'after');
    clearInterval(watching);
    expect(wasAway).toBe(false);
    expect(told()).toEqual(['info: connected to Slack', 'info: renewed the connection to Slack without a gap']);
  });

  test('is closed by us if Slack does not', async () => {
    await startWell();
    socketAt(0).send({ type: 'disconnect', reason: 'warning' });
    await slack.until(() => slack.sockets.length === 2);
    await until(() => told().length === 2, 'the renewal');
    await clock.stall(10_000);
    await slack.until(() => socketAt(0).isClosed);
    expect(receiver.connected).toBe(true);
    expect(warnings()).toEqual([]);
  });

  test('is told to be lost if the next one is not open in time', async () => {
    await startWell();
    slack.openAnswers.push('hang');
    socketAt(0).send({ type: 'disconnect', reason: 'warning' });
    await slack.until(() => slack.calls === 2);
    socketAt(0).close();
    await until(() => warnings().length === 1, 'the loss');
    expect(receiver.connected).toBe(false);
    expect(log.lines.at(-1)).toMatchObject({ facts: { reason: 'Slack renews it' } });
  });

  test('is no renewal if Slack says that there are too many', async () => {
    await startWell();
    socketAt(0).send({ type: 'disconnect', reason: 'too_many_websockets' });
    socketAt(0).close();
    await until(() => warnings().length === 1, 'the loss');
    const loss = log.lines.find(({ level }) => level === 'warn');
    expect(loss).toMatchObject({ facts: { reason: expect.stringContaining('at most ten processes') } });
  });
});

describe('a token that Slack refuses', () => {
  const refused = { body: { ok: false, error: 'invalid_auth' } };

  test('fails the start', async () => {
    slack.openAnswers.push(refused);
    await expect(receiver.start()).rejects.toThrow(SlackTokenError);
    expect(warnings()).toEqual([]);
  });

  test('is fatal later', async () => {
    await startWell();
    slack.openAnswers.push(refused);
    socketAt(0).close();
    await until(() => fatal.length === 1, 'the error');
    expect(String(fatal[0])).toContain('Slack refuses SLACK_APP_TOKEN (invalid_auth). Copy it again');
  });
});

describe('stopping', () => {
  test('waits for the ack of what was taken, takes nothing new and closes', async () => {
    await receiver.start();
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    socketAt(0).send(event('e1'));
    await until(() => taken.length === 1, 'the event');
    const stopped = receiver.stop();
    socketAt(0).send(event('e2'));
    await socketAt(0).pong();
    stored.open();
    await stopped;
    await slack.until(() => socketAt(0).isClosed);
    expect(socketAt(0).ackedIds).toEqual(['e1']);
    expect(taken).toHaveLength(1);
    expect(receiver.connected).toBe(false);
    expect(warnings()).toEqual([]);
  });

  test('ends the wait for a connection', async () => {
    slack.openAnswers.push({ body: { ok: false, error: 'internal_error' } });
    const started = receiver.start();
    await until(() => warnings().length === 1, 'the warning');
    await receiver.stop();
    await expect(started).rejects.toThrow('stopped');
    expect(fatal).toEqual([]);
  });

  test('ends a handshake', async () => {
    slack.handshakes.push('hang');
    const started = receiver.start();
    await slack.until(() => slack.upgrades === 1);
    await receiver.stop();
    await expect(started).rejects.toThrow('stopped');
  });
});
