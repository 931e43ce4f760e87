/** A prompt for models without a system role. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemInFirstUserMessage } from '../../src/openai/system-role.js';
import { CHAT, RESPONSES } from './dialects.js';
import { events, RawServer, refuses } from './raw-server.js';
import { Bench, readable } from './support.js';

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

const whole = events(CHAT.text('Whole'), ...CHAT.finish('stop'));
const sent = (): Record<string, unknown>[] => server.requests.map(({ body }) => body);
const SYSTEM = { role: 'system', content: 'You are a test.' };
const FOLDED = [{ role: 'user', content: 'You are a test.\n\nhello' }];

describe('a system role that is refused', () => {
  test.each([
    ['Gemma on vLLM', 'System role not supported'],
    ['OpenAI', "Unsupported value: 'messages[0].role' does not support 'system' with this model."],
    ['Gemini', 'Developer instruction is not enabled for models/gemma-3-27b-it'],
    ['Mistral', 'Only user and assistant roles are supported!'],
    ['the first Mistral', 'Conversation roles must alternate user/assistant/user/assistant/...'],
    ['Rust', 'messages[0]: unknown variant `system`, expected `user` or `assistant`'],
    ['Pydantic', "body.messages.0.role: Input should be 'user' or 'assistant'"],
    ['Qwen', 'System message must be at the beginning.'],
  ])('goes in front of the first user message: %s', async (_, message) => {
    server.says(refuses(400, { message }), whole);
    const bench = new Bench(server.url);
    expect(readable(await bench.all('hello'))).toBe('Whole');
    await bench.all('hello');
    expect(sent().map(({ messages }) => messages)).toEqual([
      [SYSTEM, { role: 'user', content: 'hello' }],
      FOLDED,
      FOLDED,
    ]);
  });

  test('does so on the Responses API', async () => {
    server.says(
      refuses(400, { message: "'system' is not a valid role", param: 'input[0].role' }),
      events(RESPONSES.text('Whole'), ...RESPONSES.finish('stop')),
    );
    await new Bench(server.url, { api: 'responses' }).all('hello');
    expect(sent().map(({ input }) => input)[1]).toEqual(FOLDED);
  });

  test.each(['The system is overloaded', 'After the optional system message, conversation roles must alternate'])(
    'is not what this is about: %s',
    async (message) => {
      server.says(refuses(400, { message }));
      await expect(new Bench(server.url).failure('hello')).resolves.toMatchObject({ problem: 'bad_request' });
      expect(server.requests).toHaveLength(1);
    },
  );
});

describe('the system text', () => {
  const system = { role: 'system', content: 'One.' };
  const hello = { role: 'user', content: 'hello' };

  test('of several messages stays in order, and the rest of the prompt as it is', () => {
    const others = [{ role: 'assistant', content: 'Hi' }, hello];
    expect(systemInFirstUserMessage([system, hello, ...others, { role: 'system', content: 'Two.' }])).toEqual([
      { role: 'user', content: 'One.\n\nTwo.\n\nhello' },
      ...others,
    ]);
  });

  test('goes into the first part of a message with parts', () => {
    const content = [
      { type: 'input_text', text: 'a' },
      { type: 'input_text', text: 'b' },
    ];
    expect(systemInFirstUserMessage([system, { role: 'user', content }])).toEqual([
      { role: 'user', content: [{ type: 'input_text', text: 'One.\n\na' }, content[1]] },
    ]);
  });

  test('alone becomes a user message', () => {
    expect(systemInFirstUserMessage([system])).toEqual([{ role: 'user', content: 'One.' }]);
  });
});
