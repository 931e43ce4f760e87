import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { delta, DONE, endAfter, events, finish, held, RawServer, refuses, text } from './raw-server.js';
import { until } from '../support/until.js';
import { Bench, IDLE_TIMEOUT_MS, KEY, readable, rest, TIMEOUT_MS } from './support.js';

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

const whole = events(text('Whole'), finish('stop'), DONE);
const nothing = (): void => undefined;

describe('what a stream holds', () => {
  it('tokens from the cache are told apart', async () => {
    const usage = { prompt_tokens: 1_200, completion_tokens: 5, total_tokens: 1_205, prompt_tokens_details: { cached_tokens: 1_024 } };
    server.says(events(text('Hi'), finish('stop'), { choices: [], usage }, DONE));
    expect((await new Bench(server.url).all('hello')).at(-1)).toEqual({
      type: 'done',
      finishReason: 'stop',
      usage: { promptTokens: 1_200, cachedTokens: 1_024, completionTokens: 5 },
    });
  });

  it('a refusal is the answer', async () => {
    server.says(events(delta({ refusal: 'I cannot ' }), delta({ refusal: 'do that.' }), finish('stop'), DONE));
    expect(readable(await new Bench(server.url).all('hello'))).toBe('I cannot do that.');
  });

  it('reasoning, an empty choice list and comments are no text', async () => {
    const azureFirst = { choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
    server.says(events(azureFirst, delta({ role: 'assistant', reasoning_content: 'Hm.' }), text('Hi'), finish('stop'), DONE));
    await expect(new Bench(server.url).all('hello')).resolves.toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'done', finishReason: 'stop' },
    ]);
  });

  it('an answer filtered before its first word is done, not empty', async () => {
    server.says(events(finish('content_filter'), DONE));
    await expect(new Bench(server.url).all('hello')).resolves.toEqual([{ type: 'done', finishReason: 'content_filter' }]);
  });
});

describe('a broken stream is begun again', () => {
  it.each([
    ['a chunk that is not JSON', events(text('Half'), '{"choices": [')],
    ['an end without a finish reason', endAfter(text('Half'))],
    ['[DONE] without a finish reason', events(text('Half'), DONE)],
    ['an overloaded server', events(text('Half'), { error: { message: 'Overloaded', type: 'server_error' } })],
    ['a rate limit told as a number', events(text('Half'), { error: { message: 'Slow down', code: 429 } })],
    ['an error of one word', events(text('Half'), { error: 'oops' })],
    ['a chunk of null', events(text('Half'), 'null')],
  ])('%s', async (_what, say) => {
    server.says(say, whole);
    const bench = new Bench(server.url);
    await expect(bench.all('hello')).resolves.toEqual([
      { type: 'text', text: 'Half' },
      { type: 'restart' },
      { type: 'text', text: 'Whole' },
      { type: 'done', finishReason: 'stop' },
    ]);
    expect(bench.retries).toHaveLength(1);
  });

  it('a cut connection', async () => {
    const { say, cut } = held(events(text('Half')));
    server.says(say, whole);
    const answer = new Bench(server.url).ask('hello');
    await answer.next();
    await cut();
    expect((await rest(answer)).map(({ type }) => type)).toEqual(['restart', 'text', 'done']);
  });

  it('silence in the middle', async () => {
    server.says(events(text('Half')), whole);
    const bench = new Bench(server.url);
    const answer = bench.ask('hello');
    await expect(answer.next()).resolves.toMatchObject({ value: { text: 'Half' } });
    const remaining = rest(answer);
    await bench.clock.untilSleeping();
    await bench.clock.advance(IDLE_TIMEOUT_MS - 1);
    expect(bench.retries).toEqual([]);
    await bench.clock.advance(1);
    expect((await remaining).map(({ type }) => type)).toEqual(['restart', 'text', 'done']);
    await server.requests[0]?.closed;
  });

  it('a long answer that breaks gets as much time as the first try', async () => {
    server.says(events(text('Half')), refuses(503, { message: 'Not now' }, { 'retry-after': '50' }), whole);
    const bench = new Bench(server.url);
    const answer = bench.ask('hello');
    await answer.next();
    await bench.clock.advance(10 * TIMEOUT_MS);
    const remaining = rest(answer);
    await bench.clock.untilSleeping();
    await bench.clock.advance(IDLE_TIMEOUT_MS);
    expect(readable(await remaining)).toBe('Whole');
  });

  it('only once for each time that text came', async () => {
    const down = refuses(500, { message: 'Boom' });
    server.says(events(text('Half'), DONE), down, down, whole);
    expect((await new Bench(server.url).all('hello')).map(({ type }) => type)).toEqual(['text', 'restart', 'text', 'done']);
  });
});

describe('no stream that breaks is begun again', () => {
  it('when all of the answer had come: only its usage is missing', async () => {
    const { say, cut } = held(events(text('Whole'), finish('stop')));
    server.says(say);
    const bench = new Bench(server.url);
    const answer = bench.ask('hello');
    await answer.next();
    await cut();
    await expect(rest(answer)).resolves.toEqual([{ type: 'done', finishReason: 'stop' }]);
    expect(bench.retries).toEqual([]);
  });

  it.each([
    ['no_quota', { message: 'You exceeded your current quota', type: 'insufficient_quota' }],
    ['context_too_long', { message: 'Too long', code: 'context_length_exceeded' }],
    ['content_filter', { message: 'Filtered', code: 'content_filter' }],
    ['bad_request', { message: 'Wrong', type: 'invalid_request_error' }],
    ['bad_request', { message: 'Wrong', code: 400 }],
  ])('for %s: %j', async (problem, error) => {
    server.says(events(text('Half'), { error }));
    const bench = new Bench(server.url);
    await expect(bench.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem });
    expect(bench.retries).toEqual([]);
  });

  it('when a web page comes instead', async () => {
    server.says((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>Sign in</html>');
    });
    await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({
      problem: 'bad_request',
      message: expect.stringContaining('OPENAI_BASE_URL'),
    });
  });
});

