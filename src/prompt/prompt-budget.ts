/** How long a prompt may get, and whether a conversation fits into it. Pure. */
import type { ModelLimits } from '../core/ports.js';
import { fixedTokens } from './prompt.js';
import { instructionTokens } from './summary.js';

/** Where nobody says how much: beyond it the models with the largest windows ask twice the price for every token. */
const MOST = 272_000;

/** Tokens of the longest prompt behind which the longest answer still has room; `most` is what the settings allow. */
export function promptBudget({ contextWindow, maxOutput }: ModelLimits, most = MOST): number {
  return Math.min(contextWindow - maxOutput, most);
}

/** Tokens of a prompt that a conversation needs at least: a question of some length, and what it refers to. */
export const LEAST_CONVERSATION_TOKENS = 400;

/** Tokens of a prompt of `budgetTokens` that are left for the conversation, in an answer and in a summary alike. May be below 0. */
export function conversationTokens(budgetTokens: number, system: string, summaryWords: number): number {
  return budgetTokens - fixedTokens(system) - instructionTokens(summaryWords);
}
