/** Only what is specific to Chat Completions; the model contract covers the rest. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { CHAT, delta, DONE } from './dialects.js';
import { END, events, held, plainBody, RawServer } from './raw-server.js';
import { Bench, readable, TIMEOUT_MS } from './support.js';

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

test('an empty list of choices is ignored', async () => {
  const azureFirst = { choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
  server.says(events(azureFirst, CHAT.text('Hi'), ...CHAT.finish('stop')));
  await expect(new Bench(server.url).all('hello')).resolves.toEqual([
    { type: 'text', text: 'Hi' },
    { type: 'done', finishReason: 'stop' },
  ]);
});

test.each(['reasoning_content', 'reasoning'])('%s only shows that the model is thinking', async (field) => {
  const { say, more } = held(events());
  server.says(say);
  const bench = new Bench(server.url);
  const answered = bench.all('hello');
  await bench.clock.untilSleeping();
  await bench.clock.advance(1);
  await more(delta({ [field]: 'Hm.' }));
  await until(() => bench.clock.sleeping[0] === TIMEOUT_MS, 'the timeout to restart');
  await more(CHAT.text('Hi'), ...CHAT.finish('stop'));
  expect((await answered).map(({ type }) => type)).toEqual(['text', 'done']);
});

test.each(['tool_calls', 'function_call'])(
  'an answer that ends with %s is complete: no tools were offered',
  async (reason) => {
    server.says(events(CHAT.text('Hi'), delta({}, reason), DONE, END));
    expect((await new Bench(server.url).all('hello')).at(-1)).toEqual({ type: 'done', finishReason: 'stop' });
  },
);

const whole = events(CHAT.text('Whole'), ...CHAT.finish('stop'));

describe('content that is a list', () => {
  const text = (words: string): object => ({ type: 'text', text: words });

  test.each<[string, unknown, string]>([
    ['texts', [text('Hi '), text('you')], 'Hi you'],
    ['thinking as a list', [{ type: 'thinking', thinking: [text('Hm.')] }, text('Hi')], 'Hi'],
    ['thinking as a string', [{ type: 'thinking', thinking: 'Hm.' }, text('Hi')], 'Hi'],
    ['a refusal', [{ type: 'refusal', refusal: 'I cannot.' }], 'I cannot.'],
    ['words without a part', ['Hi ', { text: 'you' }], 'Hi you'],
    ['parts of tomorrow', [{ type: 'reference', reference_ids: [1], text: '[1]' }, text('Hi'), null, 7], 'Hi'],
    ['a text without words', [{ type: 'text', text: null }, { type: 'text' }, text('Hi')], 'Hi'],
  ])('%s', async (_, content, answer) => {
    server.says(events(delta({ content }), ...CHAT.finish('stop')), whole);
    expect(readable(await new Bench(server.url).all('hello'))).toBe(answer);
    server.says(plainBody(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] })));
    expect(readable(await new Bench(server.url).all('hello'))).toBe(answer);
  });

  test('of thinking alone is no answer', async () => {
    server.says(events(delta({ content: [{ type: 'thinking', thinking: [text('Hm.')] }] }), ...CHAT.finish('stop')));
    await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ problem: 'empty' });
  });
});

describe('a finish reason', () => {
  test.each(['error', 'network_error', 'insufficient_system_resource', 'abort', 'something_new', 'ERROR', 7, {}])(
    '%j is a broken stream, which is begun again',
    async (reason) => {
      server.says(events(delta({ content: 'Half' }), delta({}, reason as string), DONE, END), whole);
      const bench = new Bench(server.url);
      expect((await bench.all('hello')).map(({ type }) => type)).toEqual(['text', 'restart', 'text', 'done']);
      expect(bench.retries).toHaveLength(1);
      expect(bench.observed).toMatchObject([
        ['T1:C1:1766458026.240809', { type: 'retrying', waitMs: bench.retries[0]?.waitMs }],
      ]);
    },
  );

  test.each([
    ['stop', 'stop'],
    ['STOP', 'stop'],
    ['eos', 'stop'],
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_calls', 'stop'],
    ['function_call', 'stop'],
    ['length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content_filter'],
    ['SAFETY', 'content_filter'],
  ])('%s is %s', async (told, finishReason) => {
    server.says(events(CHAT.text('Hi'), delta({}, told), DONE, END));
    expect((await new Bench(server.url).all('hello')).at(-1)).toEqual({ type: 'done', finishReason });
  });
});

describe('a whole completion', () => {
  const choice = { index: 0, message: { role: 'assistant', content: 'Whole' }, finish_reason: 'stop' };
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };

  test.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'text/event-stream'])(
    'is the answer, as %s',
    async (type) => {
      server.says(plainBody(JSON.stringify({ object: 'chat.completion', choices: [choice], usage }), type));
      await expect(new Bench(server.url).all('hello')).resolves.toEqual([
        { type: 'text', text: 'Whole' },
        {
          type: 'done',
          finishReason: 'stop',
          usage: { promptTokens: 7, cachedTokens: 0, completionTokens: 2 },
        },
      ]);
    },
  );

  test('may be one event of a stream, and is not repeated behind its deltas', async () => {
    server.says(events({ choices: [choice] }, DONE, END));
    expect(readable(await new Bench(server.url).all('hello'))).toBe('Whole');
    server.says(events(CHAT.text('Whole'), { choices: [choice] }, DONE, END));
    expect(readable(await new Bench(server.url).all('hello'))).toBe('Whole');
  });

  test('that ended with an error is asked for again', async () => {
    server.says(plainBody(JSON.stringify({ choices: [{ ...choice, finish_reason: 'error' }] })), whole);
    expect((await new Bench(server.url).all('hello')).map(({ type }) => type)).toEqual(['text', 'done']);
    expect(server.requests).toHaveLength(2);
  });
});

test('the error of a choice is an error', async () => {
  const error = { code: 402, message: 'Insufficient credits' };
  server.says(events(CHAT.text('Half'), { choices: [{ delta: {}, error, finish_reason: 'error' }] }, DONE, END));
  await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ problem: 'no_quota' });
});

test('usage may leave out what is zero', async () => {
  server.says(events(CHAT.text('Hi'), delta({}, 'stop'), { choices: [], usage: { prompt_tokens: 7 } }, DONE, END));
  expect((await new Bench(server.url).all('hello')).at(-1)).toMatchObject({
    usage: { promptTokens: 7, cachedTokens: 0, completionTokens: 0 },
  });
});

test.each([
  ['no_quota', { message: 'You exceeded your current quota', type: 'insufficient_quota' }],
  ['bad_request', { message: 'Wrong', type: 'invalid_request_error' }],
  ['bad_request', { message: 'Wrong', code: 400 }],
])('an error in the stream may be identified by its type or by a number: %s', async (problem, error) => {
  server.says(events(CHAT.text('Half'), { error }));
  await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ problem });
});
