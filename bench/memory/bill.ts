/** Cost of a conversation's prompts, in tokens of uncached input. */
import { textOf } from '../../src/core/content.js';
import type { PromptMessage } from '../../src/core/ports.js';
import { repeatedMessages } from '../../src/prompt/prompt.js';
import { messageTokens } from '../../src/prompt/tokens.js';

/**
 * Prompts are cached from 1,024 tokens, up to the end of a message that an earlier prompt has as well.
 * https://developers.openai.com/api/docs/guides/prompt-caching
 */
const MIN_CACHED = 1_024;
/** Prices relative to an uncached input token: those of gpt-6-luna. */
const CACHED_FACTOR = 0.1;
const WRITTEN_FACTOR = 1.25;
const OUTPUT_FACTOR = 5;
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

  /** Adds a prompt and returns its cost. Assumes that no cache entry expires between turns. `uncached`: without the cache. */
  prompt(messages: readonly PromptMessage[], uncached = false): number {
    const tokens = messages.map(({ content }) => tokensOf(textOf(content)));
    const whole = sum(tokens);
    if (uncached) {
      this.sent += whole;
      this.billed += whole;
      return whole;
    }
    const repeated = Math.max(
      0,
      ...this.#before.map((before) => sum(tokens.slice(0, repeatedMessages(messages, before)))),
    );
    const fromCache = this.#cached && repeated >= MIN_CACHED ? repeated : 0;
    const newFactor = this.#cached && whole >= MIN_CACHED ? WRITTEN_FACTOR : 1;
    const billed = (whole - fromCache) * newFactor + fromCache * CACHED_FACTOR;
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
