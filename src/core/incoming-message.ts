import { type ConversationId, DM_TOP_LEVEL } from './conversation-id.js';

/** A message that somebody said where the bot could hear it. */
export interface IncomingMessage {
  conversation: ConversationId;
  ts: string;
  author: string;
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
  /** `bot`: names the bot, or is a DM. `others`: names another person. `open`: names nobody. */
  addressed: 'bot' | 'others' | 'open';
}

/** A thread that begins with the message itself, or that cannot have anything before the bot's first turn. */
export function beginsConversation(message: IncomingMessage): boolean {
  const { thread } = message.conversation;
  return thread === DM_TOP_LEVEL || thread === message.ts;
}
