/** Only what is specific to the Responses API; the model contract covers the rest. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config/config.js';
import { RESPONSES } from './dialects.js';
import { END, events, type Part, plainBody, RawServer, refuses, type Say } from './raw-server.js';
import { Bench, readable } from './support.js';

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

const bench = (settings: Partial<OpenAiConfig> = {}): Bench => new Bench(server.url, { api: 'responses', ...settings });

const { text, finish } = RESPONSES;
const whole = events(text('Whole'), ...finish('stop'));
const part: Part = {
  type: 'response.reasoning_summary_part.added',
  summary_index: 0,
  part: { type: 'summary_text', text: '' },
};
const summary = (delta: string): Part => ({ type: 'response.reasoning_summary_text.delta', delta, summary_index: 0 });
const failed = (error: object | null): Part => ({ type: 'response.failed', response: { status: 'failed', error } });

describe('a reasoning summary', () => {
  test('is reported as thinking, with its parts separated, and is not part of the answer', async () => {
    server.says(
      events(
        part,
        summary('**Weighing'),
        summary(' it**'),
        part,
        summary('**Choosing**'),
        text('Hi'),
        ...finish('stop'),
      ),
    );
    await expect(bench().all('hello')).resolves.toEqual([
      { type: 'thinking', text: '\n\n' },
      { type: 'thinking', text: '**Weighing' },
      { type: 'thinking', text: ' it**' },
      { type: 'thinking', text: '\n\n' },
      { type: 'thinking', text: '**Choosing**' },
      { type: 'text', text: 'Hi' },
      { type: 'done', finishReason: 'stop' },
    ]);
  });

  test('of an attempt that failed does not count', async () => {
    server.says(events(summary('**Weighing**'), END), whole);
    expect((await bench().all('hello')).map(({ type }) => type)).toEqual(['thinking', 'restart', 'text', 'done']);
  });

  test('alone is an empty answer', async () => {
    server.says(events(summary('**Weighing**'), ...finish('stop')));
    await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'empty' });
  });
});

describe('reasoning summaries', () => {
  const requestedReasoning = (): unknown[] => server.requests.map(({ body }) => body['reasoning']);
  const unverified = {
    message: 'Your organization must be verified to generate reasoning summaries.',
    param: 'reasoning.summary',
    code: 'unsupported_value',
  };

  test.each<[string, Say]>([
    ['the organization is not verified', refuses(400, unverified)],
    [
      'the model does not reason',
      refuses(400, {
        message: "Unsupported parameter: 'reasoning.summary' is not supported with this model.",
        param: 'reasoning.summary',
      }),
    ],
    [
      'the model does not know reasoning',
      refuses(400, {
        message: "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
        param: 'reasoning.effort',
      }),
    ],
    [
      'a proxy quotes the refusal',
      refuses(400, {
        message: 'OpenAIException - {"message": "Unsupported parameter: \'reasoning.summary\' is not …"}',
      }),
    ],
    [
      'a server validates the parameters',
      refuses(422, { message: 'Extra inputs are not permitted', param: 'reasoning' }),
    ],
    ['the refusal arrives in the stream', events({ type: 'error', ...unverified })],
  ])('are no longer requested, at once and in later calls, when %s', async (_, refusal) => {
    server.says(refusal, whole);
    const one = bench();
    expect(readable(await one.all('hello'))).toBe('Whole');
    expect(one.elapsed).toBe(0);
    expect(readable(await one.all('hello'))).toBe('Whole');
    expect(requestedReasoning()).toEqual([{ summary: 'auto' }, undefined, undefined]);
    expect(one.warnings.filter((warning) => warning.includes('summaries'))).toHaveLength(1);
  });

  test('that are refused again and again end the answer, like any refusal', async () => {
    server.says(refuses(400, unverified));
    await expect(bench().failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem: 'bad_request' });
    expect(server.requests).toHaveLength(2);
  });

  test('are not requested if the model should not think', async () => {
    server.says(whole);
    await bench({ reasoningEffort: 'none' }).all('hello');
    expect(requestedReasoning()).toEqual([{ effort: 'none' }]);
  });

  test.each([
    [
      'an effort that the model does not know',
      400,
      { message: "Unsupported value: 'reasoning.effort' does not support 'max'", param: 'reasoning.effort' },
    ],
    [
      'a question that was flagged',
      400,
      { message: 'Flagged, see https://platform.openai.com/docs/guides/reasoning#advice', code: 'invalid_prompt' },
    ],
    ['a key without permission', 403, { message: 'No reasoning summaries for this key' }],
  ])('are not blamed for %s', async (_, status, error) => {
    server.says(refuses(status, error));
    await expect(bench({ reasoningEffort: 'max' }).failure('hello')).resolves.toMatchObject({ name: 'ModelError' });
    expect(requestedReasoning()).toEqual([{ effort: 'max', summary: 'auto' }]);
  });
});

describe('a response that failed', () => {
  test.each([
    ['a server error', { code: 'server_error', message: 'An error occurred' }],
    ['a rate limit', { code: 'rate_limit_exceeded', message: 'Slow down' }],
    ['a failure without a reason', null],
  ])('is requested again after %s', async (_, error) => {
    server.says(events(text('Half'), failed(error), END), whole);
    expect((await bench().all('hello')).map(({ type }) => type)).toEqual(['text', 'restart', 'text', 'done']);
  });

  test.each([
    ['content_filter', 'invalid_prompt'],
    ['content_filter', 'bio_policy'],
    ['bad_request', 'data_residency_mismatch'],
  ])('is a permanent %s error for the code %s', async (problem, code) => {
    server.says(events(failed({ code, message: 'No' }), END));
    await expect(bench().failure('hello')).resolves.toMatchObject({ name: 'ModelError', problem, message: 'No' });
    expect(server.requests).toHaveLength(1);
  });
});

test('usage without details has no cached tokens', async () => {
  server.says(
    events(text('Hi'), { type: 'response.completed', response: { usage: { input_tokens: 7, output_tokens: 2 } } }, END),
  );
  expect((await bench().all('hello')).at(-1)).toMatchObject({
    usage: { promptTokens: 7, cachedTokens: 0, completionTokens: 2 },
  });
});

describe('an effort that an operator set', () => {
  const message = "Unsupported parameter: 'reasoning.effort' is not supported with this model.";

  test('is left out where the model does not reason, with a warning', async () => {
    server.says(
      refuses(400, { message, param: 'reasoning.effort' }),
      refuses(400, { message: "Unsupported parameter: 'reasoning.summary'", param: 'reasoning.summary' }),
      whole,
    );
    const one = bench({ reasoningEffort: 'low' });
    expect(readable(await one.all('hello'))).toBe('Whole');
    expect(server.requests.map(({ body: { reasoning } }) => reasoning)).toEqual([
      { effort: 'low', summary: 'auto' },
      { summary: 'auto' },
      undefined,
    ]);
    expect(one.warnings).toEqual([
      'the model server refuses reasoning.effort: OPENAI_REASONING_EFFORT has no effect',
      'the model server refuses reasoning summaries: what the model thinks is not shown',
    ]);
  });

  test('is left out where the server does not know `reasoning`', async () => {
    server.says(refuses(422, { message: 'Extra inputs are not permitted', param: 'reasoning' }), whole);
    await bench({ reasoningEffort: 'low' }).all('hello');
    expect(server.requests[1]?.body['reasoning']).toEqual({ effort: 'low' });
    server.says(
      refuses(422, { message: 'Extra inputs are not permitted', param: 'reasoning' }),
      refuses(422, { message: 'Extra inputs are not permitted', param: 'reasoning' }),
      whole,
    );
    expect(readable(await bench({ reasoningEffort: 'low' }).all('hello'))).toBe('Whole');
  });
});

describe('commentary', () => {
  const added = (phase: string | null, ids: object): Part => ({
    type: 'response.output_item.added',
    item: { type: 'message', ...(phase && { phase }) },
    ...ids,
  });
  const says = (delta: string, ids: object): Part => ({ type: 'response.output_text.delta', delta, ...ids });
  const ids: [string, object, object, object][] = [
    [
      'ids',
      { item: { type: 'message', phase: 'commentary', id: 'msg_1' } },
      { item_id: 'msg_1' },
      { item_id: 'msg_2' },
    ],
    ['indexes', { output_index: 0 }, { output_index: 0 }, { output_index: 1 }],
  ];

  test.each(ids)('is told by %s, and is no part of the answer', async (_, first, told, second) => {
    server.says(
      events(
        added('commentary', first),
        says('I look first.', told),
        added('final_answer', { output_index: 1 }),
        says('Whole', second),
        ...finish('stop'),
      ),
    );
    const all = await bench().all('hello');
    expect(readable(all)).toBe('Whole');
    expect(all.filter(({ type }) => type === 'thinking')).toEqual([
      { type: 'thinking', text: '\n\n' },
      { type: 'thinking', text: 'I look first.' },
    ]);
  });

  test('alone is an empty answer', async () => {
    server.says(
      events(added('commentary', { output_index: 0 }), says('First.', { output_index: 0 }), ...finish('stop')),
    );
    await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'empty' });
  });
});

describe('a whole response', () => {
  const output = [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { type: 'message' },
    { type: 'message', phase: 'commentary', content: [{ type: 'output_text', text: 'I look first.' }] },
    {
      type: 'message',
      content: [
        { type: 'output_text', text: 'Who' },
        { type: 'refusal', refusal: 'le' },
      ],
    },
  ];
  const response = { object: 'response', status: 'completed', error: null, output };
  const json = (facts: object): Say => plainBody(JSON.stringify({ ...response, ...facts }), 'application/json');

  test('is the answer, as JSON or at the end of a stream without deltas', async () => {
    server.says(json({ usage: { input_tokens: 7, output_tokens: 2 } }));
    const usage = { promptTokens: 7, cachedTokens: 0, completionTokens: 2 };
    await expect(bench().all('hello')).resolves.toEqual([
      { type: 'text', text: 'Whole' },
      { type: 'done', finishReason: 'stop', usage },
    ]);
    server.says(events({ type: 'response.completed', response }, END));
    expect(readable(await bench().all('hello'))).toBe('Whole');
  });

  test('may be incomplete, or have failed', async () => {
    server.says(json({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }));
    expect((await bench().all('hello')).at(-1)).toEqual({ type: 'done', finishReason: 'length' });
    server.says(json({ status: 'failed' }), whole);
    expect(readable(await bench().all('hello'))).toBe('Whole');
    server.says(json({ status: 'failed', error: { code: 'insufficient_quota', message: 'No' } }));
    await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'no_quota' });
  });
});

test('events that are not known say nothing', async () => {
  server.says(
    events(
      { type: 'response.mind.changed', delta: 'No', text: 'No', item: { phase: 'commentary' } },
      { type: 7 },
      {},
      text('Whole'),
      { type: 'response.output_text.delta', delta: { text: 'No' } },
      { type: 'response.output_item.added', item: null },
      ...finish('stop'),
    ),
  );
  expect(readable(await bench().all('hello'))).toBe('Whole');
});

describe('a server without the Responses API', () => {
  const plain =
    (status: number, body: string): Say =>
    (response) => {
      response.writeHead(status, { 'content-type': 'text/plain' });
      response.end(body);
    };

  test.each([
    ['404 and plain text', plain(404, '404 page not found')],
    ['404 and other JSON', plain(404, '{"detail":"Not Found"}')],
    ['404 and an error', refuses(404, { code: '404', message: 'Resource not found' })],
    ['405', plain(405, 'Method Not Allowed')],
    ['501', plain(501, '')],
  ])('that answers %s is recognized, and the error names the setting to change', async (_, say) => {
    server.says(say);
    await expect(bench().failure('hello')).resolves.toMatchObject({
      name: 'ModelError',
      problem: 'unknown_api',
      message: expect.stringMatching(/does not seem to speak the Responses API.*OPENAI_API=chat/),
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is distinguished from one that does not know the model', async () => {
    server.says(
      refuses(404, { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' }),
    );
    await expect(bench().failure('hello')).resolves.toMatchObject({ problem: 'unknown_model' });
  });
});
