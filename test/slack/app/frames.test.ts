/** Whatever comes from Slack, or claims to: the app lives, and everything is acknowledged or refused. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import * as fc from 'fast-check';
import { createIntake } from '../../../src/conversation/intake.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import { SlackApp } from '../../../src/slack/app/app.js';
import type { FeatureServices } from '../../../src/slack/app/feature.js';
import { readIncoming } from '../../../src/slack/app/incoming.js';
import { interactions } from '../../../src/slack/app/interactions.js';
import { messages } from '../../../src/slack/app/messages.js';
import { stops } from '../../../src/slack/app/stops.js';
import { help } from '../../../src/slack/features/help.js';
import { suggestedPrompts } from '../../../src/slack/features/suggested-prompts.js';
import { FakeClock } from '../../support/clock.js';
import { FakeQueue, RecordingLogger } from '../../support/doubles.js';
import { freePort } from '../../support/free-port.js';
import { RawSlack, type RawSocket } from '../../support/raw-slack.js';
import { SIGNING_SECRET, signedHeaders } from '../../support/signed-request.js';
import { ANN, channelMessage, directMessage, DM, envelope, type Fields, OPTIONS, TEAM } from '../inbound/payloads.js';

let log: RecordingLogger;
let app: SlackApp;
let unhandled: unknown[];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled = [];
  log = new RecordingLogger();
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await app.stop();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** The app as the bot builds it, without Redis. */
function appWith(receiver: { appToken: string; apiUrl: string } | { signingSecret: string }): SlackApp {
  const clock = new FakeClock();
  const workspaces = { of: async () => ({ client: { token: 'xoxb-1' } as WebClient, bot: OPTIONS.bot }) };
  const intake = createIntake({
    store: memoryStore(),
    queue: new FakeQueue(),
    threadReplies: 'auto',
    edits: 'regenerate',
  });
  const acts = interactions({ submit: async () => {} }, log);
  return new SlackApp({
    ...receiver,
    workspaces,
    beforeAck: [
      messages({ workspaces, intake, allowExternalUsers: false, dmReplies: 'thread', logger: log }),
      acts,
      stops({ workspaces, stop: async () => false, clock }),
    ],
    features: [help, suggestedPrompts],
    interactions: acts,
    services: {} as FeatureServices,
    suggestedPrompts: [{ title: 'Hello', message: 'hello' }],
    clock,
    slackClock: clock,
    logger: log,
  });
}

const odd = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, {}, [], '', 'x', 7, true, [null], { id: null }, { type: 7 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
/** `whole` with some of its fields odd or missing. */
const spoilt = (whole: Fields): fc.Arbitrary<Fields> =>
  fc
    .subarray(Object.keys(whole), { maxLength: Math.min(4, Object.keys(whole).length) })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, fc.option(odd, { nil: undefined })]))))
    .map((fields) => ({ ...whole, ...fields }));
const deep = fc.integer({ min: 100, max: 1_000 }).map((levels) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)));

const event = fc
  .oneof(
    spoilt(channelMessage('hello', { item: {}, channel_id: 'C1', assistant_thread: {}, message: {} })),
    spoilt({ ...directMessage('hello'), subtype: 'message_changed', message: {}, previous_message: {} }),
    spoilt({ type: 'app_home_opened', tab: 'home', channel: DM, user: ANN }),
    spoilt({ type: 'agent_session_stopped', channel: DM, thread_ts: '1.1', streaming_message_ts: [] }),
    spoilt({ type: 'reaction_added', user: ANN, item: { channel: DM, ts: '1.1' } }),
    spoilt({ type: 'function_executed', inputs: {}, function: {}, bot_access_token: 'x' }),
    fc.tuple(deep).map(([blocks]) => channelMessage('hello', { blocks })),
    odd,
  )
  .chain((inner) =>
    spoilt({ ...envelope({}), event: inner, response_url: 'x', response_urls: [], enterprise_id: 'E1' }),
  );
const interaction = fc
  .constantFrom(
    'block_actions',
    'view_submission',
    'shortcut',
    'message_action',
    'view_closed',
    'block_suggestion',
    'x',
  )
  .chain((type) =>
    spoilt({
      type,
      trigger_id: '1.1',
      user: { id: ANN, team_id: TEAM },
      team: { id: TEAM },
      enterprise: null,
      channel: { id: DM },
      actions: [{ action_id: 'a', value: 'v' }],
      view: { id: 'V1', callback_id: 'c', state: { values: {} } },
      callback_id: 'c',
      message: { ts: '1.1' },
      container: { message_ts: '1.1' },
      response_url: 'https://127.0.0.1/x',
      response_urls: [],
      is_enterprise_install: false,
      function_data: {},
      bot_access_token: 'x',
    }),
  );
const command = spoilt({
  command: '/skein',
  text: 'help',
  trigger_id: '1.1',
  team_id: TEAM,
  user_id: ANN,
  channel_id: DM,
  response_url: 'https://127.0.0.1/x',
  is_enterprise_install: 'false',
});
const other = fc.oneof(
  spoilt({ type: 'app_rate_limited', team_id: TEAM, minute_rate_limited: 1, api_app_id: 'A1' }),
  spoilt({ type: 'url_verification', challenge: 'abc' }),
  spoilt({ ssl_check: '1' }),
  odd,
  deep,
);
const payload: fc.Arbitrary<unknown> = fc.oneof({ weight: 3, arbitrary: event }, interaction, command, other);

