/** What stands under a reply that is whole, or was stopped. Pure. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import type { BotMessages, ReplyControl } from '../core/ports.js';
import { AGAIN, CONTINUE, EARLIER, FEEDBACK, LATER } from '../core/reply-actions.js';
import type { ReplyButton } from '../core/settings.js';
import { versionsWith } from './versions.js';

/**
 * How an answer ended. `own`: it is a sentence of the bot's own that is no answer. `notice`: the same, in place of an answer.
 * `kept`: the answer that was to be written again stands, for there is no other.
 */
export type Ending = 'whole' | 'length' | 'stopped' | 'kept' | 'notice' | 'own';

export interface ControlsOptions {
  buttons: readonly ReplyButton[];
  botMessages: BotMessages;
}

/** The value of each is the conversation's key, and behind a space the version that it leads to. */
export function controlsFor(
  conversation: Conversation,
  ending: Ending,
  { buttons, botMessages }: ControlsOptions,
): readonly ReplyControl[] | undefined {
  if (ending === 'own') return undefined;
  const value = keyOf(conversation.id);
  const button = (action: string, label: string, about = value): ReplyControl => ({
    kind: 'button',
    action,
    label,
    value: about,
  });
  const controls: ReplyControl[] = [];
  const goesOn = ending === 'length' || ending === 'stopped';
  if (goesOn && buttons.includes('continue')) controls.push(button(CONTINUE, botMessages.continueButton));
  if (buttons.includes('again')) {
    const versions = ending === 'kept' ? conversation.redo?.[0]?.versions : versionsWith(conversation, '');
    const { texts = [], shown = 0 } = versions ?? {};
    const of = texts.length;
    if (of > 1 && shown > 0) controls.push(button(EARLIER, '‹', `${value} ${shown - 1}`));
    controls.push(button(AGAIN, botMessages.againButton(of > 1 ? { number: shown + 1, of } : undefined)));
    if (of > 1 && shown < of - 1) controls.push(button(LATER, '›', `${value} ${shown + 1}`));
  }
  if (ending !== 'notice' && buttons.includes('feedback')) {
    const { goodAnswer: positive, badAnswer: negative } = botMessages;
    controls.push({ kind: 'feedback', action: FEEDBACK, positive, negative, value });
  }
  return controls.length > 0 ? controls : undefined;
}
