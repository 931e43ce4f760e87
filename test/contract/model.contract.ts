/** Contract suite of `Model`, run on every API against a server that sends exactly the bytes it is told to. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FinishReason, Usage } from '../../src/core/ports.js';
import type { Dialect } from '../openai/dialects.js';
import { END, events, held, type Part, plainBody, RawServer, refuses, type Say } from '../openai/raw-server.js';
import { Bench, IDLE_TIMEOUT_MS, KEY, readable, rest, TIMEOUT_MS } from '../openai/support.js';
import { until } from '../support/until.js';

const stop = new Error('told to stop');
const USAGE: Usage = { promptTokens: 1_200, cachedTokens: 1_024, cacheWriteTokens: 100, completionTokens: 5 };
const HALF_HOUR_MS = 30 * 60_000;
const silence = (): void => undefined;

export function modelContract(
  name: string,
  { api, path, text, refusal, nothing, thinks, finish, fails }: Dialect,
): void {
  const answer = (...words: string[]): Say => events(nothing, ...words.map(text), ...finish('stop'));
  const whole = answer('Whole');
  const brokenAfterHalf = events(text('Half'), END);
  const down = refuses(500, { message: 'Boom' });

  describe(`a model over ${name}`, () => {
    let server: RawServer;
    beforeAll(async () => {
      server = await RawServer.start();
    });
    afterAll(() => server.stop());

    const bench = (settings: ConstructorParameters<typeof Bench>[1] = {}): Bench =>
      new Bench(server.url, { api, ...settings });

    describe('an answer', () => {
      test('comes piece by piece, with its usage at the end', async () => {
        const usage: Usage = { promptTokens: 1_200, cachedTokens: 1_024, cacheWriteTokens: 100, completionTokens: 5 };
        server.says(events(nothing, text('Hi '), nothing, text('you'), ...finish('stop', usage)));
        await expect(bench().all('hello')).resolves.toEqual([
          { type: 'text', text: 'Hi ' },
          { type: 'text', text: 'you' },
          { type: 'done', finishReason: 'stop', usage },
        ]);
      });

      test('may be a refusal', async () => {
        server.says(events(refusal('I cannot '), refusal('do that.'), ...finish('stop')));
        expect(readable(await bench().all('hello'))).toBe('I cannot do that.');
      });

      test.each<FinishReason>(['stop', 'length', 'content_filter'])('ends with %s', async (reason) => {
        server.says(events(text('Hi'), ...finish(reason)));
        await expect(bench().all('hello')).resolves.toEqual([
          { type: 'text', text: 'Hi' },
          { type: 'done', finishReason: reason },
        ]);
      });

      test('that was filtered before its first word is done, not empty', async () => {
        server.says(events(...finish('content_filter')));
        await expect(bench().all('hello')).resolves.toEqual([{ type: 'done', finishReason: 'content_filter' }]);
      });

      test('does not contain the raw reasoning', async () => {
        server.says(events(thinks, thinks, text('Hi'), ...finish('stop')));
        await expect(bench().all('hello')).resolves.toEqual([
          { type: 'text', text: 'Hi' },
          { type: 'done', finishReason: 'stop' },
        ]);
      });

      test('is complete if the stream breaks after its finish reason', async () => {
        const { say, cut } = held(events(text('Whole'), ...finish('stop').slice(0, 1)));
        server.says(say);
        const asked = bench();
        const reading = asked.ask('hello');
        await reading.next();
        await cut();
        await expect(rest(reading)).resolves.toEqual([{ type: 'done', finishReason: 'stop' }]);
        expect(asked.retries).toEqual([]);
      });

      test('is complete with [DONE], whether or not a reason comes before it', async () => {
        server.says(events(text('Whole'), '[DONE]', END), whole);
        const asked = bench();
        await expect(asked.all('hello')).resolves.toEqual([
          { type: 'text', text: 'Whole' },
          { type: 'done', finishReason: 'stop' },
        ]);
        expect(server.requests).toHaveLength(1);
      });

      test.each<[string, Part[], number]>([
        ['its reason', finish('stop').slice(0, 1), 1_000],
        ['[DONE]', ['[DONE]'], 500],
        ['its reason and its usage', finish('stop', USAGE).filter((part) => part !== END && part !== '[DONE]'), 500],
      ])('does not wait long for what comes behind %s', async (_, ending, waitMs) => {
        server.says(events(text('Whole'), ...ending));
        const asked = bench();
        const answered = asked.all('hello');
        await until(() => asked.clock.sleeping[0] === waitMs, 'a short wait');
        await asked.clock.advance(waitMs);
        await expect(answered).resolves.toMatchObject([
          { type: 'text', text: 'Whole' },
          { type: 'done', finishReason: 'stop' },
        ]);
        await server.requests[0]?.closed;
      });

      test('is over a second after its reason, whatever the server goes on sending', async () => {
        const { say, more } = held(events(text('Whole'), ...finish('stop').slice(0, 1)));
        server.says(say);
        const asked = bench();
        const answered = asked.all('hello');
        await until(() => asked.clock.sleeping[0] === 1_000, 'a short wait');
        await asked.clock.advance(600);
        await more(nothing);
        await until(() => asked.clock.sleeping[0] === 400, 'the rest of the wait');
        await asked.clock.advance(400);
        expect((await answered).at(-1)).toEqual({ type: 'done', finishReason: 'stop' });
      });

      test('that does not come to an end ends after half an hour, like one that is too long', async () => {
        server.says(events(text('On and on')));
        const asked = bench({ idleTimeoutMs: 2 * HALF_HOUR_MS });
        const answered = asked.all('hello');
        await until(() => asked.clock.sleeping[0] === HALF_HOUR_MS, 'the wait for more');
        await asked.clock.advance(HALF_HOUR_MS);
        await expect(answered).resolves.toEqual([
          { type: 'text', text: 'On and on' },
          { type: 'done', finishReason: 'length' },
        ]);
      });

      test('of which there is only thinking for half an hour is none, and not asked for again', async () => {
        server.says(events(thinks));
        const asked = bench({ timeoutMs: 2 * HALF_HOUR_MS });
        const failure = asked.failure('hello');
        await until(() => server.requests.length === 1, 'the request');
        await asked.clock.advance(HALF_HOUR_MS);
        expect(await failure).toMatchObject({ problem: 'empty' });
        expect(server.requests).toHaveLength(1);
      });

      test('passes over events that say nothing', async () => {
        const { say, more } = held((response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write('data:\n\ndata: null\n\nevent: ping\n\n: hello\n\n');
        });
        server.says(say);
        const answered = bench().all('hello');
        await more(text('Who'), 'null', '', ' ', text('le'), ...finish('stop'));
        expect(readable(await answered)).toBe('Whole');
        expect(server.requests).toHaveLength(1);
      });

      test('does not contain what the model thinks between tags', async () => {
        server.says(events(text('<thi'), text('nk>Hm.</th'), text('ink>\n'), text('<b>Hi'), ...finish('stop')));
        await expect(bench().all('hello')).resolves.toEqual([
          { type: 'text', text: '<b>Hi' },
          { type: 'done', finishReason: 'stop' },
        ]);
      });

      test('may end with half of such a tag', async () => {
        server.says(events(text('<thi'), ...finish('stop')));
        expect(readable(await bench().all('hello'))).toBe('<thi');
      });

      test('is requested with the key, headers and query from the settings', async () => {
        server.says(whole);
        await bench({ headers: { 'api-key': 'azure' }, query: { 'api-version': '2024-10-21' } }).all('hello');
        const [request] = server.requests;
        expect(request?.url).toBe(`/v1${path}?api-version=2024-10-21`);
        expect(request?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'api-key': 'azure' });
        expect(request?.body).toMatchObject({ model: 'test-model', stream: true });
      });

      test('is requested without Authorization if there is no key', async () => {
        server.says(whole);
        await bench({ keyless: true }).all('hello');
        expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
      });

      test('comes from a model with a name', () => {
        expect(bench().model.name).toBe('test-model');
      });
    });

    describe('a broken stream is restarted', () => {
      test.each<[string, Say]>([
        ['an event that is not JSON', events(text('Half'), '{"choices": [')],
        ['an end before the end of the answer', brokenAfterHalf],
        [
          'an overloaded server',
          events(text('Half'), fails({ message: 'Overloaded', type: 'server_error', code: 'server_error' })),
        ],
        ['a rate limit', events(text('Half'), fails({ message: 'Slow down', code: 'rate_limit_exceeded' }))],
        ['a rate limit with a numeric code', events(text('Half'), fails({ message: 'Slow down', code: '429' }))],
        ['an error of one word', events(text('Half'), { error: 'oops' })],
      ])('%s', async (_what, say) => {
        server.says(say, whole);
        const asked = bench();
        await expect(asked.all('hello')).resolves.toEqual([
          { type: 'text', text: 'Half' },
          { type: 'restart' },
          { type: 'text', text: 'Whole' },
          { type: 'done', finishReason: 'stop' },
        ]);
        expect(asked.retries).toHaveLength(1);
      });

      test('a cut connection', async () => {
        const { say, cut } = held(events(text('Half')));
        server.says(say, whole);
        const reading = bench().ask('hello');
        await reading.next();
        await cut();
        expect((await rest(reading)).map(({ type }) => type)).toEqual(['restart', 'text', 'done']);
      });

      test('silence in the middle', async () => {
        server.says(events(text('Half')), whole);
        const asked = bench();
        const reading = asked.ask('hello');
        await expect(reading.next()).resolves.toMatchObject({ value: { text: 'Half' } });
        const remaining = rest(reading);
        await asked.clock.untilSleeping();
        await asked.clock.advance(IDLE_TIMEOUT_MS - 1);
        expect(asked.retries).toEqual([]);
        await asked.clock.advance(1);
        expect((await remaining).map(({ type }) => type)).toEqual(['restart', 'text', 'done']);
        await server.requests[0]?.closed;
      });

      test('with the full timeout again, however long the answer took before', async () => {
        server.says(events(text('Half')), refuses(503, { message: 'Not now' }, { 'retry-after': '50' }), whole);
        const asked = bench();
        const reading = asked.ask('hello');
        await reading.next();
        await asked.clock.advance(10 * TIMEOUT_MS);
        const remaining = rest(reading);
        await asked.clock.untilSleeping();
        await asked.clock.advance(IDLE_TIMEOUT_MS);
        expect(readable(await remaining)).toBe('Whole');
      });

      test('with one `restart` each time text had come, none for failures in between', async () => {
        server.says(brokenAfterHalf, down, down, whole);
        expect((await bench().all('hello')).map(({ type }) => type)).toEqual(['text', 'restart', 'text', 'done']);
      });
    });

    describe('an empty answer', () => {
      test('is requested once more', async () => {
        server.says(answer(), whole);
        const asked = bench();
        expect((await asked.all('hello')).map(({ type }) => type)).toEqual(['text', 'done']);
        expect(asked.retries).toMatchObject([{ problem: 'empty' }]);
      });

      test('is reported with its usage', async () => {
        const usage: Usage = { promptTokens: 1_200, cachedTokens: 1_024, cacheWriteTokens: 100, completionTokens: 5 };
        server.says(events(nothing, ...finish('stop', usage)), whole);
        expect((await bench().all('hello'))[0]).toEqual({ type: 'restart', usage });
        server.says(events(nothing, ...finish('length', usage)));
        expect(await bench().failure('hello')).toMatchObject({ problem: 'empty', usage });
      });

      test('twice is a failure', async () => {
        server.says(answer());
        await expect(bench().failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem: 'empty' });
        expect(server.requests).toHaveLength(2);
      });

      test('is one of reasoning whose tag is not closed', async () => {
        server.says(events(text('<think>Hm.'), ...finish('stop')));
        await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'empty' });
        expect(server.requests).toHaveLength(2);
      });

      test('of only reasoning, cut at the token limit, is not requested again', async () => {
        server.says(events(thinks, ...finish('length')));
        await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'empty' });
        expect(server.requests).toHaveLength(1);
      });
    });

    describe('a refused request is retried', () => {
      test.each([408, 409, 429, 500, 502, 503, 529])('after status %i', async (status) => {
        server.says(refuses(status, { message: 'Not now' }), whole);
        const asked = bench();
        expect(readable(await asked.all('hello'))).toBe('Whole');
        expect(asked.retries).toMatchObject([{ status, waitMs: 500 }]);
      });

      test.each([
        ['retry-after-ms', '1500', 1_500],
        ['retry-after', '3', 3_000],
        ['retry-after', 'Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
        ['retry-after', 'soon', 500],
        ['retry-after', '0', 500],
      ])('after %s: %s in %i ms at the earliest', async (header, value, waitMs) => {
        server.says(refuses(429, { message: 'Slow down' }, { [header]: value }), whole);
        const asked = bench();
        await asked.all('hello');
        expect(asked.retries).toMatchObject([{ attempt: 1, status: 429, waitMs, problem: 'rate_limited' }]);
        expect(asked.elapsed).toBe(waitMs);
      });

      test('but not if the required wait is longer than the timeout', async () => {
        server.says(refuses(429, { message: 'Slow down' }, { 'retry-after': String(TIMEOUT_MS / 1_000) }));
        const asked = bench();
        await expect(asked.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem: 'rate_limited' });
        expect(server.requests).toHaveLength(1);
        expect(asked.elapsed).toBe(0);
      });

      test('after a rate limit that does not say how long, for as long as there is time', async () => {
        server.says(refuses(429, { message: 'Slow down' }));
        const asked = bench();
        await expect(asked.failure('hello')).resolves.toMatchObject({
          problem: 'rate_limited',
          message: '429 Slow down',
        });
        expect(asked.elapsed).toBeGreaterThan(TIMEOUT_MS - 8_000);
        expect(asked.elapsed).toBeLessThan(TIMEOUT_MS);
      });

      test('up to five attempts in all, after waits that double', async () => {
        server.says(down);
        const asked = bench();
        await expect(asked.failure('hello')).resolves.toMatchObject({ problem: 'unavailable', message: '500 Boom' });
        expect(asked.retries.map(({ waitMs }) => waitMs)).toEqual([500, 1_000, 2_000, 4_000]);
        expect(server.requests).toHaveLength(5);
      });

      test('also if the server cannot be reached', async () => {
        const gone = await RawServer.start();
        const asked = new Bench(gone.url, { api });
        await gone.stop();
        await expect(asked.failure('hello')).resolves.toMatchObject({
          problem: 'unavailable',
          message: expect.stringContaining('ECONNREFUSED'),
        });
        expect(asked.retries).toHaveLength(4);
      });
    });

    describe('a problem that a retry cannot solve is not retried', () => {
      test.each([
        ['bad_key', 401, { message: 'Incorrect API key provided: sk-tes***cdef', code: 'invalid_api_key' }],
        ['bad_key', 403, { message: 'Country, region, or territory not supported' }],
        ['unknown_model', 403, { message: 'Project does not have access to model', code: 'model_not_found' }],
        ['no_quota', 429, { message: 'You exceeded your current quota', code: 'insufficient_quota' }],
        ['no_quota', 402, { message: 'Insufficient Balance' }],
        ['unknown_model', 404, { message: 'The model `x` does not exist', code: 'model_not_found' }],
        ['unknown_model', 404, { message: 'model "x" not found' }],
        ['context_too_long', 400, { message: 'Too long', code: 'context_length_exceeded' }],
        [
          'context_too_long',
          400,
          { message: "This model's maximum context length is 4096 tokens.", type: 'BadRequestError' },
        ],
        ['content_filter', 400, { message: 'The response was filtered', code: 'content_filter' }],
        [
          'content_filter',
          400,
          { message: 'Your prompt was flagged, see /docs/guides/reasoning', code: 'invalid_prompt' },
        ],
        ['bad_request', 400, { message: "Unsupported value: 'temperature'", code: 'unsupported_value' }],
        ['bad_request', 422, { message: 'Unprocessable' }],
      ])('%s, for a %i that says %j', async (problem, status, error) => {
        server.says(refuses(status, error));
        const asked = bench();
        await expect(asked.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem });
        expect(asked.retries).toEqual([]);
      });

      test.each([
        ['no_quota', { message: 'You exceeded your current quota', code: 'insufficient_quota' }],
        ['context_too_long', { message: 'Too long', code: 'context_length_exceeded' }],
        ['content_filter', { message: 'Filtered', code: 'content_filter' }],
        ['content_filter', { message: 'Flagged', code: 'cyber_policy' }],
        ['bad_request', { message: 'Wrong', code: 'invalid_request_error' }],
        ['bad_request', { message: 'Wrong', code: '400' }],
      ])('%s in the middle of the stream: %j', async (problem, error) => {
        server.says(events(text('Half'), fails(error)));
        const asked = bench();
        await expect(asked.failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem });
        expect(asked.retries).toEqual([]);
      });

      test.each([
        ['no_quota', { message: 'Insufficient credits', code: 402 }],
        ['no_quota', { message: 'Insufficient credits', code: '402' }],
        ['bad_key', { message: 'No such key', code: 'invalid_api_key' }],
        ['context_too_long', { message: "This model's maximum context length is 4096 tokens", code: 400 }],
      ])('%s, in JSON with status 200: %j', async (problem, error) => {
        server.says(plainBody(JSON.stringify({ error }), 'application/json'));
        await expect(bench().failure('hello')).resolves.toMatchObject({ problem, message: error.message });
        expect(server.requests).toHaveLength(1);
      });

      test.each(['{"status":"ok"}', '[]'])('JSON that is no answer: %s', async (words) => {
        server.says(plainBody(words, 'application/json'));
        await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'bad_request' });
        expect(server.requests).toHaveLength(1);
      });

      test('a web page instead of a stream', async () => {
        server.says((response) => {
          response.writeHead(200, { 'content-type': 'text/html' });
          response.end('<html>Sign in</html>');
        });
        await expect(bench().failure('hello')).resolves.toMatchObject({
          problem: 'bad_request',
          message: expect.stringContaining('OPENAI_BASE_URL'),
        });
      });
    });

    describe('timeouts', () => {
      test.each<[string, Say]>([
        ['no response', silence],
        ['a stream without text', events(nothing)],
      ])('%s until the timeout is unavailable', async (_what, say) => {
        server.says(say);
        const asked = bench();
        const failed = asked.failure('hello');
        await asked.clock.untilSleeping();
        await asked.clock.advance(TIMEOUT_MS);
        await expect(failed).resolves.toMatchObject({ problem: 'unavailable' });
        await server.requests[0]?.closed;
      });

      test('the idle timeout does not apply before the first text', async () => {
        const { say, more } = held(events(nothing));
        server.says(say);
        const asked = bench();
        const answered = asked.all('hello');
        await asked.clock.untilSleeping();
        await asked.clock.advance(IDLE_TIMEOUT_MS + 1);
        await more(text('Thought'), ...finish('stop'));
        expect(readable(await answered)).toBe('Thought');
        expect(asked.retries).toEqual([]);
      });

      test('signs of reasoning restart the timeout, however long the model thinks', async () => {
        const { say, more } = held(events());
        server.says(say);
        const asked = bench();
        const answered = asked.all('hello');
        await asked.clock.untilSleeping();
        for (let sign = 1; sign <= 3; sign += 1) {
          await asked.clock.advance(TIMEOUT_MS - 1);
          await more(thinks);
          await until(() => asked.clock.sleeping[0] === TIMEOUT_MS, 'more time');
        }
        await more(text('Thought'), ...finish('stop'));
        expect(readable(await answered)).toBe('Thought');
        expect(asked.retries).toEqual([]);
      });

      test.each<[string, number, Part]>([
        ['in the middle of the text', IDLE_TIMEOUT_MS, text('Not ')],
        ['before the first text', TIMEOUT_MS, nothing],
      ])(
        "%s, a process that stood still does not take its own pause for the model's",
        async (_when, limitMs, begun) => {
          const { say, more } = held(events(begun));
          server.says(say);
          const asked = bench();
          const answered = asked.all('hello');
          await until(() => asked.clock.sleeping[0] === limitMs, 'the wait for more');
          await asked.clock.stall(10 * limitMs);
          await until(() => asked.clock.sleeping[0] === limitMs, 'more time');
          // Signs of life that are no text.
          await more(nothing);
          await more(text('much.'), ...finish('stop'));
          expect(readable(await answered)).toMatch(/much\.$/);
          expect(asked.retries).toEqual([]);
        },
      );

      test('a model that is silent after the process stood still is asked again', async () => {
        const { say } = held(events(text('Not ')));
        server.says(say, whole);
        const asked = bench();
        const answered = asked.all('hello');
        await until(() => asked.clock.sleeping[0] === IDLE_TIMEOUT_MS, 'the wait for more');
        await asked.clock.stall(10 * IDLE_TIMEOUT_MS);
        await until(() => asked.clock.sleeping[0] === IDLE_TIMEOUT_MS, 'more time');
        await asked.clock.advance(IDLE_TIMEOUT_MS);
        expect(readable(await answered)).toBe('Whole');
        expect(asked.retries).toHaveLength(1);
      });

      test('a model that falls silent while it thinks is asked again, with the full timeout', async () => {
        const { say, more } = held(events());
        server.says(say, refuses(503, { message: 'Not now' }, { 'retry-after': '50' }), whole);
        const asked = bench();
        const answered = asked.all('hello');
        await asked.clock.untilSleeping();
        await asked.clock.advance(1);
        await more(thinks);
        await until(() => asked.clock.sleeping[0] === TIMEOUT_MS, 'more time');
        await asked.clock.advance(TIMEOUT_MS);
        await expect(answered).resolves.toEqual([
          { type: 'text', text: 'Whole' },
          { type: 'done', finishReason: 'stop' },
        ]);
        expect(asked.retries).toMatchObject([{ status: undefined }, { status: 503, waitMs: 50_000 }]);
      });
    });

    describe('an abort', () => {
      test('before the request sends nothing', async () => {
        server.says(whole);
        await expect(rest(bench().ask('hello', AbortSignal.abort(stop)))).rejects.toBe(stop);
        expect(server.requests).toEqual([]);
      });

      test('before the response throws its reason', async () => {
        server.says(silence);
        const asked = bench();
        const controller = new AbortController();
        const next = asked.ask('hello', controller.signal).next();
        await asked.clock.untilSleeping();
        controller.abort(stop);
        await expect(next).rejects.toBe(stop);
      });

      test('in the middle of a stream throws its reason and ends the request', async () => {
        server.says(events(text('Half')));
        const asked = bench();
        const controller = new AbortController();
        const reading = asked.ask('hello', controller.signal);
        await reading.next();
        const next = reading.next();
        await asked.clock.untilSleeping();
        controller.abort(stop);
        await expect(next).rejects.toBe(stop);
        await server.requests[0]?.closed;
        expect(asked.clock.sleeping).toEqual([]);
        expect(asked.retries).toEqual([]);
      });

      test('during the wait before a retry ends the wait', async () => {
        server.says(down);
        const asked = bench();
        const controller = new AbortController();
        asked.onWait = () => controller.abort(stop);
        await expect(rest(asked.ask('hello', controller.signal))).rejects.toBe(stop);
        expect(asked.clock.sleeping).toEqual([]);
        expect(server.requests).toHaveLength(1);
      });

      test('by a consumer that stops reading ends the request', async () => {
        server.says(events(text('Half')));
        const reading = bench().ask('hello');
        await reading.next();
        await reading.return?.();
        await server.requests[0]?.closed;
      });
    });

    test('an error contains no secret, even if the server quotes one', async () => {
      const header = 'azure-key-0123456789';
      server.says(
        refuses(401, {
          message: `Incorrect API key provided: ${KEY}; Received=${header}; and sk-pro***wxyz`,
          code: 'invalid_api_key',
        }),
      );
      const error = (await bench({ headers: { 'x-key': header } }).failure('hello')) as Error;
      const cause = error.cause as Error;
      const everything = [error.message, error.stack, cause.message, cause.stack, JSON.stringify(cause)].join();
      expect(everything).toContain('Incorrect API key provided');
      for (const secret of [KEY, header, 'wxyz', '0123456789']) expect(everything).not.toContain(secret);
    });

    test.each(['message', 'code', 'type'])('an error holds only the beginning of a long %s', async (field) => {
      const prompt = `${'Ada: x\n    at home (x.ts:1:1)\n'.repeat(200)}Ada: in confidence`;
      server.says(refuses(400, { message: 'refused', code: 'odd', type: 'odd', [field]: `Bad input: ${prompt}😀` }));
      const error = (await bench().failure('hello')) as Error;
      const cause = error.cause as Error;
      const everything = [error.message, error.stack, cause.message, cause.stack, JSON.stringify(cause)].join();
      expect(everything).toContain('Bad input: Ada');
      expect(everything).not.toContain('in confidence');
      expect(everything.length).toBeLessThan(10_000);
      expect(cause.stack).toMatch(/^ {4}at .*:\d+:\d+\)?$/m);
    });
  });
}
