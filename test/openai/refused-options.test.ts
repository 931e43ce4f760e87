/** What a server refuses to be told is left out: one answer, and no word of it to people. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { OpenAiConfig } from '../../src/config/config.js';
import { CHAT, RESPONSES } from './dialects.js';
import { events, RawServer, refuses, type Say } from './raw-server.js';
import { Bench, readable } from './support.js';

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

const whole = events(CHAT.text('Whole'), ...CHAT.finish('stop'));
const ALL = { temperature: 0.2, maxOutputTokens: 500, reasoningEffort: 'low' } as const;
const SENT = ['stream_options', 'temperature', 'max_completion_tokens', 'reasoning_effort'] as const;

/** A body that is no OpenAI error. */
function answers(status: number, words: unknown): Say {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(words));
  };
}

const sent = (): Record<string, unknown>[] => server.requests.map(({ body }) => body);
/** The ways in which servers name an argument. */
const FORMS: [server: string, says: (name: string) => Say][] = [
  [
    'OpenAI',
    (name) =>
      refuses(400, {
        message: `Unsupported parameter: '${name}' is not supported with this model.`,
        param: name,
        code: 'unsupported_parameter',
      }),
  ],
  [
    'OpenAI, for a value',
    (name) =>
      refuses(400, {
        message: `Unsupported value: '${name}' does not support this with this model.`,
        param: name,
        code: 'unsupported_value',
      }),
  ],
  [
    'Azure',
    (name) => refuses(400, { message: `Unrecognized request argument supplied: ${name}`, param: null, code: null }),
  ],
  [
    'Mistral',
    (name) =>
      answers(422, {
        object: 'error',
        message: {
          detail: [
            { type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted', input: 'hello' },
          ],
        },
        type: 'invalid_request_error',
      }),
  ],
  [
    'FastAPI',
    (name) =>
      answers(422, {
        detail: [{ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted' }],
      }),
  ],
  [
    'vLLM',
    (name) =>
      answers(400, {
        object: 'error',
        message: `[{'type': 'extra_forbidden', 'loc': ('body', '${name}'), 'msg': 'Extra inputs are not permitted'}]`,
        type: 'BadRequestError',
        param: null,
        code: 400,
      }),
  ],
  [
    'Gemini',
    (name) =>
      answers(400, [
        {
          error: {
            code: 400,
            message: `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
            status: 'INVALID_ARGUMENT',
          },
        },
      ]),
  ],
  [
    'LiteLLM',
    (name) =>
      refuses(400, {
        message: `litellm.UnsupportedParamsError: groq does not support parameters: {'${name}': 1}, for model=x`,
        type: 'None',
        param: 'None',
        code: '400',
      }),
  ],
  [
    'OpenRouter',
    (name) =>
      refuses(400, {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: `{"error":{"message":"Unknown field: ${name}"}}` },
      }),
  ],
  ['Ollama', (name) => answers(400, { error: `json: unknown field "${name}"` })],
  ['Cohere', (name) => answers(422, { message: `unknown field: parameter '${name}' is not a valid field` })],
  ['a proxy, inside the stream', (name) => events({ error: { message: `Unknown argument ${name}`, code: '400' } })],
];

describe.each(FORMS)('%s', (_, refusal) => {
  test.each(SENT)('is told %s once, and never again', async (name) => {
    server.says(refusal(name), whole);
    const bench = new Bench(server.url, ALL);
    expect(readable(await bench.all('hello'))).toBe('Whole');
    expect(readable(await bench.all('hello'))).toBe('Whole');
    expect(bench.elapsed).toBe(0);
    expect(bench.retries).toEqual([]);
    expect(sent().map((body) => name in body)).toEqual([true, false, false]);
    const others = SENT.filter((other) => other !== name);
    expect(sent()[1]).toMatchObject(Object.fromEntries(others.map((other) => [other, sent()[0]?.[other]])));
  });

  test('is told no more of an argument that it did not get', async () => {
    server.says(refusal('temperature'), whole);
    await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ name: 'ModelError' });
  });
});

test('max_completion_tokens becomes max_tokens', async () => {
  server.says(refuses(400, { message: 'Unknown field: max_completion_tokens' }), whole);
  await new Bench(server.url, ALL).all('hello');
  expect(sent().map(({ max_tokens: max }) => max)).toEqual([undefined, 500]);
});

test.each([
  ['temperature', 'OPENAI_TEMPERATURE'],
  ['reasoning_effort', 'OPENAI_REASONING_EFFORT'],
])('%s, which an operator set, is left out with one warning', async (name, setting) => {
  const refusal = refuses(400, { message: `Unknown field: ${name}` });
  server.says(refusal, refusal, whole);
  const bench = new Bench(server.url, ALL);
  // Both are asked before the first is refused.
  await Promise.all([bench.all('hello'), bench.all('hello')]);
  await bench.all('hello');
  expect(bench.warnings).toEqual([`the model server refuses ${name}: ${setting} has no effect`]);
});

test.each<OpenAiConfig['api']>(['chat', 'responses'])('OpenAI itself may refuse the cache key (%s)', async (api) => {
  // As no other server is told it, requests to OpenAI's address are answered here.
  const real = globalThis.fetch;
  globalThis.fetch = (_, init) => real(`${server.url}/any`, init);
  try {
    const dialect = api === 'chat' ? CHAT : RESPONSES;
    server.says(
      refuses(400, { message: 'Unrecognized request arguments supplied: prompt_cache_key, safety_identifier' }),
      events(dialect.text('Whole'), ...dialect.finish('stop')),
    );
    expect(readable(await new Bench('https://api.openai.com/v1', { api }).all('hello'))).toBe('Whole');
    expect(sent().map((body) => 'prompt_cache_key' in body)).toEqual([true, false]);
  } finally {
    globalThis.fetch = real;
  }
});

test('any combination is refused one by one, all at once, or again and again, each at most once', async () => {
  const optional = [...SENT, 'system role'] as const;
  const plan = fc.record({
    refused: fc.shuffledSubarray([...optional]),
    together: fc.boolean(),
    answers: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ refused, together, answers: inTheEnd }) => {
      const names = together && refused.length > 0 ? [refused.join(' and ')] : refused;
      const refusals = names.map((name) => refuses(422, { message: `Not permitted: ${name}` }));
      const last = refuses(422, { message: `Not permitted: ${optional.join(', ')}` });
      server.says(...refusals, inTheEnd ? whole : last);
      const bench = new Bench(server.url, ALL);
      if (inTheEnd) expect(readable(await bench.all('hello'))).toBe('Whole');
      else expect(await bench.failure('hello')).toMatchObject({ problem: 'bad_request' });
      const calls = refusals.length + 1;
      expect(server.requests.length).toBe(inTheEnd || refused.length === optional.length ? calls : calls + 1);
      expect(bench.retries).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test.each([
  [
    'context_too_long',
    { message: "'max_completion_tokens' is too large: 500. This model's maximum context length is 4096 tokens" },
  ],
  [
    'bad_request',
    {
      message: 'max_completion_tokens is too large: 500. This model supports at most 100',
      param: 'max_completion_tokens',
    },
  ],
  ['content_filter', { message: 'temperature', code: 'content_filter' }],
])('%s is no refusal of an argument, though it names one', async (problem, error) => {
  server.says(refuses(400, error), whole);
  await expect(new Bench(server.url, ALL).failure('hello')).resolves.toMatchObject({ problem });
  expect(server.requests).toHaveLength(1);
});

test.each([401, 403, 404, 415])('nor is any %i', async (status) => {
  server.says(refuses(status, { message: 'No temperature for this key' }));
  await new Bench(server.url, ALL).failure('hello');
  expect(server.requests).toHaveLength(1);
});

test('what was left out stays so when the next attempt fails', async () => {
  server.says(refuses(400, { message: 'Unknown field: temperature' }), refuses(503, { message: 'Not now' }), whole);
  const bench = new Bench(server.url, ALL);
  expect(readable(await bench.all('hello'))).toBe('Whole');
  expect(sent().map((body) => 'temperature' in body)).toEqual([true, false, false]);
  expect(bench.retries).toMatchObject([{ attempt: 1, status: 503 }]);
});

test('an error repeats nothing of what people wrote', async () => {
  const detail = [
    { type: 'value_error', loc: ['body', 'messages'], msg: 'Wrong', input: [{ content: 'hello, secret' }] },
  ];
  server.says(answers(422, { detail }));
  const error = await new Bench(server.url).failure('hello, secret');
  expect(error).toMatchObject({ problem: 'bad_request', message: '422 body.messages: Wrong' });
  expect(JSON.stringify([error, (error as Error).cause, (error as Error).stack])).not.toContain('secret');
});
