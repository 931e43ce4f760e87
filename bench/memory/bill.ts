/** What the prompts of one conversation cost, in tokens of fresh input. */
import type { PromptMessage } from '../../src/core/ports.js';
import { repeatedMessages } from '../../src/prompt/prompt.js';
import { messageTokens } from '../../src/prompt/tokens.js';

/** The cache takes prompts of 1,024 tokens and more, in steps of 128. https://developers.openai.com/cookbook/examples/prompt_caching_201 */
const LEAST_CACHED = 1_024;
const CACHE_STEP = 128;
/** A cached token costs a tenth, one that is written six times as much: as of gpt-5.4-mini, and of most others. */
const CACHED_FACTOR = 0.1;
const OUTPUT_FACTOR = 6;
/** The cache still has the last ones: a reply's prompt, and a summary's between two of them. */
const KEPT = 3;

const counts = new Map<string, number>();

function tokensOf(content: string): number {
  const tokens = counts.get(content) ?? messageTokens(content);
  counts.set(content, tokens);
  return tokens;
}

export class Bill {
  sent = 0;
  /** Of what was sent: the beginning that a prompt shares with one before. */
  repeated = 0;
  billed = 0;
  readonly #cached: boolean;
  readonly #before: (readonly PromptMessage[])[] = [];

  /** `cached`: whether the service has a cache at all. */
  constructor(cached = true) {
    this.#cached = cached;
  }

  /** What it came to. The turns are taken to follow each other while the cache lives. */
  prompt(messages: readonly PromptMessage[]): number {
    const tokens = messages.map(({ content }) => tokensOf(content));
    const whole = sum(tokens);
    const repeated = Math.max(
      0,
      ...this.#before.map((before) => sum(tokens.slice(0, repeatedMessages(messages, before)))),
    );
    const fromCache = this.#cached && repeated >= LEAST_CACHED ? repeated - (repeated % CACHE_STEP) : 0;
    const billed = whole - fromCache + fromCache * CACHED_FACTOR;
    this.sent += whole;
    this.repeated += repeated;
    this.billed += billed;
    this.#before.unshift(messages);
    this.#before.length = Math.min(this.#before.length, KEPT);
    return billed;
  }

  /** An answer that would not have been asked for otherwise. */
  output(text: string): number {
    const billed = tokensOf(text) * OUTPUT_FACTOR;
    this.billed += billed;
    return billed;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
