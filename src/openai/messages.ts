/**
 * The message list in the one shape that every server accepts: one system message, first; then user and assistant in
 * turn, beginning and ending with user. Chat templates of vLLM, Mistral, Gemma and others refuse any other list with a 400,
 * and some servers half a character. Pure.
 */
import { type Content, mapText, partsOf, withHead } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import { wellFormed } from '../core/text.js';

/** Stands before a conversation that begins with the bot's own message. */
const BEGINNING = '(This conversation begins with your message.)';
/** Stands behind a list that ends with the bot's own message. */
const CONTINUE = '(Continue.)';
const SEPARATOR = '\n\n';

export function alternating(messages: readonly PromptMessage[]): PromptMessage[] {
  const [first] = messages;
  const system = first?.role === 'system' ? [first] : [];
  const turns = messages
    .slice(system.length)
    .map(asTurn)
    .filter(({ content }) => !isBlank(content));
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', content: BEGINNING });
  if (turns.at(-1)?.role !== 'user') turns.push({ role: 'user', content: CONTINUE });
  return [...system, ...merged(turns)].map(({ role, content }) => ({ role, content: mapText(content, wellFormed) }));
}

/** Any other system message is a note: as part of a user message it leaves the cached system message as it is. */
function asTurn(message: PromptMessage): PromptMessage {
  if (message.role !== 'system') return message;
  return { role: 'user', content: typeof message.content === 'string' ? `(${message.content})` : message.content };
}

/** Neighbours of one role become one message. */
function merged(messages: readonly PromptMessage[]): PromptMessage[] {
  const list: PromptMessage[] = [];
  for (const { role, content } of messages) {
    const last = list.at(-1);
    if (last?.role === role) last.content = joined(last.content, content);
    else list.push({ role, content });
  }
  return list;
}

function joined(one: Content, other: Content): Content {
  if (typeof one === 'string' && typeof other === 'string') return one + SEPARATOR + other;
  // Servers put parts together without anything between them.
  return [...partsOf(one), ...partsOf(withHead(SEPARATOR, other))];
}

function isBlank(content: Content): boolean {
  return partsOf(content).every(({ type, text }) => type === 'text' && text.trim() === '');
}
