import { describe, expect, it, test } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config/config.js';
import type { CompletionRequest, PromptMessage } from '../../src/core/ports.js';
import { chatParams, responsesParams } from '../../src/openai/params.js';

const bare: OpenAiConfig = {
  api: 'chat',
  model: 'm',
  headers: {},
  query: {},
  timeoutMs: 1,
  idleTimeoutMs: 1,
  baseUrl: 'http://localhost:11434/v1',
};
const all: OpenAiConfig = { ...bare, temperature: 0, maxOutputTokens: 500, reasoningEffort: 'low' };
const messages: PromptMessage[] = [
  { role: 'system', content: 'You are a test.' },
  { role: 'system', content: 'The oldest messages are left out.' },
  { role: 'user', content: 'hello' },
  { role: 'assistant', content: 'Hi' },
  { role: 'user', content: 'and?' },
];
/** In the shape that every server accepts. */
const sent: PromptMessage[] = [
  { role: 'system', content: 'You are a test.' },
  { role: 'user', content: '(The oldest messages are left out.)\n\nhello' },
  ...messages.slice(3),
];

function request(conversation = 'T1:C1:1.1'): CompletionRequest {
  return { messages, conversation, signal: new AbortController().signal };
}

test('parts of a message are sent in the form of each API', () => {
  const parts = [
    { type: 'text', text: 'one' },
    { type: 'text', text: 'two' },
  ] as const;
  const asked = { ...request(), messages: [messages[0] as PromptMessage, { role: 'user' as const, content: parts }] };
  expect(chatParams(asked, bare).messages).toEqual([messages[0], { role: 'user', content: parts }]);
  expect(responsesParams(asked, bare, false).input).toEqual([
    messages[0],
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'one' },
        { type: 'input_text', text: 'two' },
      ],
    },
  ]);
});

test('a picture is sent in the form of each API, with its name behind it', () => {
  const picture = { type: 'image', text: '(wool.png)', data: 'AAAA', tokens: 9 } as const;
  const asked = { ...request(), messages: [{ role: 'user' as const, content: [picture] }] };
  const url = 'data:image/jpeg;base64,AAAA';
  expect(chatParams(asked, bare).messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url, detail: 'high' } },
        { type: 'text', text: '(wool.png)' },
      ],
    },
  ]);
  expect(responsesParams(asked, bare, false).input).toEqual([
    {
      role: 'user',
      content: [
        { type: 'input_image', image_url: url, detail: 'high' },
        { type: 'input_text', text: '(wool.png)' },
      ],
    },
  ]);
});

test('a PDF is sent in the form of each API, with its name behind it', () => {
  const pdf = { type: 'document', name: 'plan.pdf', text: '(plan.pdf)', data: 'AAAA', tokens: 9 } as const;
  const asked = { ...request(), messages: [{ role: 'user' as const, content: [pdf] }] };
  const file = { filename: 'plan.pdf', file_data: 'data:application/pdf;base64,AAAA' };
  expect(chatParams(asked, bare).messages[0]?.content).toEqual([
    { type: 'file', file },
    { type: 'text', text: '(plan.pdf)' },
  ]);
  expect(responsesParams(asked, bare, false).input).toEqual([
    {
      role: 'user',
      content: [
        { type: 'input_file', ...file },
        { type: 'input_text', text: '(plan.pdf)' },
      ],
    },
  ]);
});

