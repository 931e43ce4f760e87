import type { ContentPart } from './content.js';
import { type ConversationId, DM_TOP_LEVEL } from './conversation-id.js';
import type { PersonTurn } from './turn.js';

/** A message from a person that the bot received. */
export interface IncomingMessage {
  conversation: ConversationId;
  ts: string;
  author: string;
  text: string;
  /** As in `PersonTurn`. */
  parts?: readonly ContentPart[];
  /** Tokens of the content; undefined until counted. */
  tokens?: number;
  /** As in `PersonTurn`. */
  isPartial?: true;
  /** `bot`: names the bot, or is a DM. `others`: names another person. `open`: names nobody. */
  addressed: 'bot' | 'others' | 'open';
}

/** The turn that the message becomes. */
export function turnOf({ ts, author, text, parts, tokens, isPartial }: IncomingMessage): PersonTurn {
  const more = { ...(parts && { parts }), ...(tokens !== undefined && { tokens }), ...(isPartial && { isPartial }) };
  return { role: 'person', ts, author, text, ...more };
}

/** Whether nothing can have been said before this message: it starts its thread, or is at the top level of a DM. */
export function beginsConversation(message: IncomingMessage): boolean {
  const { thread } = message.conversation;
  return thread === DM_TOP_LEVEL || thread === message.ts;
}
