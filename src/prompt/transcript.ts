/** A conversation as the list of messages that say it. Pure. */
import type { Conversation } from '../core/conversation.js';
import type { PromptMessage } from '../core/ports.js';
import type { Turn } from '../core/turn.js';
import { messageTokens, textTokens } from './tokens.js';

/** Tokens of the whole message. */
export type CountedMessage = PromptMessage & { tokens: number };

const MENTION = /<@([UW][A-Z0-9]+)>/g;

/** The user ids whose names a prompt of this conversation shows. */
export function peopleIn(conversation: Conversation): Set<string> {
  const ids = new Set<string>();
  for (const turn of conversation.turns) {
    if (turn.role === 'person') ids.add(turn.author);
    for (const [, id] of turn.text.matchAll(MENTION)) if (id) ids.add(id);
  }
  return ids;
}

/** What no summary stands for and nothing waits in, in order. */
export function settledTurns({ turns, pending, summary }: Conversation): Turn[] {
  const others = new Set([...pending, ...(summary?.covers ?? [])]);
  return turns.filter(({ ts }) => !others.has(ts));
}

/** What is sent word by word. What waits for an answer comes last, however late it was delivered: the model answers the end of its list. */
export function verbatimTurns(conversation: Conversation): Turn[] {
  const waiting = new Set(conversation.pending);
  return [...settledTurns(conversation), ...conversation.turns.filter(({ ts }) => waiting.has(ts))];
}

export function isNotice(turn: Turn): boolean {
  return turn.role === 'assistant' && turn.notice === true;
}

/** Whether two turns, one behind the other, are messages of one long reply: slices of one text. */
export function isOneReply(first: Turn | undefined, second: Turn | undefined): boolean {
  return first?.role === 'assistant' && second?.role === 'assistant' && first.after === second.after;
}

/** `shared`: with the speakers' names. What the bot said for itself is left out. */
export function toPromptMessages(
  turns: readonly Turn[],
  nameOf: (id: string) => string,
  shared: boolean,
): CountedMessage[] {
  const messages: CountedMessage[] = [];
  let previous: Turn | undefined;
  for (const turn of turns) {
    if (isNotice(turn)) continue;
    const text = turn.text.replaceAll(MENTION, (_, id: string) => `@${nameOf(id)}`);
    const last = messages.at(-1);
    const known = text === turn.text ? turn.tokens : undefined;
    if (turn.role === 'person') {
      const words = text || '(says nothing more)';
      const head = shared ? `${nameOf(turn.author)}: ` : '';
      messages.push({
        role: 'user',
        content: head + words,
        tokens: messageTokens(head) + ((text && known) || textTokens(words)),
      });
    } else if (last && isOneReply(previous, turn)) {
      last.content += text;
      last.tokens += known ?? textTokens(text);
    } else {
      messages.push({ role: 'assistant', content: text, tokens: messageTokens('') + (known ?? textTokens(text)) });
    }
    previous = turn;
  }
  return messages;
}

/** Whoever has no display name is told apart by a number, in order of appearance. */
export function nameResolver({ turns }: Conversation, names: ReadonlyMap<string, string>): (id: string) => string {
  const nameless = [
    ...new Set(turns.flatMap((turn) => (turn.role === 'person' && !names.has(turn.author) ? [turn.author] : []))),
  ];
  return (id) => names.get(id) ?? (nameless.includes(id) ? `Person ${nameless.indexOf(id) + 1}` : 'someone');
}
