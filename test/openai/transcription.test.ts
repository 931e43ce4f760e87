import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config/config.js';
import type { Transcriber } from '../../src/core/ports.js';
import { openAiTranscriber } from '../../src/openai/transcription.js';
import { redirectedFetch } from '../../src/ops/fetch.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { until } from '../support/until.js';
import { KEY } from './support.js';

type Say = (response: ServerResponse) => void;

let requests: { url: string | undefined; key: string | undefined; body: string }[];
let says: Say[];
let clock: FakeClock;
let logger: RecordingLogger;
const { signal } = new AbortController();
const BYTES = Buffer.from('knit');
/** Looks like no key of OpenAI's. */
const PROXY_KEY = 'wool-and-needles';

const server = createServer((request: IncomingMessage, response: ServerResponse) => void answer(request, response));
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const part of request) body += String(part);
  requests.push({ url: request.url, key: request.headers.authorization, body });
  const say = says.length > 1 ? says.shift() : says[0];
  say?.(response);
}
const json =
  (body: object, status = 200): Say =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

beforeEach(async () => {
  [requests, says, clock, logger] = [[], [], new FakeClock(), new RecordingLogger()];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function transcriberWith(more: Partial<OpenAiConfig> = {}): Transcriber {
  const config: OpenAiConfig = {
    apiKey: KEY,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    api: 'chat',
    model: 'test-model',
    transcriptionModel: 'listener',
    headers: {},
    query: {},
    timeoutMs: 60_000,
    idleTimeoutMs: 30_000,
    ...more,
  };
  const made = openAiTranscriber(config, { clock, logger, fetch: redirectedFetch() });
  if (!made) throw new Error('there is none');
  return made;
}
const costOf = (model: string, bytes: number, more: Partial<OpenAiConfig> = {}): number | undefined => {
  const { baseUrl: _, ...config } = { baseUrl: '', api: 'chat', model: '', headers: {}, query: {} } as OpenAiConfig;
  const own = { ...config, transcriptionModel: model, timeoutMs: 1, idleTimeoutMs: 1, ...more };
  return openAiTranscriber(own, { clock, logger })?.estimate(bytes).costUsd;
};

test('without a model nothing is transcribed', () => {
  expect(openAiTranscriber({ model: 'x' } as OpenAiConfig, { clock, logger })).toBeUndefined();
});

test('a recording is sent with its format, and without the name that a person gave it', async () => {
  says = [json({ text: 'Knit one.' })];
  expect(await transcriberWith().transcribe(BYTES, 'mp3', signal)).toEqual({ text: 'Knit one.' });
  // Nothing waits for its time to be over.
  expect(clock.sleeping).toEqual([]);
  const [{ url, key, body } = { url: '', key: '', body: '' }] = requests;
  expect([url, key]).toEqual(['/v1/audio/transcriptions', `Bearer ${KEY}`]);
  expect(body).toMatch(/filename="recording\.mp3"[^]*\r\n\r\nknit\r\n/);
  expect(body).toMatch(/name="model"\r\n\r\nlistener\r\n/);
});

describe('what it uses', () => {
  test.each([
    [{ type: 'duration', seconds: 90 }, 0.03],
    [{ type: 'tokens', input_tokens: 900, output_tokens: 30 }, 0.03],
  ])('is what the service says: %j', async (usage, costUsd) => {
    says = [json({ text: 'Knit', usage })];
    const models = new Map([['listener', { minuteUsd: 0.02 }]]);
    const { usage: told } = await transcriberWith({ models }).transcribe(BYTES, 'mp3', signal);
    expect(told?.costUsd).toBeCloseTo(costUsd, 6);
  });

  test('costs what its tokens cost, where that is the price', async () => {
    says = [json({ text: 'Knit', usage: { type: 'tokens', input_tokens: 1_000, output_tokens: 100 } })];
    const models = new Map([['listener', { price: { inputUsd: 2, cachedInputUsd: 2, outputUsd: 10 } }]]);
    const { usage } = await transcriberWith({ models }).transcribe(BYTES, 'mp3', signal);
    expect(usage).toEqual({ promptTokens: 1_000, cachedTokens: 0, completionTokens: 100, costUsd: 0.003 });
  });

  test('is estimated by its bytes: a minute of little speech has 240,000', () => {
    expect(costOf('gpt-transcribe', 240_000)).toBeCloseTo(0.0045, 6);
    expect(costOf('whisper-1', 240_000)).toBeCloseTo(0.006, 6);
    expect(costOf('gpt-4o-transcribe', 240_000)).toBeCloseTo(0.0039, 6);
  });

  test('has no price elsewhere', () => {
    expect(transcriberWith({ transcriptionModel: 'whisper-1' }).hasPrice).toBe(false);
    expect(costOf('unknown', 1)).toBeUndefined();
  });
});

describe('a service that fails', () => {
  test('is asked again', async () => {
    says = [json({ error: { message: 'busy' } }, 503), json({ text: 'Knit' })];
    const heard = transcriberWith().transcribe(BYTES, 'mp3', signal);
    await until(() => clock.sleeping.length === 2, 'the pause');
    await clock.advance(8_000);
    expect((await heard).text).toBe('Knit');
  });

  test.each([
    [json({ error: { message: `no such format for ${KEY}, ${PROXY_KEY}` } }, 400), 'bad_request'],
    [json({ error: { message: 'large' } }, 413), 'context_too_long'],
    [json({ error: { message: 'key' } }, 401), 'bad_key'],
  ])('is asked once where that does not help', async (say, problem) => {
    says = [say];
    const error: unknown = await transcriberWith({ headers: { 'x-proxy-key': PROXY_KEY } })
      .transcribe(BYTES, 'mp3', signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ModelError', problem });
    for (const secret of [KEY, PROXY_KEY]) expect(String(error)).not.toContain(secret);
    expect(requests).toHaveLength(1);
  });

  test('that stays silent is given up', async () => {
    says = [() => {}];
    const heard = transcriberWith()
      .transcribe(BYTES, 'mp3', signal)
      .catch((thrown: unknown) => thrown);
    await until(() => requests.length === 1, 'the request');
    await clock.advance(120_000);
    expect(await heard).toMatchObject({ name: 'ModelError', problem: 'unavailable' });
    expect(clock.sleeping).toEqual([]);
  });

  test('is left when its answer is no longer wanted', async () => {
    says = [() => {}];
    const stop = new AbortController();
    const heard = transcriberWith().transcribe(BYTES, 'mp3', stop.signal);
    await until(() => requests.length === 1, 'the request');
    stop.abort(new Error('enough'));
    await expect(heard).rejects.toThrow('enough');
    expect(clock.sleeping).toEqual([]);
  });
});
