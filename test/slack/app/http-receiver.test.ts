/** Events over HTTP: every request has an answer, soon. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { App, ReceiverEvent } from '@slack/bolt';
import { receiverFor, type SlackReceiver } from '../../../src/slack/app/receivers.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { freePort } from '../../support/free-port.js';
import { Gate } from '../../support/gate.js';
import { serverOf } from '../../support/server-of.js';
import { SIGNING_SECRET, signedHeaders } from '../../support/signed-request.js';
import { until } from '../../support/until.js';
import { channelMessage, envelope } from '../inbound/payloads.js';

const FORM = 'application/x-www-form-urlencoded';
const EVENT = JSON.stringify(envelope(channelMessage('hello')));

let clock: FakeClock;
let log: RecordingLogger;
let receiver: SlackReceiver;
let port: number;
let taken: ReceiverEvent[];
let work: (event: ReceiverEvent) => Promise<void>;

beforeEach(async () => {
  clock = new FakeClock();
  log = new RecordingLogger();
  taken = [];
  work = ({ ack }) => ack();
  port = await freePort();
  receiver = receiverFor({
    signingSecret: SIGNING_SECRET,
    logger: log,
    slackClock: clock,
  });
  const app = {
    async processEvent(event: ReceiverEvent) {
      taken.push(event);
      await work(event);
    },
  };
  receiver.init(app as App);
  await receiver.start(port);
});
afterEach(() => receiver.stop());

function request(body: string, headers: Record<string, string> = signedHeaders(body)): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', body, headers });
}

const lines = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);

describe('a signed request', () => {
  test('is answered when it is stored', async () => {
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    let isAnswered = false;
    const answer = request(EVENT, { ...signedHeaders(EVENT), 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'x' });
    void answer.then(() => (isAnswered = true));
    await until(() => taken.length === 1, 'the event');
    expect(taken[0]).toMatchObject({ retryNum: 2, retryReason: 'x', body: { type: 'event_callback' } });
    expect(isAnswered).toBe(false);
    stored.open();
    expect((await answer).status).toBe(200);
  });

  test('with a command or a button is read from a form', async () => {
    work = ({ ack }) => ack({ text: 'done' });
    const command = String(new URLSearchParams({ command: '/skein', text: 'help & more' }));
    const button = String(new URLSearchParams({ payload: '{"type":"block_actions","actions":[]}' }));
    for (const body of [command, button]) {
      for (const type of [FORM, `${FORM}; charset=utf-8`]) {
        const answer = await request(body, signedHeaders(body, type));
        expect(await answer.json()).toEqual({ text: 'done' });
      }
    }
    expect(taken.map(({ body }) => body)).toEqual([
      { command: '/skein', text: 'help & more' },
      { command: '/skein', text: 'help & more' },
      { type: 'block_actions', actions: [] },
      { type: 'block_actions', actions: [] },
    ]);
  });

  test.each<[string, (event: ReceiverEvent) => Promise<void>, string, number]>([
    ['is a 500 if it cannot be stored', () => Promise.reject(new Error('Redis is away')), EVENT, 500],
    ['is a 404 at once if nobody handles it', async () => {}, '{"type":"block_actions","actions":[]}', 404],
    ['is a 404 for the command of another app', async () => {}, '{"command":"/weather"}', 404],
    ['is a 200 for an event that nobody listens to', async () => {}, EVENT, 200],
  ])('%s', async (_, does, body, status) => {
    work = does;
    expect((await request(body)).status).toBe(status);
  });

  test('that is stored at the last moment is acknowledged', async () => {
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
      await new Gate().opened;
    };
    const answer = request(EVENT);
    await until(() => taken.length === 1, 'the event');
    stored.open();
    await clock.advance(2_500);
    expect((await answer).status).toBe(200);
    expect(lines()).toEqual([]);
  });

  test('that takes too long is answered before Slack gives up', async () => {
    const stored = new Gate();
    work = () => stored.opened;
    const answer = request(EVENT);
    await until(() => taken.length === 1, 'the event');
    await clock.advance(2_500);
    expect((await answer).status).toBe(500);
    stored.open();
    expect(lines()).toEqual(['warn: storing a payload takes too long: Slack will resend it']);
  });

  test.each([
    ['null', 'null', 200],
    ['a list', '[1]', 200],
    ['a number', '7', 200],
    ['a rate limit', '{"type":"app_rate_limited","minute_rate_limited":1}', 200],
    ['an event without content', '{"type":"event_callback"}', 200],
    ['no JSON', '{"type":', 400],
    ['nothing', '', 400],
  ])('with %s is answered, and told in one line', async (_, body, status) => {
    expect((await request(body)).status).toBe(status);
    expect((await request(body)).status).toBe(status);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatch(/^warn: /);
    expect(taken).toEqual([]);
  });

  test('that checks the address is answered with its challenge', async () => {
    const answer = await request('{"type":"url_verification","challenge":"abc"}');
    expect([answer.status, await answer.json()]).toEqual([200, { challenge: 'abc' }]);
    expect((await request('{"type":"url_verification","challenge":{}}')).status).toBe(200);
  });
});

describe('a request that Slack did not sign', () => {
  test('is refused, and a flood of them is one line', async () => {
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await request(EVENT, signedHeaders(EVENT, 'application/json', 'another'))).status).toBe(401);
    }
    expect((await request(EVENT, {})).status).toBe(401);
    expect(lines()).toEqual([
      'warn: refused an HTTP request: it is too large, or not signed with SLACK_SIGNING_SECRET',
    ]);
    expect(taken).toEqual([]);
  });

  test('is answered if it only checks the connection, whatever else it says', async () => {
    const body = String(new URLSearchParams({ ssl_check: '1', payload: EVENT }));
    expect((await request(body, { 'content-type': FORM })).status).toBe(200);
    expect(taken).toEqual([]);
  });

  test('is refused if it is too large', async () => {
    const body = JSON.stringify('x'.repeat(5 * 1024 * 1024));
    // The connection is closed before all is sent.
    const status = await request(body).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(taken).toEqual([]);
  });
});

test('errors of the server while it listens are one line a minute, and the next request is answered', async () => {
  const server = await serverOf(() => fetch(`http://127.0.0.1:${port}/`));
  for (let n = 0; n < 3; n += 1) server.emit('error', new Error('accept EMFILE'));
  expect(lines()).toEqual(['warn: cannot accept a connection from Slack']);
  expect((await request(EVENT)).status).toBe(200);
});

test('a port that is taken fails the start, and is named with its setting', async () => {
  const other = receiverFor({ signingSecret: SIGNING_SECRET, logger: log, slackClock: clock });
  await expect(other.start(port)).rejects.toThrow(
    `PORT is ${port}, but another program is using it: choose another port`,
  );
  expect(lines()).toEqual([]);
});

test('nothing is at other paths', async () => {
  for (const path of ['/', '/slack/events', '/constructor', '//', '/%zz']) {
    expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404);
  }
});

describe('stopping', () => {
  async function halfRequest(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => {
      socket.write('POST /slack/events HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\n{', () => resolve());
    });
    return socket;
  }

  test('ends although a client has sent half a request', async () => {
    const socket = await halfRequest();
    expect((await request(EVENT)).status).toBe(200);
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    expect(receiver.connected).toBe(true);
    await receiver.stop();
    await closed;
    expect(receiver.connected).toBe(false);
  });

  test('answers what was taken, and takes nothing new', async () => {
    const stored = new Gate();
    work = async ({ ack }) => {
      await stored.opened;
      await ack();
    };
    const answer = request(EVENT);
    await until(() => taken.length === 1, 'the event');
    const stopped = receiver.stop();
    await expect(request(EVENT)).rejects.toThrow();
    stored.open();
    expect((await answer).status).toBe(200);
    await stopped;
    expect(taken).toHaveLength(1);
  });
});

test('a port that is taken fails the start, and is named with its setting', async () => {
  const other = receiverFor({ signingSecret: SIGNING_SECRET, logger: log, slackClock: clock });
  await expect(other.start(port)).rejects.toThrow(
    `PORT is ${port}, but another program is using it: choose another port`,
  );
  await other.stop();
});
