import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, KEY, readable, rest, TIMEOUT_MS } from './support.js';

const server = new LLMock({ port: 0 });
const base = (): string => `${server.url}/v1`;

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
});

/** A refusal by the server, once for each time it is queued. */
function refuseNext(status: number, error: { message: string; type?: string; code?: string }, times = 1): void {
  for (let i = 0; i < times; i += 1) server.nextRequestError(status, error);
}

describe('an answer', () => {
  it('comes piece by piece, with its usage at the end', async () => {
    server.onMessage('hello', { content: 'Hi there, you', usage: { prompt_tokens: 10, completion_tokens: 3 } }, { chunkSize: 4 });
    await expect(new Bench(base()).all('hello')).resolves.toEqual([
      { type: 'text', text: 'Hi t' },
      { type: 'text', text: 'here' },
      { type: 'text', text: ', yo' },
      { type: 'text', text: 'u' },
      { type: 'done', finishReason: 'stop', usage: { promptTokens: 10, cachedTokens: 0, completionTokens: 3 } },
    ]);
  });

  it('was asked for with the messages as they are, and nothing that is not set', async () => {
    server.onMessage('hello', { content: 'Hi' });
    await new Bench(base()).all('hello');
    expect(server.getLastRequest()?.body).toMatchObject({
      model: 'test-model',
      messages: [
        { role: 'system', content: 'You are a test.' },
        { role: 'user', content: 'hello' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    });
    for (const name of ['temperature', 'max_completion_tokens', 'max_tokens', 'prompt_cache_key', 'reasoning_effort']) {
      expect(server.getLastRequest()?.body).not.toHaveProperty(name);
    }
  });

  it('was asked for with the temperature, the limit and the effort of the settings', async () => {
    server.onMessage('hello', { content: 'Hi' });
    await new Bench(base(), { temperature: 0, maxOutputTokens: 500, reasoningEffort: 'low' }).all('hello');
    expect(server.getLastRequest()?.body).toMatchObject({ temperature: 0, max_completion_tokens: 500, reasoning_effort: 'low' });
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['function_call', 'stop'],
  ])('that ends with %s ends with %s', async (told, finishReason) => {
    server.onMessage('hello', { content: 'Hi', finishReason: told });
    const events = await new Bench(base()).all('hello');
    expect(readable(events)).toBe('Hi');
    expect(events.at(-1)).toMatchObject({ type: 'done', finishReason });
  });

  it('names the model that gives it', () => {
    expect(new Bench(base()).model.name).toBe('test-model');
  });
});

describe('what trying again can cure', () => {
  it('a rate limit is waited out as long as the server asks', async () => {
    server.on(
      { userMessage: 'hello', sequenceIndex: 0 },
      { error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' }, status: 429, retryAfter: 7 },
    );
    server.onMessage('hello', { content: 'Hi' });
    const bench = new Bench(base());
    expect(readable(await bench.all('hello'))).toBe('Hi');
    expect(bench.retries).toEqual([expect.objectContaining({ attempt: 1, status: 429, waitMs: 7_000, problem: 'unavailable' })]);
    expect(bench.elapsed).toBe(7_000);
  });

  it('a rate limit longer than the time there is ends it at once', async () => {
    server.onMessage('hello', { error: { message: 'Slow down' }, status: 429, retryAfter: TIMEOUT_MS / 1_000 });
    const bench = new Bench(base());
    await expect(bench.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem: 'unavailable' });
    expect(server.getRequests()).toHaveLength(1);
    expect(bench.elapsed).toBe(0);
  });

  it.each([408, 409, 500, 502, 503, 529])('status %i is tried again', async (status) => {
    refuseNext(status, { message: 'Not now' });
    server.onMessage('hello', { content: 'Hi' });
    const bench = new Bench(base());
    expect(readable(await bench.all('hello'))).toBe('Hi');
    expect(bench.retries).toMatchObject([{ status, waitMs: 500 }]);
  });

  it('five failures are enough, after waits that double', async () => {
    server.onMessage('hello', { error: { message: 'Boom' }, status: 500 });
    const bench = new Bench(base());
    await expect(bench.failure('hello')).resolves.toMatchObject({ problem: 'unavailable', message: '500 Boom' });
    expect(bench.retries.map(({ waitMs }) => waitMs)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(server.getRequests()).toHaveLength(5);
  });

  it('a server that is not there is unavailable', async () => {
    const gone = new LLMock({ port: 0 });
    await gone.start();
    const url = `${gone.url}/v1`;
    await gone.stop();
    const bench = new Bench(url);
    await expect(bench.failure('hello')).resolves.toMatchObject({
      problem: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(bench.retries).toHaveLength(4);
  });

  it('an answer cut off half-way is begun again', async () => {
    server.on(
      { userMessage: 'hello', sequenceIndex: 0 },
      { content: 'Hi there, you' },
      { chunkSize: 4, latency: 5, truncateAfterChunks: 3 },
    );
    server.onMessage('hello', { content: 'Hi there, you' });
    const bench = new Bench(base());
    expect(readable(await bench.all('hello'))).toBe('Hi there, you');
    expect(bench.retries).toHaveLength(1);
  });

  it('an empty answer is asked for once more', async () => {
    server.on({ userMessage: 'hello', sequenceIndex: 0 }, { content: '' });
    server.onMessage('hello', { content: 'Hi' });
    const bench = new Bench(base());
    expect((await bench.all('hello')).map(({ type }) => type)).toEqual(['text', 'done']);
    expect(bench.retries).toMatchObject([{ problem: 'empty' }]);
  });
});

describe('what trying again cannot cure', () => {
  it.each([
    ['bad_key', 401, { message: 'Incorrect API key provided: sk-tes***cdef', code: 'invalid_api_key' }],
    ['bad_key', 403, { message: 'Country, region, or territory not supported' }],
    ['unknown_model', 403, { message: 'Project does not have access to model', code: 'model_not_found' }],
    ['no_quota', 429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }],
    ['no_quota', 402, { message: 'Insufficient Balance' }],
    ['unknown_model', 404, { message: 'The model `x` does not exist', code: 'model_not_found' }],
    ['unknown_model', 404, { message: 'model "x" not found' }],
    ['context_too_long', 400, { message: 'Too long', code: 'context_length_exceeded' }],
    ['context_too_long', 400, { message: "This model's maximum context length is 4096 tokens.", type: 'BadRequestError' }],
    ['content_filter', 400, { message: 'The response was filtered', code: 'content_filter' }],
    ['content_filter', 400, { message: 'Your prompt was flagged', code: 'invalid_prompt' }],
    ['bad_request', 400, { message: "Unsupported value: 'temperature'", code: 'unsupported_value' }],
    ['bad_request', 422, { message: 'Unprocessable' }],
  ])('%s, for a %i that says %j', async (problem, status, error) => {
    refuseNext(status, error);
    server.onMessage('hello', { content: 'too late' });
    const bench = new Bench(base());
    await expect(bench.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem });
    expect(bench.retries).toEqual([]);
  });

  it('an answer that is empty twice', async () => {
    server.onMessage('hello', { content: '' });
    await expect(new Bench(base()).failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem: 'empty' });
    expect(server.getRequests()).toHaveLength(2);
  });

  it('an answer of nothing but reasoning, up to the limit', async () => {
    server.onMessage('hello', { content: '', finishReason: 'length' });
    await expect(new Bench(base()).failure('hello')).resolves.toMatchObject({ problem: 'empty' });
    expect(server.getRequests()).toHaveLength(1);
  });
});

describe('an abort', () => {
  const stop = new Error('told to stop');

  it('before the start sends nothing', async () => {
    await expect(rest(new Bench(base()).ask('hello', AbortSignal.abort(stop)))).rejects.toBe(stop);
    expect(server.getRequests()).toEqual([]);
  });

  it('while waiting to try again ends the wait', async () => {
    server.onMessage('hello', { error: { message: 'Boom' }, status: 500 });
    const bench = new Bench(base());
    const controller = new AbortController();
    bench.onWait = () => controller.abort(stop);
    await expect(rest(bench.ask('hello', controller.signal))).rejects.toBe(stop);
    expect(bench.clock.sleeping).toEqual([]);
    expect(server.getRequests()).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are in no error, whatever the server quotes', async () => {
    const header = 'azure-key-0123456789';
    const quoted = `Incorrect API key provided: ${KEY}; Received=${header}; and sk-pro***wxyz`;
    server.onMessage('hello', { error: { message: quoted, code: 'invalid_api_key' }, status: 401 });
    const error = (await new Bench(base(), { headers: { 'x-key': header } }).failure('hello')) as Error;
    const cause = error.cause as Error;
    const everything = [error.message, error.stack, cause.message, cause.stack, JSON.stringify(cause)].join();
    expect(everything).toContain('Incorrect API key provided');
    for (const secret of [KEY, header, 'wxyz', '0123456789']) expect(everything).not.toContain(secret);
  });
});
