/** The button that stops a reply: what it is made of, and what a press of it means. Pure. */
import { type ConversationId, type ConversationKey, keyOf } from '../../core/conversation-id.js';
import type { ReplyControl } from '../../core/ports.js';

export const STOP_ACTION = 'stop';

/** `after`: see `ReplyInProgress`. */
export function stopControl(conversation: ConversationId, after: string, label: string): ReplyControl {
  return { kind: 'button', action: STOP_ACTION, label, value: `${keyOf(conversation)} ${after}` };
}

/** Undefined for what is no value of this button. */
export function stoppedBy(value: string): { key: ConversationKey; after: string } | undefined {
  const [key, after, ...more] = value.split(' ');
  if (key === undefined || after === undefined || more.length > 0) return undefined;
  return { key, after };
}
