/** From a conversation to the list of messages that the model reads. Pure. */
import type { PromptMessage } from './ports.js';
import { messageTokens, textTokens } from './tokens.js';
import { type Conversation, isDirect, newestOf, type Turn } from './types.js';

export interface Prompt {
  messages: PromptMessage[];
  /** `ts` of the newest turn in it. */
  after: string;
  leftOut: LeftOut;
}

/** What of the conversation the model does not read; numbers of messages. */
export interface LeftOut {
  /** The oldest, to stay within the budget. */
  oldest: number;
  /** Lost their middle: alone they would take more than half of the budget. */
  shortened: number;
  /** Sentences that the bot said for itself, an error say. */
  notices: number;
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

const SUMMARY = 'What was said before in this conversation, in short:\n\n';

const SPEAKERS =
  'In this channel several people may write. Each of their messages begins with the speaker\'s name and a colon; do not begin yours that way.';

/** How many messages at the beginning of a prompt the one before had as well: what a provider's cache can save. */
export function repeatedMessages(messages: readonly PromptMessage[], before: readonly PromptMessage[]): number {
  const differs = messages.findIndex(({ role, content }, at) => role !== before[at]?.role || content !== before[at].content);
  return differs < 0 ? messages.length : differs;
}

/** Prose has a token for every four or five bytes; what has fewer is found too long and cut again. */
const HALF_A_TOKEN_BYTES = 2;
const CAUTION = 0.95;

export function buildPrompt({ conversation, names, system, budgetTokens }: PromptInput): Prompt {
  const shared = !isDirect(conversation.id);
  const systemText = shared ? `${system}\n\n${SPEAKERS}` : system;
  const said = sayings(transcript(conversation), names, shared);
  const spare = budgetTokens - messageTokens(systemText) - messageTokens(OMITTED);
  const summary = conversation.summary && cutInTheMiddle(SUMMARY + conversation.summary.text, Math.floor(spare / 4));

  let left = spare - (summary === undefined ? 0 : messageTokens(summary));
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
  const before = [...(summary === undefined ? [] : [summary]), ...(oldest > 0 ? [OMITTED] : [])];
  const after = newestOf(conversation.turns);
  const notices = conversation.turns.filter(isNotice).length;
  const instructions = [systemText, ...before].map((content): PromptMessage => ({ role: 'system', content }));
  const messages = [...instructions, ...kept.toReversed()];
  return { messages, after, leftOut: { oldest, shortened, notices } };
}

/** The user ids whose names a prompt of this conversation shows. */
export function peopleIn(conversation: Conversation): Set<string> {
  const ids = new Set<string>();
  for (const turn of conversation.turns) {
    if (turn.role === 'person') ids.add(turn.author);
    for (const [, id] of turn.text.matchAll(MENTION)) if (id) ids.add(id);
  }
  return ids;
}

const MENTION = /<@([UW][A-Z0-9]+)>/g;

/** What is sent word by word. What waits for an answer comes last, however late it was delivered: the model answers the end of its list. */
function transcript({ turns, pending, summary }: Conversation): Turn[] {
  const [waiting, covered] = [new Set(pending), new Set(summary?.covers)];
  return [...turns.filter(({ ts }) => !waiting.has(ts) && !covered.has(ts)), ...turns.filter(({ ts }) => waiting.has(ts))];
}

interface Saying extends PromptMessage {
  /** Of the whole message. */
  tokens: number;
}

function sayings(turns: readonly Turn[], names: ReadonlyMap<string, string>, shared: boolean): Saying[] {
  const nameOf = speakers(turns, names);
  const messages: Saying[] = [];
  let previous: Turn | undefined;
  for (const turn of turns) {
    if (isNotice(turn)) continue;
    const text = turn.text.replaceAll(MENTION, (_, id: string) => `@${nameOf(id)}`);
    const last = messages.at(-1);
    const known = text === turn.text ? turn.tokens : undefined;
    if (turn.role === 'person') {
      const words = text || '(says nothing more)';
      const head = shared ? `${nameOf(turn.author)}: ` : '';
      messages.push({ role: 'user', content: head + words, tokens: messageTokens(head) + ((text && known) || textTokens(words)) });
    } else if (last && previous?.role === 'assistant' && previous.after === turn.after) {
      // The messages of one long reply are slices of one text.
      last.content += text;
      last.tokens += known ?? textTokens(text);
    } else {
      messages.push({ role: 'assistant', content: text, tokens: messageTokens('') + (known ?? textTokens(text)) });
    }
    previous = turn;
  }
  return messages;
}

function isNotice(turn: Turn): boolean {
  return turn.role === 'assistant' && turn.notice === true;
}

/** Whoever has no display name is told apart by a number, in order of appearance. */
function speakers(turns: readonly Turn[], names: ReadonlyMap<string, string>): (id: string) => string {
  const nameless = [...new Set(turns.flatMap((turn) => (turn.role === 'person' && !names.has(turn.author) ? [turn.author] : [])))];
  return (id) => names.get(id) ?? (nameless.includes(id) ? `Person ${nameless.indexOf(id) + 1}` : 'someone');
}

/** A message of more than `tokens` keeps its beginning and its end. */
function cutInTheMiddle(text: string, tokens: number): string {
  if (messageTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text);
  let half = Math.min(tokens * HALF_A_TOKEN_BYTES, Math.floor(bytes.length / 2));
  for (;;) {
    const head = whole(bytes.subarray(0, half));
    const tail = whole(bytes.subarray(bytes.length - half));
    const cut = `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
    const count = messageTokens(cut);
    if (count <= tokens || half === 0) return cut;
    // By what it is too long, and a little more: a second correction is rare.
    half = Math.floor((half * tokens * CAUTION) / count);
  }
}

/** A slice of UTF-8 without the halves of characters at its ends. */
function whole(bytes: Buffer): string {
  return bytes.toString().replace(/^\uFFFD+|\uFFFD+$/g, '');
}
