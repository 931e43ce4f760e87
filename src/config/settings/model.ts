/** The model: its API, parameters and system prompt. */
import { decimal, headers, jsonOfStrings, oneOf, text, url, whole } from '../parsers.js';
import type { Setting } from './setting.js';

/** Node's fetch fails after five minutes without response headers (undici's `headersTimeout`). */
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

export const MODEL = {
  OPENAI_API: {
    description:
      "Which of OpenAI's APIs the model is asked over: `chat` is Chat Completions, which every server speaks, `responses` shows what a reasoning model thinks about",
    parser: oneOf('chat', 'responses'),
    default: 'chat',
  },
  OPENAI_BASE_URL: {
    description: 'A server that speaks the API of OPENAI_API: Ollama, vLLM, LiteLLM, Azure …',
    parser: url('https:', 'http:'),
    where: "leave it out to use OpenAI's own; for Ollama it is http://localhost:11434/v1",
  },
  OPENAI_MODEL: {
    description: 'Name of the model',
    parser: text,
    default: 'gpt-6-luna',
    where: 'platform.openai.com/docs/models, or what your server calls it',
  },
  MODELS_FILE: {
    description:
      'Path of a JSON file that says of models, by name, how much they read and write and what they cost; it goes before what Skein knows of them',
    parser: text,
    where: "leave it out for OpenAI's models; any other counts as one that reads 32,000 tokens, at an unknown price",
  },
  OPENAI_HEADERS: {
    description: 'Further headers of the requests to the model, a JSON object; Azure wants {"api-key": "…"}',
    parser: headers,
    secret: true,
  },
  OPENAI_QUERY: {
    description:
      'Further query arguments of the requests to the model, a JSON object; Azure wants {"api-version": "…"}',
    parser: jsonOfStrings('{"api-version": "2024-10-21"}'),
    secret: true,
  },
  OPENAI_TEMPERATURE: {
    description: 'Sampling temperature, 0 to 2; reasoning models refuse it',
    parser: decimal(0, 2),
    where: "leave it out to use the model's own",
  },
  OPENAI_MAX_OUTPUT_TOKENS: {
    description: 'Longest answer in tokens, reasoning included (sent as max_completion_tokens, or max_output_tokens)',
    parser: whole(1, 1_000_000),
    where: "leave it out to use the model's own",
  },
  OPENAI_REASONING_EFFORT: {
    description:
      'How hard a reasoning model thinks before it writes: none, minimal, low, medium, high, xhigh or max; no model knows them all',
    parser: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    where: "leave it out to use the model's own; above medium OPENAI_TIMEOUT_MS may have to grow",
  },
  OPENAI_TIMEOUT_MS: {
    description:
      "Milliseconds in which an answer's first text has to come, all attempts together; each sign that the model is thinking restarts the count",
    parser: whole(1_000, FETCH_TIMEOUT_MS),
    default: '60000',
  },
  OPENAI_IDLE_TIMEOUT_MS: {
    description: 'Milliseconds of silence in the middle of an answer after which it is asked for again',
    parser: whole(1_000, FETCH_TIMEOUT_MS),
    default: '30000',
  },
  SYSTEM_PROMPT: {
    description: 'What the model is told about its task; replaces the one that comes with Skein',
    parser: text,
  },
  SYSTEM_PROMPT_FILE: {
    description: 'Path of a file with the system prompt, instead of SYSTEM_PROMPT',
    parser: text,
  },
} as const satisfies Record<string, Setting>;
