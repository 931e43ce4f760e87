import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config/config.js';
import type { PictureFile, PictureMaker } from '../../src/core/ports.js';
import { openAiPictures } from '../../src/openai/images.js';
import { redirectedFetch } from '../../src/ops/fetch.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';
import { until } from '../support/until.js';
import { KEY } from './support.js';

type Say = (response: ServerResponse) => void;

let requests: { url: string | undefined; key: string | undefined; body: Buffer }[];
let says: Say[];
let clock: FakeClock;
let logger: RecordingLogger;
const { signal } = new AbortController();
const PNG = Buffer.from('\u0089PNG\r\n\u001A\nfox', 'latin1');
const JPEG = Buffer.from('\u00FF\u00D8\u00FFfox', 'latin1');

const server = createServer((request: IncomingMessage, response: ServerResponse) => void answer(request, response));
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  requests.push({ url: request.url, key: request.headers.authorization, body: Buffer.concat(parts) });
  const say = says.length > 1 ? says.shift() : says[0];
  say?.(response);
}
const json =
  (body: object, status = 200): Say =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const made = (more: object = {}, bytes = PNG): Say => json({ data: [{ b64_json: bytes.toString('base64') }], ...more });

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

const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const PLAIN = { apiKey: KEY, api: 'chat', model: 'm', headers: {}, query: {}, timeoutMs: 1, idleTimeoutMs: 1 } as const;

function makerWith(more: Partial<OpenAiConfig> = {}): PictureMaker {
  const config: OpenAiConfig = { ...PLAIN, baseUrl: `${origin()}/v1`, imageModel: 'painter', ...more };
  const maker = openAiPictures(config, { clock, logger, fetch: redirectedFetch() });
  if (!maker) throw new Error('there is none');
  return maker;
}
const atOpenAi = (imageModel: string, more: Partial<OpenAiConfig> = {}): PictureMaker | undefined =>
  openAiPictures({ ...PLAIN, imageModel, ...more }, { clock, logger });
const make = (maker = makerWith(), from?: PictureFile): ReturnType<PictureMaker['make']> =>
  maker.make('a fox', from, signal);

test('without a model there are no pictures', () => {
  expect(openAiPictures(PLAIN, { clock, logger })).toBeUndefined();
});

test('a picture is made of its description, and of nothing else', async () => {
  says = [made()];
  expect(await make()).toEqual({ picture: { format: 'png', bytes: PNG } });
  const [{ url, key, body } = { url: '', key: '', body: '' }] = requests;
  expect([url, key]).toEqual(['/v1/images/generations', `Bearer ${KEY}`]);
  expect(JSON.parse(String(body))).toEqual({ model: 'painter', prompt: 'a fox' });
});

test.each([
  ['png', PNG],
  ['jpeg', JPEG],
] as const)('a picture is changed, as it is: %s', async (format, bytes) => {
  says = [made({}, JPEG)];
  const { picture } = await make(makerWith({ imageQuality: 'low' }), { format, bytes });
  expect(picture).toEqual({ format: 'jpeg', bytes: JPEG });
  expect(requests[0]?.url).toBe('/v1/images/edits');
  const body = requests[0]?.body ?? Buffer.alloc(0);
  expect(body.includes(bytes)).toBe(true);
  expect(body.toString()).toMatch(new RegExp(`filename="picture\\.${format}"\\r\\ncontent-type: image/${format}`, 'i'));
  for (const [name, value] of [
    ['prompt', 'a fox'],
    ['model', 'painter'],
    ['quality', 'low'],
  ])
    expect(body.toString()).toMatch(new RegExp(`name="${name}"\\r\\n\\r\\n${value}\\r\\n`));
});

describe('a picture that has an address', () => {
  test('is fetched, without the key', async () => {
    says = [json({ data: [{ url: '/made/1.png' }] }), (response) => void response.end(PNG)];
    expect((await make()).picture.bytes).toEqual(PNG);
    expect(requests[1]).toMatchObject({ url: '/made/1.png', key: undefined });
  });

  test('is not fetched from another host without https', async () => {
    says = [json({ data: [{ url: 'http://169.254.169.254/latest' }] })];
    await expect(make()).rejects.toThrow('not an https one');
  });

  test('is none if the address is of something else, and not paid again', async () => {
    says = [json({ data: [{ url: '/made/1.png' }] }), (response) => void response.end('<html>')];
    await expect(make()).rejects.toMatchObject({ name: 'ModelError', problem: 'bad_request' });
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['no address', 'http://', 'bad_request'],
    ['a file', 'file:///etc/passwd', 'bad_request'],
    ['of another kind', 'data:image/png;base64,iVBORw0KGgo=', 'bad_request'],
  ])('is made once, and counted, where that is %s', async (_what, url, problem) => {
    says = [json({ data: [{ url }] })];
    const maker = makerWith();
    await expect(make(maker)).rejects.toMatchObject({ name: 'ModelError', problem, usage: maker.estimate(false) });
    expect(requests).toHaveLength(1);
  });

  test('is made once, and counted, if it breaks off', async () => {
    says = [
      json({ data: [{ url: '/made/1.png?signature=hush' }], usage: { input_tokens: 5, output_tokens: 7 } }),
      (response) => {
        response.writeHead(200, { 'content-length': '9' }).write(PNG.subarray(0, 4));
        response.destroy();
      },
    ];
    const failed = await make().catch((error: unknown) => error);
    const usage = { promptTokens: 5, cachedTokens: 0, completionTokens: 7 };
    expect(failed).toMatchObject({ name: 'ModelError', problem: 'unavailable', usage });
    expect(inspect(failed, { depth: 9 })).not.toContain('hush');
    expect(requests.map(({ url }) => url)).toEqual(['/v1/images/generations', '/made/1.png?signature=hush']);
  });
});