describe('time', () => {
  it.each([
    ['no response', nothing],
    ['a stream without text', events(delta({ role: 'assistant', content: '' }))],
  ])('%s until the deadline is unavailable', async (_what, say) => {
    server.says(say);
    const bench = new Bench(server.url);
    const failed = bench.failure('hello');
    await bench.clock.untilSleeping();
    await bench.clock.advance(TIMEOUT_MS);
    await expect(failed).resolves.toMatchObject({ problem: 'unavailable' });
    await server.requests[0]?.closed;
  });

  it('a model that thinks for longer than the idle time is let think', async () => {
    const { say, more } = held(events(delta({ role: 'assistant', content: '' })));
    server.says(say);
    const bench = new Bench(server.url);
    const answered = bench.all('hello');
    await bench.clock.untilSleeping();
    await bench.clock.advance(IDLE_TIMEOUT_MS + 1);
    await more(text('Thought'), finish('stop'), DONE);
    expect(readable(await answered)).toBe('Thought');
    expect(bench.retries).toEqual([]);
  });

  it.each(['reasoning_content', 'reasoning'])('a model whose %s streams is let think, however long it takes', async (field) => {
    const { say, more } = held(events());
    server.says(say);
    const bench = new Bench(server.url);
    const answered = bench.all('hello');
    await bench.clock.untilSleeping();
    for (let sign = 1; sign <= 3; sign += 1) {
      await bench.clock.advance(TIMEOUT_MS - 1);
      await more(delta({ [field]: 'Hm. ' }));
      await until(() => bench.clock.sleeping[0] === TIMEOUT_MS, 'more time');
    }
    await more(text('Thought'), finish('stop'), DONE);
    await expect(answered).resolves.toEqual([{ type: 'text', text: 'Thought' }, { type: 'done', finishReason: 'stop' }]);
    expect(bench.retries).toEqual([]);
  });

  it('a model that falls silent while it thinks is asked again, with as much time as the first try', async () => {
    const { say, more } = held(events());
    server.says(say, refuses(503, { message: 'Not now' }, { 'retry-after': '50' }), whole);
    const bench = new Bench(server.url);
    const answered = bench.all('hello');
    await bench.clock.untilSleeping();
    await bench.clock.advance(1);
    await more(delta({ reasoning: 'Hm. ' }));
    await until(() => bench.clock.sleeping[0] === TIMEOUT_MS, 'more time');
    await bench.clock.advance(TIMEOUT_MS);
    expect(readable(await answered)).toBe('Whole');
    expect(bench.retries).toMatchObject([{ status: undefined }, { status: 503, waitMs: 50_000 }]);
  });

  it.each([
    ['retry-after-ms', '1500', 1_500],
    ['retry-after', '3', 3_000],
    ['retry-after', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['retry-after', 'soon', 500],
    ['retry-after', '0', 500],
  ])('%s: %s is a wait of %i ms at least', async (name, value, waitMs) => {
    server.says(refuses(429, { message: 'Slow down' }, { [name]: value }), whole);
    const bench = new Bench(server.url);
    await bench.all('hello');
    expect(bench.retries).toMatchObject([{ waitMs }]);
  });
});

describe('an abort', () => {
  const stop = new Error('told to stop');

  it('in the middle of a stream throws its reason and ends the request', async () => {
    server.says(events(text('Half')));
    const bench = new Bench(server.url);
    const controller = new AbortController();
    const answer = bench.ask('hello', controller.signal);
    await answer.next();
    const next = answer.next();
    await bench.clock.untilSleeping();
    controller.abort(stop);
    await expect(next).rejects.toBe(stop);
    await server.requests[0]?.closed;
    expect(bench.clock.sleeping).toEqual([]);
    expect(bench.retries).toEqual([]);
  });

  it('before the response throws its reason', async () => {
    server.says(nothing);
    const bench = new Bench(server.url);
    const controller = new AbortController();
    const next = bench.ask('hello', controller.signal).next();
    await bench.clock.untilSleeping();
    controller.abort(stop);
    await expect(next).rejects.toBe(stop);
  });

  it('by a reader who goes away ends the request', async () => {
    server.says(events(text('Half')));
    const answer = new Bench(server.url).ask('hello');
    await answer.next();
    await answer.return?.();
    await server.requests[0]?.closed;
  });
});

describe('what is sent', () => {
  it("the key, and the settings' headers and query", async () => {
    server.says(whole);
    await new Bench(server.url, { headers: { 'api-key': 'azure' }, query: { 'api-version': '2024-10-21' } }).all('hello');
    const [request] = server.requests;
    expect(request?.url).toBe('/v1/chat/completions?api-version=2024-10-21');
    expect(request?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'api-key': 'azure' });
  });

  it('no Authorization when there is no key', async () => {
    server.says(whole);
    await new Bench(server.url, { keyless: true }).all('hello');
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});
