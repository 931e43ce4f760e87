/** Only what is specific to Chat Completions; the model contract covers the rest. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { CHAT, delta, DONE } from './dialects.js';
import { END, events, held, RawServer } from './raw-server.js';
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

test('[DONE] before a finish reason is a broken stream', async () => {
  server.says(events(CHAT.text('Half'), DONE, END), events(CHAT.text('Whole'), ...CHAT.finish('stop')));
  const bench = new Bench(server.url);
  expect(readable(await bench.all('hello'))).toBe('Whole');
  expect(bench.retries).toHaveLength(1);
});

test.each([
  ['no_quota', { message: 'You exceeded your current quota', type: 'insufficient_quota' }],
  ['bad_request', { message: 'Wrong', type: 'invalid_request_error' }],
  ['bad_request', { message: 'Wrong', code: 400 }],
])('an error in the stream may be identified by its type or by a number: %s', async (problem, error) => {
  server.says(events(CHAT.text('Half'), { error }));
  await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ problem });
});
