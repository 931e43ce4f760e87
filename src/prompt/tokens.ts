/**
 * Counts tokens in the vocabulary of OpenAI's models since GPT-4o. Other models' counts differ by a few per cent for
 * prose and code. Pure.
 */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Content, partsOf } from '../core/content.js';

/** Tokens that the chat format adds to each message. https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const TOKENS_PER_MESSAGE = 4;
/** The tokenizer takes quadratic time for a run of one letter. In slices, the worst 40,000 characters take 60 ms. */
const SLICE = 500;
/** A longer text is shortened for a prompt anyway, so it is only estimated, with the highest ratio ever seen. */
const LONGEST_COUNTED = 100_000;
const MIN_BYTES_PER_TOKEN = 1;
/** Treats `<|endoftext|>` and the like as text: people may write it. */
const PLAIN = { disallowedSpecial: new Set<string>() };

export function textTokens(text: string): number {
  if (text.length > LONGEST_COUNTED) return Math.ceil(Buffer.byteLength(text) / MIN_BYTES_PER_TOKEN);
  let tokens = 0;
  for (let from = 0; from < text.length; from += SLICE) tokens += countTokens(text.slice(from, from + SLICE), PLAIN);
  return tokens;
}

export function contentTokens(content: Content): number {
  return partsOf(content).reduce((sum, { text }) => sum + textTokens(text), 0);
}

/** Tokens of a whole prompt message. */
export function messageTokens(content: Content): number {
  return TOKENS_PER_MESSAGE + contentTokens(content);
}

/** Adds the number of tokens, which is stored with a turn so that it is counted once. */
export function withTokenCount<T extends { text: string; parts?: Content }>(turn: T): T & { tokens: number } {
  return { ...turn, tokens: contentTokens(turn.parts ?? turn.text) };
}
