/** What Slack knows of people, user groups and channels. Never throws; undefined: Slack has not told, or cannot. */

export interface PersonFacts {
  /** Of the workspace, with access to some channels only. */
  isGuest: boolean;
  /** Of another company (Slack Connect). */
  isExternal: boolean;
  /** An admin or owner of the workspace. */
  isAdmin: boolean;
  /** As in `en-US`. */
  locale?: string;
}

export interface Directory {
  /** May be an hour old, unless it has to be `fresh`. */
  person(team: string, id: string, fresh?: 'fresh'): Promise<PersonFacts | undefined>;
  /** User ids; some minutes old. */
  membersOfGroup(team: string, group: string): Promise<ReadonlySet<string> | undefined>;
  /** User id of who created the channel. */
  creatorOf(team: string, channel: string): Promise<string | undefined>;
}
