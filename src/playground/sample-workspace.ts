import type { Simulator } from '../simulator/index.js';

/** Ids of who and what there is in the playground's workspace. */
export interface Workplace {
  readonly people: readonly string[];
  /** Channels with everybody in them, the group DM, then the DM of each person with the bot, in the people's order. */
  readonly channels: readonly string[];
}

const COLLEAGUES = ['Ada', 'Grace', 'Linus'];
const CHANNELS = ['general', 'random'];

export function furnish(slack: Simulator): Workplace {
  const people = COLLEAGUES.map((displayName) => slack.addUser({ name: displayName.toLowerCase(), displayName }).id);
  const members = [...people, slack.bot.userId];
  const channels = CHANNELS.map((name) => slack.addChannel({ name, members }).id);
  return { people, channels: [...channels, slack.groupDm(people).id, ...people.map((person) => slack.dm(person).id)] };
}
