/** Streams as the servers of today send them, each with its answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenAiConfig } from '../../src/config/config.js';
import type { CompletionEvent, Usage } from '../../src/core/ports.js';
import { CHAT } from './dialects.js';
import { events, plainBody, RawServer } from './raw-server.js';
import { Bench, readable } from './support.js';

const STREAMS = new URL('streams/', import.meta.url);
const ANSWER = 'Blue and yellow.';
const USAGE = { promptTokens: 26, cachedTokens: 0, completionTokens: 14 };

let server: RawServer;
beforeAll(async () => {
  server = await RawServer.start();
});
afterAll(() => server.stop());

function streamOf(name: string): string {
  return readFileSync(new URL(`${name}.txt`, STREAMS), 'utf8');
}

function thoughts(all: CompletionEvent[]): string {
  return all.map((event) => (event.type === 'thinking' ? event.text : '')).join('');
}

const WHOLE: [name: string, api: OpenAiConfig['api'], cache: Partial<Usage>, shownThoughts: string][] = [
  ['azure', 'chat', {}, ''],
  ['deepseek', 'chat', {}, ''],
  ['gemini', 'chat', {}, ''],
  ['litellm', 'chat', { cacheWriteTokens: 0 }, ''],
  ['mistral', 'chat', {}, ''],
  ['ollama', 'chat', {}, ''],
  ['openai-responses', 'responses', {}, '\n\nI look at the colours first.'],
  ['openrouter', 'chat', {}, ''],
  ['vllm', 'chat', { cachedTokens: 16 }, ''],
];

describe.each(WHOLE)('the stream of %s', (name, api, cache, shownThoughts) => {
  test('is its answer and its usage, in one call, with the reasoning apart', async () => {
    server.says(plainBody(streamOf(name)));
    const bench = new Bench(server.url, { api });
    const all = await bench.all('Which two make green?');
    expect(readable(all)).toBe(ANSWER);
    expect(thoughts(all)).toBe(shownThoughts);
    expect(all.at(-1)).toEqual({ type: 'done', finishReason: 'stop', usage: { ...USAGE, ...cache } });
    expect(server.requests).toHaveLength(1);
  });

  test('is its answer without the blank line at its end', async () => {
    server.says(plainBody(streamOf(name).trimEnd()));
    expect(readable(await new Bench(server.url, { api }).all('Which two make green?'))).toBe(ANSWER);
    expect(server.requests).toHaveLength(1);
  });

  test('is begun again where it breaks off before its end', async () => {
    const words = streamOf(name);
    server.says(plainBody(words.slice(0, words.indexOf(' yellow'))), plainBody(words));
    expect(readable(await new Bench(server.url, { api }).all('Which two make green?'))).toBe(ANSWER);
    expect(server.requests).toHaveLength(2);
  });
});

test('a stream of OpenRouter whose provider breaks off is begun again', async () => {
  server.says(plainBody(streamOf('openrouter-breaks')), events(CHAT.text(ANSWER), ...CHAT.finish('stop')));
  expect(readable(await new Bench(server.url).all('Which two make green?'))).toBe(ANSWER);
  expect(server.requests).toHaveLength(2);
});

test('every recorded stream is tried', () => {
  const names = readdirSync(STREAMS).map((file) => file.replace('.txt', ''));
  expect(names.filter((name) => name !== 'openrouter-breaks')).toEqual(WHOLE.map(([name]) => name));
});
