import { beginsConversation, type IncomingMessage } from '../core/incoming-message.js';
import type { Intent } from '../core/ports.js';
import type { ThreadReplies } from '../core/settings.js';

/**
 * What a message asks of the bot; undefined if it is none of the bot's business. Needs no lookup: most messages of a
 * busy channel end here.
 */
export function classify(message: IncomingMessage, threadReplies: ThreadReplies): Intent | undefined {
  if (message.addressed === 'bot') return 'yes';
  if (beginsConversation(message)) return undefined;
  if (threadReplies === 'all') return 'known';
  if (threadReplies === 'mention' || message.addressed === 'others') return 'no';
  return 'auto';
}