describe('Chat Completions', () => {
  test('gets the messages unchanged, and no parameter that is not set', () => {
    expect(chatParams(request(), bare)).toEqual({
      model: 'm',
      messages: sent,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('gets the parameters that are set', () => {
    expect(chatParams(request(), all)).toMatchObject({
      temperature: 0,
      max_completion_tokens: 500,
      reasoning_effort: 'low',
    });
  });
});

describe('the Responses API', () => {
  test('gets the same messages, a request not to store them, and no parameter that is not set', () => {
    expect(responsesParams(request(), bare, false)).toEqual({
      model: 'm',
      input: sent,
      stream: true,
      store: false,
    });
  });

  test('gets the parameters that are set', () => {
    expect(responsesParams(request(), all, true)).toMatchObject({
      temperature: 0,
      max_output_tokens: 500,
      reasoning: { effort: 'low', summary: 'auto' },
    });
  });

  test('may get summaries without an effort, and an effort without summaries', () => {
    expect(responsesParams(request(), bare, true).reasoning).toEqual({ summary: 'auto' });
    expect(responsesParams(request(), all, false).reasoning).toEqual({ effort: 'low' });
  });
});

describe('cache breakpoints', () => {
  const asked: CompletionRequest = {
    ...request(),
    messages: [{ role: 'user', content: 'Plums.', breakpoint: true }, ...messages.slice(2)],
  };
  const { baseUrl: _, ...openAi } = { ...bare, model: 'gpt-6-luna' };
  const breakpoint = { prompt_cache_breakpoint: { mode: 'explicit' } };

  test.each(['gpt-6-luna', 'gpt-5.6-sol', 'gpt-6.2-astra'])('are sent to %s at OpenAI, over both APIs', (model) => {
    const config = { ...openAi, model };
    expect(chatParams(asked, config)).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Plums.', ...breakpoint },
            { type: 'text', text: '\n\nhello', ...breakpoint },
          ],
        },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'and?' },
      ],
      prompt_cache_options: { mode: 'implicit', ttl: '30m' },
    });
    expect(responsesParams(asked, config, false)).toMatchObject({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Plums.', ...breakpoint },
            { type: 'input_text', text: '\n\nhello', ...breakpoint },
          ],
        },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'and?' },
      ],
      prompt_cache_options: { mode: 'implicit', ttl: '30m' },
    });
  });

  test('are left out of a prompt that no other begins like, so that it is not written to the cache', () => {
    for (const params of [
      chatParams({ ...asked, uncached: true }, openAi),
      responsesParams({ ...asked, uncached: true }, openAi, false),
    ]) {
      expect(JSON.stringify(params)).not.toContain('prompt_cache_breakpoint');
      expect(params).toMatchObject({ prompt_cache_options: { mode: 'explicit', ttl: '30m' } });
    }
  });

  test.each([
    ['an older model', { ...openAi, model: 'gpt-5.5' }],
    ['an unknown model', { ...openAi, model: 'gpt-99' }],
    [
      'a model with a price in MODELS_FILE',
      {
        ...openAi,
        model: 'own',
        models: new Map([['own', { price: { inputUsd: 1, cachedInputUsd: 1, cacheWriteUsd: 2, outputUsd: 1 } }]]),
      },
    ],
    ['another server', { ...openAi, baseUrl: 'https://me.openai.azure.com/openai/v1' }],
  ])('are never sent to %s', (__, config) => {
    const once = { ...asked, uncached: true };
    for (const params of [asked, once].flatMap((one) => [
      chatParams(one, config),
      responsesParams(one, config, false),
    ])) {
      expect(JSON.stringify(params)).not.toMatch(/breakpoint|prompt_cache_options/);
      expect(JSON.stringify(params)).toContain(String.raw`"Plums.\n\nhello"`);
    }
  });
});

describe.each([
  ['chat', chatParams],
  ['responses', (asked: CompletionRequest, config: OpenAiConfig) => responsesParams(asked, config, false)],
] as const)('the prompt cache key (%s)', (_, paramsFor) => {
  function cacheKey(conversation: string, baseUrl?: string): string | null | undefined {
    const { baseUrl: __, ...withoutBaseUrl } = bare;
    return paramsFor(request(conversation), { ...withoutBaseUrl, ...(baseUrl !== undefined && { baseUrl }) })
      .prompt_cache_key;
  }

  it('is a stable hash of the conversation for OpenAI', () => {
    expect(cacheKey('T1:C1:1.1')).toMatch(/^[0-9a-f]{32}$/);
    expect(cacheKey('T1:C1:1.1')).toBe(cacheKey('T1:C1:1.1', 'https://eu.api.openai.com/v1'));
    expect(cacheKey('T1:C1:1.1')).not.toBe(cacheKey('T1:C1:1.2'));
  });

  it.each([
    'http://localhost:11434/v1',
    'https://api.openai.com.example.org/v1',
    'https://me.openai.azure.com/openai/v1',
  ])('is not sent to another server: %s', (baseUrl) => {
    expect(cacheKey('T1:C1:1.1', baseUrl)).toBeUndefined();
  });
});

describe.each([
  ['chat', chatParams],
  ['responses', (asked: CompletionRequest, config: OpenAiConfig) => responsesParams(asked, config, false)],
] as const)('the safety identifier (%s)', (_, paramsFor) => {
  const asked: CompletionRequest = { ...request(), asker: 'a'.repeat(64) };
  const { baseUrl: __, ...openAi } = bare;

  it('is the name of the asker for OpenAI', () => {
    expect(paramsFor(asked, openAi).safety_identifier).toBe('a'.repeat(64));
    expect(paramsFor(asked, { ...openAi, baseUrl: 'https://eu.api.openai.com/v1' })).toMatchObject({
      safety_identifier: 'a'.repeat(64),
    });
  });

  it('is not sent without an asker', () => {
    expect(paramsFor(request(), openAi)).not.toHaveProperty('safety_identifier');
  });

  it.each(['http://localhost:11434/v1', 'https://me.openai.azure.com/openai/v1'])(
    'is not sent to another server: %s',
    (baseUrl) => {
      expect(paramsFor(asked, { ...openAi, baseUrl })).not.toHaveProperty('safety_identifier');
    },
  );
});
