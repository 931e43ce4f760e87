import { beginsConversation, type IncomingMessage, startsThread } from '../core/incoming-message.js';
import type { Intent } from '../core/ports.js';
import type { ThreadReplies } from '../core/settings.js';
import type { Unasked } from '../core/turn.js';

/**
 * What a message asks of the bot; undefined if it is none of the bot's business. Needs no lookup: most messages of a
 * busy channel end here.
 */
export function classify(message: IncomingMessage, threadReplies: ThreadReplies): Intent | undefined {
  if (message.from === 'workflow') return 'workflow';
  if (message.from === 'app') return startsThread(message) ? undefined : 'no';
  if (message.addressed === 'bot') return 'yes';
  if (beginsConversation(message)) return undefined;
  if (threadReplies === 'all') return 'known';
  if (threadReplies === 'mention' || message.addressed === 'others') return 'no';
  return 'auto';
}

/** Whether it matters which replies in threads are answered at the message's place. */
export function dependsOnPlace(message: IncomingMessage): boolean {
  return message.from === undefined && message.addressed !== 'bot' && !beginsConversation(message);
}

/** Why a message with this intent asks nothing, if it asks nothing. */
export function reasonFor({ from, addressed }: IncomingMessage, intent: Intent | undefined): Unasked {
  if (from !== undefined) return 'app';
  if (intent === undefined) return 'channel';
  if (addressed === 'others') return 'others';
  return intent === 'auto' ? 'between' : 'mention';
}

/** The same for an edited message. An edit asks only if it names the bot. */
export function reasonAfterEdit({ from, addressed }: IncomingMessage): Unasked | undefined {
  if (from !== undefined) return 'app';
  if (addressed === 'bot') return undefined;
  return addressed === 'others' ? 'others' : 'edited';
}
