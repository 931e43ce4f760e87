/** Turns a conversation into prompt messages. Pure. */
import { type Content, mapText, textOf, withHead } from '../core/content.js';
import type { Conversation } from '../core/conversation.js';
import { mentionedIn, replaceMentions } from '../core/mentions.js';
import type { PromptMessage } from '../core/ports.js';
import { wellFormed } from '../core/text.js';
import type { PersonTurn, Turn } from '../core/turn.js';
import { contentTokens, messageTokens, textTokens } from './tokens.js';

/** With the tokens of the whole message. */
export type CountedMessage = PromptMessage & { tokens: number };

/** Before a line that is not blank: whatever a model may read as its beginning. */
const LINE_BREAK = /(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])(?=[^\n\v\f\r\u0085\u2028\u2029])/g;
/** Begins the further lines of a person's message where it begins with their name. */
export const INDENT = '    ';
/** A part that begins like this could be taken for a message. */
const LIKE_A_SPEAKER = /^[^\n]*:/;

/** Stands for a message that only named the bot. */
const NO_WORDS = '(says nothing more)';

/**
 * User ids whose names the prompt of this conversation shows, the most important first: the newest speakers, then the
 * newest mentions. Where it is not `shared`, only mentions: nobody's message begins with their name.
 */
export function peopleIn({ turns, channelBefore = [] }: Conversation, shared = true): Set<string> {
  const newestFirst = [...channelBefore, ...turns].toReversed();
  const speakers = newestFirst.flatMap((turn) => (shared && isLookedUp(turn) ? [turn.author] : []));
  return new Set([...speakers, ...newestFirst.flatMap(({ text }) => mentionedIn(text))]);
}

/** Ids of apps: earlier versions stored their posts without a name. */
const APP_ID = /^B/;

/** Whose name has to be looked up: an app's post carries it. */
function isLookedUp(turn: Turn): turn is PersonTurn {
  return turn.role === 'person' && turn.name === undefined && !APP_ID.test(turn.author);
}

/** Turns that are neither part of the summary nor waiting for an answer, in order. */
export function settledTurns({ turns, pending, summary }: Conversation): Turn[] {
  const others = new Set([...pending, ...(summary?.covers ?? [])]);
  return turns.filter(({ ts }) => !others.has(ts));
}

/** Turns that are sent word by word. Pending ones come last, however late they were delivered: a model answers the end of its prompt. */
export function verbatimTurns(conversation: Conversation): Turn[] {
  const waiting = new Set(conversation.pending);
  return [...settledTurns(conversation), ...conversation.turns.filter(({ ts }) => waiting.has(ts))];
}

/** The bot's own notices, an error for example, which the model does not read. */
export function isNotice(turn: Turn): boolean {
  return turn.role === 'assistant' && turn.notice === true;
}

/** Whether two neighbouring turns are messages of one long reply, slices of one text. */
export function isOneReply(first: Turn | undefined, second: Turn | undefined): boolean {
  return first?.role === 'assistant' && second?.role === 'assistant' && first.after === second.after;
}

/**
 * `shared`: each person's message begins with their name, and its further lines are indented, so that nobody can write a
 * line that looks like another person's message. Notices are left out.
 */
export function toPromptMessages(
  turns: readonly Turn[],
  nameOf: (id: string) => string,
  shared: boolean,
): CountedMessage[] {
  const messages: CountedMessage[] = [];
  let previous: Turn | undefined;
  for (const turn of turns) {
    if (isNotice(turn)) continue;
    const { content, tokens } = named(turn, nameOf);
    const last = messages.at(-1);
    if (turn.role === 'person' && shared) {
      messages.push({ role: 'user', ...spoken(`${turn.name ?? nameOf(turn.author)}: `, content, tokens) });
    } else if (turn.role === 'person') {
      messages.push({ role: 'user', content, tokens: messageTokens('') + tokens });
    } else if (last && isOneReply(previous, turn)) {
      last.content = textOf(last.content) + textOf(content);
      last.tokens += tokens;
    } else {
      messages.push({ role: 'assistant', content, tokens: messageTokens('') + tokens });
    }
    previous = turn;
  }
  return messages;
}

/** `tokens`: of the content. */
function spoken(head: string, content: Content, tokens: number): Pick<CountedMessage, 'content' | 'tokens'> {
  const indented = mapText(content, (text) => text.replaceAll(LINE_BREAK, `$&${INDENT}`));
  // Each part but the first begins a line where they are put together.
  const whole =
    typeof indented === 'string'
      ? indented
      : indented.map((part, at) =>
          at > 0 && LIKE_A_SPEAKER.test(part.text) ? { ...part, text: INDENT + part.text } : part,
        );
  const count = textOf(whole) === textOf(content) ? tokens : contentTokens(whole);
  return { content: withHead(head, whole), tokens: messageTokens(head) + count };
}

/** A turn's content with people's names in place of their ids. The stored count is of the text with ids. */
function named(turn: Turn, nameOf: (id: string) => string): { content: Content; tokens: number } {
  const parts = turn.role === 'person' ? turn.parts : undefined;
  const withNames = (text: string): string => wellFormed(replaceMentions(text, (id) => `@${nameOf(id)}`));
  if (parts) {
    const content = mapText(parts, withNames);
    return { content, tokens: contentTokens(content) };
  }
  const text = withNames(turn.text);
  if (turn.role === 'person' && text === '') return { content: NO_WORDS, tokens: textTokens(NO_WORDS) };
  const known = text === turn.text ? turn.tokens : undefined;
  return { content: text, tokens: known ?? textTokens(text) };
}

/** People without a display name get a number, in order of appearance. */
export function nameResolver(
  { turns, channelBefore = [] }: Conversation,
  names: ReadonlyMap<string, string>,
): (id: string) => string {
  const authors = new Set([...channelBefore, ...turns].flatMap((turn) => (isLookedUp(turn) ? [turn.author] : [])));
  const nameless = [...authors].filter((id) => !names.has(id));
  return (id) => names.get(id) ?? (nameless.includes(id) ? `Person ${nameless.indexOf(id) + 1}` : 'someone');
}
