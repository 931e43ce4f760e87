import type { Simulator } from '../simulator/index.js';

/** Ids of the people and channels in the playground's workspace. */
export interface SampleWorkspace {
  readonly people: readonly string[];
  /** Public channels, the group DM, then each person's DM with the bot, in the order of `people`. */
  readonly channels: readonly string[];
}

const COLLEAGUES = ['Ada', 'Grace', 'Linus'];
const CHANNELS = ['general', 'random'];

/** Adds the sample people and channels to an empty workspace. The first person is an admin. */
export function seed(slack: Simulator): SampleWorkspace {
  const people = COLLEAGUES.map(
    (displayName, at) =>
      slack.addUser({ name: displayName.toLowerCase(), displayName, role: at === 0 ? 'admin' : 'member' }).id,
  );
  const members = [...people, slack.bot.userId];
  const channels = CHANNELS.map((name) => slack.addChannel({ name, members }).id);
  slack.addUserGroup({ handle: 'oncall', name: 'On call', members: people.slice(0, 2) });
  return { people, channels: [...channels, slack.groupDm(people).id, ...people.map((person) => slack.dm(person).id)] };
}
