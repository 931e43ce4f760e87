/** Why a turn gets no answer, in a few words for the inspector. Pure. */
import { mention, mentionedIn } from '../core/mentions.js';
import type { PersonTurn, Unasked } from '../core/turn.js';

const REASONS: Readonly<Record<Exclude<Unasked, 'others'>, string>> = {
  between: 'part of a conversation between others',
  mention: 'only mentions are answered',
  app: 'posted by an app',
  edited: "an edit that doesn't mention the bot",
  backlog: 'from before the bot was mentioned',
  channel: 'in a channel, without a mention',
  stop: 'it stopped the reply',
};

/** People in it are mentioned as in `core/mentions.ts`. Undefined if the turn has no reason: earlier versions stored none. */
export function whyUnasked({ text, unasked }: PersonTurn): string | undefined {
  if (unasked !== 'others') return unasked && REASONS[unasked];
  const named = [...new Set(mentionedIn(text))].map(mention);
  // A group has no id of a person.
  return named.length > 0 ? `mentions ${named.join(', ')}` : 'mentions others';
}
