import type { Message } from './types.js';

/** Accepts any well-formed name: Slack has thousands of emoji, and workspaces add custom ones. */
const NAME = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/;
/** The `reactions.add` reference gives no numbers for these limits; these are the known limits of Slack's clients. */
const MAX_EMOJI_PER_MESSAGE = 50;
const MAX_EMOJI_PER_USER = 23;

/** Slack's error code for a rejected reaction. https://docs.slack.dev/reference/methods/reactions.add#errors */
export type ReactionErrorCode = 'already_reacted' | 'too_many_emoji' | 'too_many_reactions' | 'no_reaction';

/** Whether `name` is well-formed: no colons around it, and two before an optional skin tone. */
export function isReactionName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Keeps emoji in order of first use, and each emoji's users in the order in which they reacted.
 * @returns undefined on success
 */
export function addReaction(message: Message, user: string, name: string): ReactionErrorCode | undefined {
  const reaction = message.reactions.find((known) => known.name === name);
  if (reaction?.users.includes(user) === true) return 'already_reacted';
  if (reaction === undefined && message.reactions.length >= MAX_EMOJI_PER_MESSAGE) return 'too_many_emoji';
  if (message.reactions.filter(({ users }) => users.includes(user)).length >= MAX_EMOJI_PER_USER)
    return 'too_many_reactions';
  if (reaction === undefined) message.reactions.push({ name, users: [user] });
  else reaction.users.push(user);
  return undefined;
}

/** Removes the emoji when its last user is removed; if added again, it goes last. @returns undefined on success */
export function removeReaction(message: Message, user: string, name: string): ReactionErrorCode | undefined {
  const reaction = message.reactions.find((known) => known.name === name);
  const index = reaction?.users.indexOf(user) ?? -1;
  if (reaction === undefined || index < 0) return 'no_reaction';
  reaction.users.splice(index, 1);
  message.reactions = message.reactions.filter(({ users }) => users.length > 0);
  return undefined;
}
