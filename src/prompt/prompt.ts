/** Builds the messages that the model reads from a conversation. Pure. */
import { type Content, textOf } from '../core/content.js';
import type { Conversation } from '../core/conversation.js';
import type { LeftOut } from '../core/observation.js';
import type { PromptMessage } from '../core/ports.js';
import { newestOf } from '../core/turn.js';
import { channelBeforeMessage } from './channel-before.js';
import { cutInTheMiddle, shorten } from './shorten.js';
import { messageTokens } from './tokens.js';
import { INDENT, isNotice, nameResolver, toPromptMessages, verbatimTurns } from './transcript.js';

export interface Prompt {
  messages: PromptMessage[];
  /** `ts` of the newest turn in it. */
  after: string;
  leftOut: LeftOut;
}

export interface PromptInput {
  conversation: Conversation;
  /** Display names by user id. */
  names: ReadonlyMap<string, string>;
  /** Several people may write here: their messages begin with their names. */
  shared: boolean;
  system: string;
  /** Upper bound of the whole prompt, in tokens as `messageTokens` counts them. */
  budgetTokens: number;
  /** The prompt is for a summary, and nothing of the channel gets into that. */
  withoutChannel?: true;
}

export const DEFAULT_SYSTEM_PROMPT = [
  'You are Skein, an assistant in a Slack workspace. People talk to you in channels, threads and direct messages.',
  'Answer the newest messages with the whole conversation in mind. Be accurate and brief; say so when you do not know.',
  'Write standard Markdown. Put code in fenced blocks with the language named.',
].join(' ');

const OMITTED = 'The oldest messages of this conversation are left out.';

/** Begins the message that stands for the summarized turns. A user message: it holds people's words, never instructions. */
export const SUMMARY_HEAD = '(What was said before in this conversation, summed up:)\n\n';
/** A model that was told to be brief writes about half as many tokens. */
const MAX_SUMMARY_TOKENS = 2_000;

const SPEAKERS =
  "In this channel several people may write. Each of their messages begins with the speaker's name and a colon, and its further lines are indented; do not begin yours that way.";

/** Tokens of a prompt that are not part of the conversation, at most. */
export function fixedTokens(system: string): number {
  return messageTokens(withSpeakers(system)) + messageTokens(OMITTED);
}

/** How many messages at the start of a prompt equal those of the prompt before: the part that a provider's cache can save. */
export function repeatedMessages(messages: readonly PromptMessage[], before: readonly PromptMessage[]): number {
  const differs = messages.findIndex(({ role, content }, at) => {
    const other = before[at];
    return !other || role !== other.role || !isSame(content, other.content);
  });
  return differs < 0 ? messages.length : differs;
}

/**
 * In order: instructions, summary, what stood in the channel before, turns, pending turns. It only grows at its end until more is summarized, so the
 * provider's cache keeps its beginning.
 */
export function buildPrompt(input: PromptInput): Prompt {
  const { conversation, names, shared, system, budgetTokens } = input;
  const systemText = shared ? withSpeakers(system) : system;
  const nameOf = nameResolver(conversation, names);
  const said = toPromptMessages(verbatimTurns(conversation), nameOf, shared);
  const spare = budgetTokens - messageTokens(systemText) - messageTokens(OMITTED);
  const summary = summaryMessage(conversation, Math.min(MAX_SUMMARY_TOKENS, Math.floor(spare / 4)));
  const channel = input.withoutChannel ? [] : channelBeforeMessage(conversation, nameOf, spare);

  let left = spare - [...summary, ...channel].reduce((sum, { content }) => sum + messageTokens(content), 0);
  const longest = Math.floor(left / 2);
  const kept: PromptMessage[] = [];
  let oldest = 0;
  let shortened = 0;
  // From the newest backwards, so that the oldest are left out.
  for (const message of said.toReversed()) {
    const isTooLong = message.tokens > longest;
    const lineStart = shared && message.role === 'user' ? INDENT : '';
    const content = isTooLong ? shorten(message.content, longest, lineStart) : message.content;
    left -= isTooLong ? messageTokens(content) : message.tokens;
    if (left < 0 && kept.length > 0) {
      oldest = said.length - kept.length;
      break;
    }
    if (isTooLong && !isSame(content, message.content)) shortened += 1;
    kept.push({ role: message.role, content });
  }
  const note: PromptMessage[] = oldest > 0 ? [{ role: 'system', content: OMITTED }] : [];
  const messages: PromptMessage[] = [
    { role: 'system', content: systemText },
    ...note,
    ...summary,
    ...channel,
    ...kept.toReversed(),
  ];
  const notices = conversation.turns.filter(isNotice).length;
  return { messages, after: newestOf(conversation.turns), leftOut: { oldest, shortened, notices } };
}

function withSpeakers(system: string): string {
  return `${system}\n\n${SPEAKERS}`;
}

function summaryMessage({ summary }: Conversation, tokens: number): PromptMessage[] {
  return summary ? [{ role: 'user', content: cutInTheMiddle(SUMMARY_HEAD + summary.text, tokens) }] : [];
}

function isSame(one: Content, other: Content): boolean {
  return one === other || (typeof one === typeof other && textOf(one) === textOf(other));
}