describe('what it uses', () => {
  const usage = {
    input_tokens: 1_100,
    output_tokens: 1_000,
    input_tokens_details: { text_tokens: 100, image_tokens: 1_000 },
  };

  test('is what the service says', async () => {
    says = [made({ usage })];
    const models = new Map([['painter', { price: { inputUsd: 5, cachedInputUsd: 5, outputUsd: 30 } }]]);
    expect((await make(makerWith({ models }))).usage).toEqual({
      promptTokens: 1_100,
      cachedTokens: 0,
      completionTokens: 1_000,
      costUsd: 0.0355,
    });
  });

  test.each(['{}', '{"input_tokens":0,"output_tokens":0}', '{"input_tokens":1e999,"output_tokens":-1}', '[]'])(
    'is unknown where the service counts nothing: %s',
    async (told) => {
      const body = JSON.stringify({ data: [{ b64_json: PNG.toString('base64') }], usage: 'told' });
      says = [
        (response) => void response.setHeader('content-type', 'application/json').end(body.replace('"told"', told)),
      ];
      expect(await make(makerWith())).toEqual({ picture: { format: 'png', bytes: PNG } });
    },
  );

  test('costs what a picture costs, where that is the price', async () => {
    says = [made({ usage })];
    expect((await make(makerWith({ models: new Map([['painter', { imageUsd: 0.02 }]]) }))).usage?.costUsd).toBe(0.02);
  });

  test('is estimated by its quality, and whether it is a change', () => {
    const costs = (['low', 'medium', 'high'] as const).map(
      (imageQuality) => atOpenAi('gpt-image-2.6-flare', { imageQuality })?.estimate(false).costUsd,
    );
    expect(costs).toEqual([0.02, 0.053, 0.218]);
    expect(atOpenAi('gpt-image-2.6-flare')?.estimate(true).costUsd).toBeCloseTo(0.274, 6);
  });

  test('has a price for OpenAI, its snapshots included, and not elsewhere', () => {
    expect(atOpenAi('gpt-image-2-2026-04-21')?.hasPrice).toBe(true);
    expect(atOpenAi('unknown')?.hasPrice).toBe(false);
    expect(makerWith({ imageModel: 'gpt-image-2' }).hasPrice).toBe(false);
  });
});

describe('a service that fails', () => {
  test('is asked again', async () => {
    says = [json({ error: { message: 'busy' } }, 503), made()];
    const picture = make();
    await until(() => clock.sleeping.length === 2, 'the pause');
    await clock.advance(20_000);
    expect((await picture).picture.bytes).toEqual(PNG);
  });

  test.each([
    [{ message: `no such size for ${KEY}` }, 400, 'bad_request'],
    [{ message: 'no', code: 'moderation_blocked' }, 400, 'content_filter'],
    [{ message: 'no', code: 'content_policy_violation' }, 400, 'content_filter'],
    [{ message: 'key' }, 401, 'bad_key'],
  ])('is asked once where that does not help: %j', async (error, status, problem) => {
    says = [json({ error }, status)];
    const failed = make();
    await expect(failed).rejects.toMatchObject({ name: 'ModelError', problem });
    await expect(failed).rejects.not.toThrow(KEY);
    expect(requests).toHaveLength(1);
  });

  test.each([{}, { data: [] }, { data: [{ b64_json: 'Zm94' }] }, { data: [{ b64_json: 7 }] }])(
    'in what it answers is not paid again: %j',
    async (body) => {
      says = [json(body)];
      await expect(make()).rejects.toMatchObject({ name: 'ModelError', problem: 'bad_request' });
      expect(requests).toHaveLength(1);
    },
  );

  test('that stays silent is given up', async () => {
    says = [() => {}];
    const failed = make().catch((failure: unknown) => failure);
    await until(() => requests.length === 1, 'the request');
    await clock.advance(180_000);
    const usage = makerWith().estimate(false);
    expect(await failed).toMatchObject({ name: 'ModelError', problem: 'unavailable', usage });
    expect(clock.sleeping).toEqual([]);
  });

  test('is left when its picture is no longer wanted', async () => {
    let closed = false;
    says = [(response) => void response.once('close', () => (closed = true))];
    const stop = new AbortController();
    const picture = makerWith().make('a fox', undefined, stop.signal);
    await until(() => requests.length === 1, 'the request');
    stop.abort(new Error('enough'));
    await expect(picture).rejects.toThrow('enough');
    await until(() => closed, 'the end of the request');
    expect(clock.sleeping).toEqual([]);
  });
});
