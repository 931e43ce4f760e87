/** The ways to remember a thread that are compared: each is asked for the prompt of every reply, in order. */
import type { PromptMessage } from '../../src/core/ports.js';
import { buildPrompt, DEFAULT_SYSTEM_PROMPT } from '../../src/prompt/prompt.js';
import { turnsToSummarize, type Thresholds, summaryPrompt } from '../../src/prompt/summary.js';
import { textTokens } from '../../src/prompt/tokens.js';
import type { Conversation } from '../../src/core/conversation.js';
import { Bill } from './bill.js';
import { FACT, type Thread } from './threads.js';

export interface Outcome {
  bill: Bill;
  /** What each reply came to, the summary made after it included. */
  replies: number[];
  /** Number of the reply, from 0, after which the first summary was made. */
  firstFold?: number;
  folds: number;
  /** Of the last reply. */
  lastPrompt: readonly PromptMessage[];
}

const LONGEST_SUMMARY = 800;

/** Everything that the budget holds, the newest first; with a budget without end: everything. */
export function verbatim(thread: Thread, budgetTokens: number, cached: boolean): Outcome {
  const bill = new Bill(cached);
  const replies: number[] = [];
  let lastPrompt: readonly PromptMessage[] = [];
  for (const soFar of questions(thread)) {
    lastPrompt = promptOf(soFar, thread, budgetTokens);
    replies.push(bill.prompt(lastPrompt));
  }
  return { bill, replies, folds: 0, lastPrompt };
}

/** The oldest turns are summed up after a reply, whenever the verbatim part is above the high mark. */
export function folded(thread: Thread, marks: Thresholds): Outcome {
  const { names } = thread;
  const outcome: Outcome = { bill: new Bill(), replies: [], folds: 0, lastPrompt: [] };
  let summary: Conversation['summary'];
  for (const question of questions(thread)) {
    const soFar = { ...question, ...(summary && { summary }) };
    outcome.lastPrompt = promptOf(soFar, thread, Infinity);
    let billed = outcome.bill.prompt(outcome.lastPrompt);
    const answered = { ...soFar, turns: thread.conversation.turns.slice(0, soFar.turns.length + 1), pending: [] };
    const turns = turnsToSummarize(answered, marks);
    if (turns.length > 0) {
      const { messages: asked } = summaryPrompt(
        { conversation: answered, names, system: DEFAULT_SYSTEM_PROMPT, budgetTokens: Infinity },
        turns,
        500,
      );
      const text = summed(asked);
      billed += outcome.bill.prompt(asked) + outcome.bill.output(text);
      summary = { text, covers: [...(summary?.covers ?? []), ...turns.map(({ ts }) => ts)] };
      outcome.firstFold ??= outcome.replies.length;
      outcome.folds += 1;
    }
    outcome.replies.push(billed);
  }
  return outcome;
}

/** The thread as it was when each question had been asked. */
function* questions({ conversation, asked }: Thread): Generator<Conversation> {
  for (const [n, { ts }] of conversation.turns.entries()) {
    if (asked.has(ts)) yield { ...conversation, turns: conversation.turns.slice(0, n + 1), pending: [ts] };
  }
}

function promptOf(conversation: Conversation, { names }: Thread, budgetTokens: number): PromptMessage[] {
  return buildPrompt({ conversation, names, system: DEFAULT_SYSTEM_PROMPT, budgetTokens }).messages;
}

/** The scripted model: every sentence that is marked as a fact, as far as there is room. */
function summed(messages: readonly PromptMessage[]): string {
  const facts = new Set(messages.flatMap(({ content }) => content.match(FACT) ?? []));
  let left = LONGEST_SUMMARY;
  return [...facts].filter((fact) => (left -= textTokens(fact)) >= 0).join('\n');
}
