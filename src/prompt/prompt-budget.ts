/** How long a prompt may get, and how much of it a conversation has. Pure. */
import type { ModelLimits } from '../core/ports.js';
import { fixedTokens } from './prompt.js';
import { instructionTokens } from './summary.js';
import { mostTokens, textTokens, type TokenCounter } from './tokens.js';

/** Default bound: above it, models with the largest windows charge double for every token. */
const MAX_PROMPT_TOKENS = 272_000;

/** A conversation needs this many tokens of a prompt: a question of some length and what it refers to. */
export const LEAST_CONVERSATION_TOKENS = 400;

/** Tokens of the longest prompt that leaves room for the longest answer. `most`: the bound in the settings. */
export function promptBudget({ contextWindow, maxOutput }: ModelLimits, most = MAX_PROMPT_TOKENS): number {
  return Math.min(contextWindow - maxOutput, most);
}

/** Where instructions take less of a prompt than this, an upper bound of their tokens will do. */
const SMALL_SHARE = 0.1;

/** Tokens of a prompt that are left for the conversation, for an answer and for a summary alike. May be negative. */
export function conversationTokens(budgetTokens: number, system: string, summaryWords: number): number {
  const fixed = (count: TokenCounter): number => fixedTokens(system, count) + instructionTokens(summaryWords, count);
  const most = fixed(mostTokens);
  return budgetTokens - (most < SMALL_SHARE * budgetTokens ? most : fixed(textTokens));
}
