/** From a conversation to the list of messages that the model reads. Pure. */
import { isDirect } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import type { LeftOut } from '../core/observation.js';
import type { PromptMessage } from '../core/ports.js';
import { newestOf } from '../core/turn.js';
import { cutInTheMiddle } from './shorten.js';
import { messageTokens } from './tokens.js';
import { isNotice, toPromptMessages, nameResolver, verbatimTurns } from './transcript.js';

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
  system: string;
  /** Upper bound of the whole list, in tokens as `messageTokens` counts them. */
  budgetTokens: number;
}

export const DEFAULT_SYSTEM_PROMPT = [
  'You are Skein, an assistant in a Slack workspace. People talk to you in channels, threads and direct messages.',
  'Answer the newest messages with the whole conversation in mind. Be accurate and brief; say so when you do not know.',
  'Write standard Markdown. Put code in fenced blocks with the language named.',
].join(' ');

const OMITTED = 'The oldest messages of this conversation are left out.';

/** Begins the message that stands for the turns that were summed up. It is people's words in the end, and no instruction. */
export const SUMMARY_HEAD = '(What was said before in this conversation, summed up:)\n\n';
/** A model that was told to be brief writes about half as many tokens. */
const LONGEST_SUMMARY = 2_000;

const SPEAKERS =
  "In this channel several people may write. Each of their messages begins with the speaker's name and a colon; do not begin yours that way.";

/** Tokens of a prompt that are no part of the conversation, at most. */
export function fixedTokens(system: string): number {
  return messageTokens(withSpeakers(system)) + messageTokens(OMITTED);
}

/** How many messages at the beginning of a prompt the one before had as well: what a provider's cache can save. */
export function repeatedMessages(messages: readonly PromptMessage[], before: readonly PromptMessage[]): number {
  const differs = messages.findIndex(
    ({ role, content }, at) => role !== before[at]?.role || content !== before[at].content,
  );
  return differs < 0 ? messages.length : differs;
}

/** In order: the instructions, the summary, the turns, what waits for an answer. It only grows at its end, until more is summed up. */
export function buildPrompt({ conversation, names, system, budgetTokens }: PromptInput): Prompt {
  const shared = !isDirect(conversation.id);
  const systemText = shared ? withSpeakers(system) : system;
  const said = toPromptMessages(verbatimTurns(conversation), nameResolver(conversation, names), shared);
  const spare = budgetTokens - messageTokens(systemText) - messageTokens(OMITTED);
  const summary = summaryMessage(conversation, Math.min(LONGEST_SUMMARY, Math.floor(spare / 4)));

  let left = spare - summary.reduce((sum, { content }) => sum + messageTokens(content), 0);
  const longest = Math.floor(left / 2);
  const kept: PromptMessage[] = [];
  let oldest = 0;
  let shortened = 0;
  // From the newest backwards, so that what does not fit is the oldest.
  for (const message of said.toReversed()) {
    const content = message.tokens > longest ? cutInTheMiddle(message.content, longest) : message.content;
    left -= content === message.content ? message.tokens : messageTokens(content);
    if (left < 0 && kept.length > 0) {
      oldest = said.length - kept.length;
      break;
    }
    if (content !== message.content) shortened += 1;
    kept.push({ role: message.role, content });
  }
  const note: PromptMessage[] = oldest > 0 ? [{ role: 'system', content: OMITTED }] : [];
  const after = newestOf(conversation.turns);
  const notices = conversation.turns.filter(isNotice).length;
  const messages: PromptMessage[] = [
    { role: 'system', content: systemText },
    ...note,
    ...summary,
    ...kept.toReversed(),
  ];
  return { messages, after, leftOut: { oldest, shortened, notices } };
}

function withSpeakers(system: string): string {
  return `${system}\n\n${SPEAKERS}`;
}

function summaryMessage({ summary }: Conversation, tokens: number): PromptMessage[] {
  return summary ? [{ role: 'user', content: cutInTheMiddle(SUMMARY_HEAD + summary.text, tokens) }] : [];
}
