/**
 * How many tokens a text is. Counted in the vocabulary of OpenAI's models since GPT-4o; other models' counts differ by
 * a few in a hundred for prose and code. Pure.
 */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** What the chat format adds to each message. https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const TOKENS_PER_MESSAGE = 4;
/** The tokenizer takes the square of a run of one letter in time; cut into slices, the worst takes 60 ms for 40,000 characters. */
const SLICE = 500;
/** Beyond it a text is cut for a prompt in any case, and is only estimated: the most that any text was seen to have. */
const LONGEST_COUNTED = 100_000;
const BYTES_PER_TOKEN_AT_LEAST = 1;
/** What people write is no command to the tokenizer. */
const PLAIN = { disallowedSpecial: new Set<string>() };

export function textTokens(text: string): number {
  if (text.length > LONGEST_COUNTED) return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN_AT_LEAST);
  let tokens = 0;
  for (let from = 0; from < text.length; from += SLICE) tokens += countTokens(text.slice(from, from + SLICE), PLAIN);
  return tokens;
}

/** Of a whole message of the list that the model reads. */
export function messageTokens(content: string): number {
  return TOKENS_PER_MESSAGE + textTokens(content);
}

/** With the count of its text, so that nobody has to count it again. */
export function withTokenCount<T extends { text: string }>(words: T): T & { tokens: number } {
  return { ...words, tokens: textTokens(words.text) };
}
