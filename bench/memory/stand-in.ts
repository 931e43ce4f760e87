/** In place of the core's own compaction, until that is there. */
import type { PromptMessage } from '../../src/conversation/ports.js';
import { buildPrompt } from '../../src/conversation/prompt.js';
import type { Conversation, Turn } from '../../src/conversation/types.js';

export interface Marks {
  high: number;
  low: number;
}

const INSTRUCTIONS =
  'Sum up what was said so far, for yourself: it takes the place of these messages. Keep names, decisions, numbers, open ' +
  'questions and links; of what was summed up before keep what still counts. At most 800 tokens, no preamble.';
const PER_MESSAGE = 12;

/** The oldest turns, of a conversation whose verbatim part is above the high mark, down to the low one. */
export function foldable({ turns, summary }: Conversation, { high, low }: Marks): Turn[] | undefined {
  const covered = new Set(summary?.covers);
  const verbatim = turns.filter(({ ts }) => !covered.has(ts));
  let left = verbatim.reduce((total, { tokens = 0 }) => total + tokens + PER_MESSAGE, 0);
  if (left <= high) return undefined;
  const count = verbatim.findIndex(({ tokens = 0 }) => (left -= tokens + PER_MESSAGE) <= low);
  return verbatim.slice(0, count + 1);
}

/** The beginning of the prompt that was sent last, which the service has in its cache, and what to do with it. */
export function summaryPrompt(conversation: Conversation, folded: readonly Turn[], names: ReadonlyMap<string, string>, system: string): PromptMessage[] {
  const upTo = { ...conversation, turns: [...folded], pending: [] };
  return [...buildPrompt({ conversation: upTo, names, system, budgetTokens: Infinity }).messages, { role: 'system', content: INSTRUCTIONS }];
}
