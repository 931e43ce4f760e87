/** The model: its API, parameters and system prompt. */
import { decimal, headers, jsonOfStrings, oneOf, text, url, whole } from '../parsers.js';
import type { Setting } from './setting.js';

/** Node's fetch fails after five minutes without response headers (undici's `headersTimeout`). */
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

export const MODEL = {
  OPENAI_API: {
    description:
      'API of the model server: `chat` (Chat Completions, which every server has) or `responses` (shows what a reasoning model is thinking about)',
    parser: oneOf('chat', 'responses'),
    default: 'chat',
  },
  OPENAI_BASE_URL: {
    description: 'Address of the model server, if it is not OpenAI: Ollama, vLLM, LiteLLM, Azure …',
    parser: url('https:', 'http:'),
    where: 'leave it out for OpenAI; for Ollama it is http://localhost:11434/v1',
  },
  OPENAI_MODEL: {
    description: 'Name of the model',
    parser: text,
    default: 'gpt-6-luna',
    where: 'platform.openai.com/docs/models, or what your server calls it',
  },
  OPENAI_TRANSCRIPTION_MODEL: {
    description:
      'Model at the same server that writes down what is said in voice messages, recordings and films, `gpt-transcribe` for example',
    parser: text,
    where: 'leave it out, and only the transcripts that Slack makes are read',
  },
  IMAGE_MODEL: {
    description:
      'Model at the same server that makes the pictures that people ask for, `gpt-image-2.6-flare` for example',
    parser: text,
    where: 'leave it out, and no pictures are made',
  },
  IMAGE_QUALITY: {
    description: 'Quality of these pictures: low, medium, high or auto. It decides what they cost',
    parser: oneOf('low', 'medium', 'high', 'auto'),
    where: "leave it out for the model's default",
  },
  MODELS_FILE: {
    description: 'Path of a JSON file with limits and prices of models; it overrides what Skein knows about them',
    parser: text,
    where:
      "not needed for OpenAI's models; for any other, Skein assumes that it reads 32,000 tokens, at an unknown price",
  },
  OPENAI_HEADERS: {
    description: 'Extra headers for requests to the model, a JSON object. Azure needs {"api-key": "…"}',
    parser: headers,
    secret: true,
  },
  OPENAI_QUERY: {
    description: 'Extra query parameters for requests to the model, a JSON object. Azure needs {"api-version": "…"}',
    parser: jsonOfStrings('{"api-version": "2024-10-21"}'),
    secret: true,
  },
  OPENAI_TEMPERATURE: {
    description: 'Sampling temperature, 0 to 2. Reasoning models refuse it',
    parser: decimal(0, 2),
    where: "leave it out for the model's default",
  },
  OPENAI_MAX_OUTPUT_TOKENS: {
    description: 'Maximum length of an answer in tokens, reasoning included',
    parser: whole(1, 1_000_000),
    where: "leave it out for the model's default",
  },
  OPENAI_REASONING_EFFORT: {
    description:
      'How hard a reasoning model thinks: none, minimal, low, medium, high, xhigh or max. No model supports all of them',
    parser: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    where: "leave it out for the model's default; above medium, you may need a higher OPENAI_TIMEOUT_MS",
  },
  OPENAI_TIMEOUT_MS: {
    description:
      'Milliseconds to wait for the first text of an answer, all attempts together. Any sign that the model is thinking restarts the clock',
    parser: whole(1_000, FETCH_TIMEOUT_MS),
    default: '60000',
  },
  OPENAI_IDLE_TIMEOUT_MS: {
    description: 'Milliseconds of silence in the middle of an answer before it is requested again',
    parser: whole(1_000, FETCH_TIMEOUT_MS),
    default: '30000',
  },
  SYSTEM_PROMPT: {
    description: 'System prompt; replaces the built-in one',
    parser: text,
  },
  SYSTEM_PROMPT_FILE: {
    description: 'Path of a file with the system prompt, instead of SYSTEM_PROMPT',
    parser: text,
  },
} as const satisfies Record<string, Setting>;
