/** A sent prompt, for the inspector. Pure. */
import { textOf } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import { saidInChannel } from '../prompt/channel-before.js';
import { repeatedMessages, SUMMARY_HEAD } from '../prompt/prompt.js';
import { messageTokens } from '../prompt/tokens.js';
import type { PartName, PromptView } from './inspection.js';
import { diffOf } from './prompt-diff.js';
import type { SentPrompt } from './runs.js';

/** `before`: messages of the prompt before it; undefined for the first. */
export function promptView(
  { at, model, messages, budgetTokens, leftOut }: SentPrompt,
  before: readonly PromptMessage[] | undefined,
): PromptView {
  const counted = messages.map(({ role, content }) => ({
    role,
    content: textOf(content),
    tokens: messageTokens(content),
  }));
  const total = (some: readonly { tokens: number }[]): number => some.reduce((sum, { tokens }) => sum + tokens, 0);
  const names = partNames(messages);
  const parts = PART_NAMES.map((name) => ({ name, tokens: total(counted.filter((_, n) => names[n] === name)) }));
  return {
    at,
    model,
    tokens: total(counted),
    budgetTokens,
    parts: parts.filter(({ tokens }) => tokens > 0),
    repeatedTokens: total(counted.slice(0, repeatedMessages(messages, before ?? []))),
    leftOut: leftOutSentences(leftOut, budgetTokens),
    messages: counted,
    ...(before && { changes: diffOf(before, messages) }),
  };
}

const PART_NAMES = [
  'system',
  'notes',
  'summary',
  'channel',
  'people',
  'replies',
  'question',
] as const satisfies readonly PartName[];

function partNames(messages: readonly PromptMessage[]): PartName[] {
  const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.map(({ role, content }, n) => {
    if (role === 'system') return n === 0 ? 'system' : 'notes';
    if (textOf(content).startsWith(SUMMARY_HEAD)) return 'summary';
    if (saidInChannel(content)) return 'channel';
    if (role === 'assistant') return 'replies';
    return n > lastReply ? 'question' : 'people';
  });
}

function leftOutSentences({ oldest, shortened, notices }: SentPrompt['leftOut'], budget: number): string[] {
  const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
  return [
    ...(oldest > 0 ? [`The oldest ${messages(oldest)}: beyond the budget of ${budget} tokens (PROMPT_TOKENS).`] : []),
    ...(shortened > 0 ? [`The middle of ${messages(shortened)}: longer than half the budget.`] : []),
    ...(notices > 0
      ? [
          `${notices === 1 ? '1 notice' : `${notices} notices`} of the bot, such as an error: for people, not for the model.`,
        ]
      : []),
  ];
}