/** Lines that an operator sees. */
const shown = (): number => log.lines.filter(({ level }) => level !== 'debug').length;

describe('over a socket', () => {
  let slack: RawSlack;
  beforeEach(async () => {
    slack = await RawSlack.start();
    app = appWith({ appToken: 'xapp-1', apiUrl: slack.apiUrl });
    await app.open(0);
  });
  afterEach(() => slack.stop());

  let sent = 0;
  /** Sends what must be acknowledged, and waits for that. */
  async function expectAlive(): Promise<RawSocket> {
    const [socket] = slack.sockets as [RawSocket];
    sent += 1;
    const id = `alive-${sent}`;
    socket.send({ envelope_id: id, type: 'events_api', payload: envelope({ type: 'app_home_opened' }) });
    await slack.until(() => socket.ackedIds.includes(id) || socket.isClosed);
    expect(socket.isClosed).toBe(false);
    return socket;
  }

  const wellFormed = fc.record({
    type: fc.constantFrom('events_api', 'interactive', 'slash_commands'),
    payload,
    accepts_response_payload: fc.boolean(),
  });
  const malformed = fc
    .record(
      {
        envelope_id: fc.oneof(odd, fc.constant('x'.repeat(5_000))),
        type: fc.oneof(fc.constantFrom('events_api', 'hello', 'error', 'constructor'), odd),
        payload,
        retry_attempt: odd,
        retry_reason: odd,
        accepts_response_payload: odd,
      },
      { requiredKeys: [] },
    )
    .filter(({ type }) => type !== 'disconnect');
  const raw = fc.oneof(
    fc.string(),
    fc.constantFrom('', '{', 'null', '[]', '7', '"x"', 'true', '[{"type":"hello"}]', '\uFEFF{}', 'Ping from Slack'),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  );

  test('every envelope with an event is acknowledged, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wellFormed, { minLength: 1, maxLength: 4 }), async (envelopes) => {
        const before = shown();
        const ids = envelopes.map((frame, at) => {
          const id = `e${(sent += 1)}-${at}`;
          slack.sockets[0]?.send({ envelope_id: id, ...frame });
          return id;
        });
        const socket = await expectAlive();
        const due = envelopes.flatMap(({ payload: given }, at) => {
          const incoming = readIncoming(JSON.parse(JSON.stringify(given)));
          const isEvent = incoming.kind === 'payload' && incoming.body['event'] !== undefined;
          const isNothing = incoming.kind === 'rate_limited' || (incoming.kind === 'unusable' && incoming.ack);
          return isEvent || isNothing ? [ids[at] as string] : [];
        });
        await slack.until(() => due.every((id) => socket.ackedIds.includes(id)));
        expect(shown() - before).toBeLessThanOrEqual(envelopes.length);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test('anything else does no harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(malformed, raw), { minLength: 1, maxLength: 4 }), async (frames) => {
        const before = shown();
        for (const frame of frames) slack.sockets[0]?.send(frame);
        await expectAlive();
        expect(shown() - before).toBeLessThanOrEqual(frames.length);
      }),
      { numRuns: 500 },
    );
    expect(slack.sockets).toHaveLength(1);
  }, 60_000);

  test.each([
    ['four megabytes', JSON.stringify('x'.repeat(4 * 1024 * 1024))],
    ['200,000 levels', '['.repeat(200_000) + ']'.repeat(200_000)],
  ])('%s are no problem', async (_, text) => {
    const given = JSON.stringify(envelope(channelMessage('hello', { blocks: '(here)' }))).replace('"(here)"', text);
    slack.sockets[0]?.send(`{"envelope_id":"big","type":"events_api","payload":${given}}`);
    slack.sockets[0]?.send(`{"envelope_id":"odd","type":"events_api","payload":${text}}`);
    slack.sockets[0]?.send(text);
    const socket = await expectAlive();
    await slack.until(() => ['big', 'odd'].every((id) => socket.ackedIds.includes(id)));
  });
});

describe('over HTTP', () => {
  let url: string;
  beforeEach(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/slack/events`;
    app = appWith({ signingSecret: SIGNING_SECRET });
    await app.open(port);
  });

  async function statusOf(body: string, contentType?: string): Promise<number> {
    const response = await fetch(url, { method: 'POST', body, headers: signedHeaders(body, contentType) });
    await response.arrayBuffer();
    return response.status;
  }

  test('every request has an answer, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(payload, fc.boolean(), async (given, inForm) => {
        const before = shown();
        const json = JSON.stringify(given);
        const body = inForm ? String(new URLSearchParams({ payload: json })) : json;
        const status = await statusOf(body, inForm ? 'application/x-www-form-urlencoded' : undefined);
        const incoming = readIncoming(JSON.parse(json));
        const isEvent = incoming.kind === 'payload' && incoming.body['event'] !== undefined;
        expect(isEvent ? [200] : [200, 404, 500]).toContain(status);
        expect(shown() - before).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test('so has what is no JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom('application/json', 'text/plain', ''), async (body, type) => {
        expect([200, 400]).toContain(await statusOf(body, type));
      }),
    );
  }, 60_000);
});
