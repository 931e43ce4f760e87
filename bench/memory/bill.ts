/** Cost of a conversation's prompts, in tokens of uncached input. */
import { textOf } from '../../src/core/content.js';
import type { PromptMessage } from '../../src/core/ports.js';
import { repeatedMessages } from '../../src/prompt/prompt.js';
import { messageTokens } from '../../src/prompt/tokens.js';

/**
 * Prompts are cached from 1,024 tokens, in steps of 128.
 * https://developers.openai.com/cookbook/examples/prompt_caching_201
 */
const MIN_CACHED = 1_024;
const CACHE_STEP = 128;
/** Price relative to an uncached input token: that of gpt-5.4-mini, and of most other models. */
const CACHED_FACTOR = 0.1;
const OUTPUT_FACTOR = 6;
/** Prompts still in the cache: those of two replies, and of a summary between them. */
const PROMPTS_IN_CACHE = 3;

const counts = new Map<string, number>();

function tokensOf(content: string): number {
  const tokens = counts.get(content) ?? messageTokens(content);
  counts.set(content, tokens);
  return tokens;
}

export class Bill {
  sent = 0;
  /** The part of `sent` that repeats the beginning of an earlier prompt. */
  repeated = 0;
  billed = 0;
  readonly #cached: boolean;
  readonly #before: (readonly PromptMessage[])[] = [];

  /** `cached`: whether the service has a prompt cache. */
  constructor(cached = true) {
    this.#cached = cached;
  }

  /** Adds a prompt and returns its cost. Assumes that no cache entry expires between turns. */
  prompt(messages: readonly PromptMessage[]): number {
    const tokens = messages.map(({ content }) => tokensOf(textOf(content)));
    const whole = sum(tokens);
    const repeated = Math.max(
      0,
      ...this.#before.map((before) => sum(tokens.slice(0, repeatedMessages(messages, before)))),
    );
    const fromCache = this.#cached && repeated >= MIN_CACHED ? repeated - (repeated % CACHE_STEP) : 0;
    const billed = whole - fromCache + fromCache * CACHED_FACTOR;
    this.sent += whole;
    this.repeated += repeated;
    this.billed += billed;
    this.#before.unshift(messages);
    this.#before.length = Math.min(this.#before.length, PROMPTS_IN_CACHE);
    return billed;
  }

  /** Adds an extra output (a summary) and returns its cost. */
  output(text: string): number {
    const billed = tokensOf(text) * OUTPUT_FACTOR;
    this.billed += billed;
    return billed;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
