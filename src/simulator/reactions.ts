import type { Message } from './types.js';

/** Slack knows thousands, and each workspace its own: any well-formed name passes. */
const NAME = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/;
/** The reference of `reactions.add` names both limits without a number; these are the ones that Slack's own clients are known for. */
const MAX_EMOJI_OF_A_MESSAGE = 50;
const MAX_EMOJI_OF_A_PERSON = 23;

/** Why Slack does not do it, as the code of its error. https://docs.slack.dev/reference/methods/reactions.add#errors */
export type ReactionRefusal = 'already_reacted' | 'too_many_emoji' | 'too_many_reactions' | 'no_reaction';

/** Whether it could be the name of an emoji: without colons, a skin tone behind two. */
export function isReactionName(name: string): boolean {
  return NAME.test(name);
}

/** Reactions stand in the order in which each emoji was first used, people in the order in which they joined. Undefined when done. */
export function addReaction(message: Message, user: string, name: string): ReactionRefusal | undefined {
  const reaction = message.reactions.find((known) => known.name === name);
  if (reaction?.users.includes(user) === true) return 'already_reacted';
  if (reaction === undefined && message.reactions.length >= MAX_EMOJI_OF_A_MESSAGE) return 'too_many_emoji';
  if (message.reactions.filter(({ users }) => users.includes(user)).length >= MAX_EMOJI_OF_A_PERSON)
    return 'too_many_reactions';
  if (reaction === undefined) message.reactions.push({ name, users: [user] });
  else reaction.users.push(user);
  return undefined;
}

/** An emoji that nobody is left of goes, and stands last if it comes again. Undefined when done. */
export function removeReaction(message: Message, user: string, name: string): ReactionRefusal | undefined {
  const reaction = message.reactions.find((known) => known.name === name);
  const index = reaction?.users.indexOf(user) ?? -1;
  if (reaction === undefined || index < 0) return 'no_reaction';
  reaction.users.splice(index, 1);
  message.reactions = message.reactions.filter(({ users }) => users.length > 0);
  return undefined;
}
