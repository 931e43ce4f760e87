/** The memory strategies to compare. Each builds the prompt of every reply of a thread, in order. */
import { textOf } from '../../src/core/content.js';
import type { Conversation, Segment } from '../../src/core/conversation.js';
import type { PromptMessage } from '../../src/core/ports.js';
import { buildPrompt, DEFAULT_SYSTEM_PROMPT } from '../../src/prompt/prompt.js';
import { nextSegment, summaryPrompt, type Thresholds, toCompaction } from '../../src/prompt/summary.js';
import { textTokens } from '../../src/prompt/tokens.js';
import { isDirectMessage } from '../../src/slack/channels.js';
import { Bill } from './bill.js';
import { FACT, type Thread } from './threads.js';

export interface Outcome {
  bill: Bill;
  /** Cost of each reply, including the summary made after it. */
  replies: number[];
  /** Index of the reply after which the first summary was made; undefined without summaries. */
  firstSummary?: number;
  summaries: number;
  /** Prompt of the last reply. */
  lastPrompt: readonly PromptMessage[];
}

const SUMMARY_WORDS = 300;
/** Of one summary: a model that may write 300 words keeps to them. */
const MAX_SUMMARY_TOKENS = 480;

/** The newest turns that fit into the budget; with an infinite budget, all turns. */
export function verbatim(thread: Thread, budgetTokens: number, cached: boolean): Outcome {
  const bill = new Bill(cached);
  const replies: number[] = [];
  let lastPrompt: readonly PromptMessage[] = [];
  for (const soFar of questions(thread)) {
    lastPrompt = promptOf(soFar, thread, budgetTokens);
    replies.push(bill.prompt(lastPrompt));
  }
  return { bill, replies, summaries: 0, lastPrompt };
}

/** Skein's strategy: summarizes the oldest turns after a reply when the verbatim part exceeds the high threshold. */
export function summarizing(thread: Thread, thresholds: Thresholds): Outcome {
  const { names } = thread;
  const outcome: Outcome = { bill: new Bill(), replies: [], summaries: 0, lastPrompt: [] };
  let segments: Segment[] = [];
  const covered = new Set<string>();
  const uncovered = (conversation: Conversation): Conversation => ({
    ...conversation,
    segments,
    turns: conversation.turns.filter(({ ts }) => !covered.has(ts)),
  });
  for (const question of questions(thread)) {
    outcome.lastPrompt = promptOf(uncovered(question), thread, Infinity);
    let billed = outcome.bill.prompt(outcome.lastPrompt);
    const answered = { ...question, turns: thread.conversation.turns.slice(0, question.turns.length + 1), pending: [] };
    const shared = isShared(answered);
    for (;;) {
      const conversation = uncovered(answered);
      const wanted = nextSegment(conversation, thresholds, shared);
      if (!wanted) break;
      const { next, messages, uncached } = summaryPrompt(
        { conversation, names, shared, system: DEFAULT_SYSTEM_PROMPT, budgetTokens: Infinity },
        wanted,
        SUMMARY_WORDS,
      );
      const text = factsIn(messages);
      billed += outcome.bill.prompt(messages, uncached) + outcome.bill.output(text);
      const { segment } = toCompaction(next, text, conversation, shared);
      for (const { ts } of next.turns) covered.add(ts);
      const others = segments.filter((other) => !next.segments.includes(other));
      segments = [...others, { id: String(outcome.summaries), ...segment }].toSorted((a, b) =>
        a.position < b.position ? -1 : 1,
      );
      outcome.firstSummary ??= outcome.replies.length;
      outcome.summaries += 1;
    }
    outcome.replies.push(billed);
  }
  return outcome;
}

function isShared({ id }: Conversation): boolean {
  return !isDirectMessage(id.channel);
}

/** The conversation as it was after each question. */
function* questions({ conversation, asked }: Thread): Generator<Conversation> {
  for (const [n, { ts }] of conversation.turns.entries()) {
    if (asked.has(ts)) yield { ...conversation, turns: conversation.turns.slice(0, n + 1), pending: [ts] };
  }
}

function promptOf(conversation: Conversation, { names }: Thread, budgetTokens: number): PromptMessage[] {
  return buildPrompt({
    conversation,
    names,
    shared: isShared(conversation),
    system: DEFAULT_SYSTEM_PROMPT,
    budgetTokens,
  }).messages;
}

/** The scripted model's summary: every sentence marked as a fact, while there is room. */
function factsIn(messages: readonly PromptMessage[]): string {
  const facts = new Set(messages.flatMap(({ content }) => textOf(content).match(FACT) ?? []));
  let left = MAX_SUMMARY_TOKENS;
  return [...facts].filter((fact) => (left -= textTokens(fact)) >= 0).join('\n');
}
