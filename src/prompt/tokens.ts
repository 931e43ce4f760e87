/**
 * Counts tokens in the vocabulary of OpenAI's models since GPT-4o. Other models' counts differ by a few per cent for
 * prose and code. Pure.
 */
import { createRequire } from 'node:module';
import type { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { LRUCache } from 'lru-cache';
import { type Content, partsOf } from '../core/content.js';

const load = createRequire(import.meta.url);
/** Tokens that the chat format adds to each message. https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const TOKENS_PER_MESSAGE = 4;
/** The tokenizer takes quadratic time for a run of one letter. In slices, the worst 40,000 characters take 60 ms. */
const SLICE = 500;
/** A longer text is shortened for a prompt anyway, so it is only estimated. */
const LONGEST_COUNTED = 100_000;
/** Treats `<|endoftext|>` and the like as text: people may write it. */
const PLAIN = { disallowedSpecial: new Set<string>() };

/** A long conversation's turns are counted for each answer. In UTF-16 units, each text with what its entry takes. */
const KEPT_LENGTH = 5_000_000;
const ENTRY_LENGTH = 1_000;
const counts = new LRUCache<string, number>({ maxSize: KEPT_LENGTH, sizeCalculation: sizeOf });

/** `textTokens`, or `mostTokens` where that decides the same. */
export type TokenCounter = (text: string) => number;

export function textTokens(text: string): number {
  if (text.length > LONGEST_COUNTED) return mostTokens(text);
  const known = counts.get(text);
  if (known !== undefined) return known;
  let tokens = 0;
  for (let from = 0; from < text.length; from += SLICE) tokens += vocabulary()(text.slice(from, from + SLICE), PLAIN);
  counts.set(text, tokens);
  return tokens;
}

/** An upper bound, known without the vocabulary: a token is at least a byte. */
export function mostTokens(text: string): number {
  return Buffer.byteLength(text);
}

export function contentTokens(content: Content, count: TokenCounter = textTokens): number {
  return partsOf(content).reduce((sum, part) => sum + count(part.text) + (part.type === 'text' ? 0 : part.tokens), 0);
}

/** Tokens of a whole prompt message. */
export function messageTokens(content: Content, count: TokenCounter = textTokens): number {
  return TOKENS_PER_MESSAGE + contentTokens(content, count);
}

let countInVocabulary: typeof countTokens | undefined;

/** Loaded when a conversation is long enough to need it: it takes 60 MB of memory and a quarter of a second. */
function vocabulary(): typeof countTokens {
  countInVocabulary ??= (load('gpt-tokenizer/encoding/o200k_base') as { countTokens: typeof countTokens }).countTokens;
  return countInVocabulary;
}

function sizeOf(_: number, text: string): number {
  return text.length + ENTRY_LENGTH;
}
