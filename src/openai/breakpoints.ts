/**
 * Marks where beginnings of a prompt end that later prompts have too. Models since GPT-5.6 look for a cached beginning at
 * such ends only. https://developers.openai.com/api/docs/guides/prompt-caching. Pure.
 */
import { type Content, type ContentPart, partsOf } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import { alternating } from './messages.js';

/** A part of a user message, the only kind that can end with a breakpoint: the model's own words cannot. */
export type MarkedPart = ContentPart & { breakpoint?: true };

/** OpenAI writes four, of which it sets one itself, behind the newest message. */
const MAX_BREAKPOINTS = 3;

/**
 * The list as `alternating` makes it, with breakpoints behind the messages that ask for one and behind the last user
 * message that has been answered: there the prompt before ended. Only the newest breakpoints are kept.
 */
export function withBreakpoints(messages: readonly PromptMessage[]): PromptMessage[] {
  // Marked before they are merged: their text stays a part of its own in every prompt, whatever follows.
  const list = alternating(messages.map((message) => (message.breakpoint ? marked(message) : message)));
  const answered = list.findLastIndex(({ role }, at) => role === 'user' && at < list.length - 1);
  return newestOnly(list.map((message, at) => (at === answered ? marked(message) : message)));
}

function marked(message: PromptMessage): PromptMessage {
  if (message.role !== 'user') return message;
  const parts = partsOf(message.content);
  const content: MarkedPart[] = parts.map((part, at) =>
    at === parts.length - 1 ? { ...part, breakpoint: true } : part,
  );
  return { ...message, content };
}

function newestOnly(messages: readonly PromptMessage[]): PromptMessage[] {
  let excess = messages.reduce((sum, { content }) => sum + partsOf(content).filter(isMarked).length, 0);
  excess -= MAX_BREAKPOINTS;
  const withoutExcess = (content: Content): Content => {
    if (typeof content === 'string') return content;
    return content.map((part) => {
      if (!isMarked(part) || excess <= 0) return part;
      excess -= 1;
      const { breakpoint: _, ...rest } = part as MarkedPart;
      return rest;
    });
  };
  return messages.map((message) => ({ ...message, content: withoutExcess(message.content) }));
}

/** Whether a breakpoint stands behind this part. */
export function isMarked(part: MarkedPart): boolean {
  return part.breakpoint === true;
}
