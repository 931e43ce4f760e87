/** Turns a conversation into prompt messages. Pure. */
import { type Content, mapText, textOf, withHead } from '../core/content.js';
import type { Conversation, Segment } from '../core/conversation.js';
import type { PromptMessage } from '../core/ports.js';
import { wellFormed } from '../core/text.js';
import { positionOf, type Turn } from '../core/turn.js';
import type { NameResolver } from './names.js';
import { contentTokens, messageTokens, textTokens, type TokenCounter } from './tokens.js';

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

/** A part of the transcript: a segment, if it begins with one, and the turns up to the next. */
export interface Stretch {
  segment?: Segment;
  turns: Turn[];
}

/** The transcript without the turns that wait for an answer. Never empty. */
export function settledStretches({ turns, pending, segments = [] }: Conversation): [Stretch, ...Stretch[]] {
  const waiting = new Set(pending);
  const settled = turns.filter(({ ts }) => !waiting.has(ts));
  const first: Stretch = { turns: settled };
  const stretches: [Stretch, ...Stretch[]] = [first];
  let last = first;
  for (const segment of segments) {
    const following = last.turns.findIndex((turn) => positionOf(turn) >= segment.position);
    const after = following < 0 ? [] : last.turns.splice(following);
    last = { segment, turns: after };
    stretches.push(last);
  }
  return stretches;
}

/** The transcript with the turns that wait for an answer, which come last, however late they were delivered: a model answers the end of its prompt. */
export function stretchesOf(conversation: Conversation): Stretch[] {
  const waiting = new Set(conversation.pending);
  const stretches = settledStretches(conversation);
  stretches.at(-1)?.turns.push(...conversation.turns.filter(({ ts }) => waiting.has(ts)));
  return stretches;
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
  names: NameResolver,
  shared: boolean,
  count: TokenCounter = textTokens,
): CountedMessage[] {
  const messages: CountedMessage[] = [];
  let previous: Turn | undefined;
  for (const turn of turns) {
    if (isNotice(turn)) continue;
    const content = named(turn, names);
    const last = messages.at(-1);
    if (turn.role === 'person' && shared) {
      const head = `${turn.name ?? names.ofPerson(turn.author)}: `;
      const lines = indented(content);
      const tokens = messageTokens(head, count) + contentTokens(lines, count);
      messages.push({ role: 'user', content: withHead(head, lines), tokens });
    } else if (turn.role === 'person') {
      messages.push({ role: 'user', content, tokens: messageTokens(content, count) });
    } else if (last && isOneReply(previous, turn)) {
      last.content = textOf(last.content) + textOf(content);
      last.tokens += contentTokens(content, count);
    } else {
      messages.push({ role: 'assistant', content, tokens: messageTokens(content, count) });
    }
    previous = turn;
  }
  return messages;
}

function indented(content: Content): Content {
  const lines = mapText(content, (text) => text.replaceAll(LINE_BREAK, `$&${INDENT}`));
  if (typeof lines === 'string') return lines;
  // Each part but the first begins a line where they are put together.
  return lines.map((part, at) =>
    at > 0 && LIKE_A_SPEAKER.test(part.text) ? { ...part, text: INDENT + part.text } : part,
  );
}

/** A turn's content with names in place of ids. */
function named(turn: Turn, names: NameResolver): Content {
  const parts = turn.role === 'person' ? turn.parts : undefined;
  const content = mapText(parts ?? turn.text, (text) => wellFormed(names.in(text)));
  return turn.role === 'person' && content === '' ? NO_WORDS : content;
}
