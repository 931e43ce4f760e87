/** What can be set of the bot's behaviour. How it is written in the environment stands in `config/`. */

/** Which replies in its threads the bot answers without being named: those not meant for others, all, or none. */
export type ThreadReplies = 'auto' | 'all' | 'mention';
/** How replies appear while they are written. */
export type ReplyStreaming = 'auto' | 'native' | 'edit' | 'off';

/** What an edit of the newest question does besides being remembered: a new answer, or nothing. */
export type Edits = 'regenerate' | 'remember';

/** What a message at the top level of a DM begins: a thread of its own, or the next turn of the DM's one conversation. */
export type DmReplies = 'thread' | 'flat';

/** Offered as a button with this title, which sends the message. */
export interface SuggestedPrompt {
  readonly title: string;
  readonly message: string;
}

export interface LimitSettings {
  /** Answers in a window; 0: no limit. */
  readonly perPerson: number;
  readonly perWorkspace: number;
  /** Whole seconds. */
  readonly windowMs: number;
}

/** US dollars: of a person and of a channel for a day, of the workspace for a month, in UTC. Not there: no budget. */
export interface BudgetSettings {
  readonly person?: number;
  readonly channel?: number;
  readonly workspace?: number;
}

/** Who changes the settings of the workspace and its channels. */
export interface SettingsBy {
  /** By Slack's role: admins and owners of the workspace. */
  readonly admins: boolean;
  /** For their channel. */
  readonly channelCreators: boolean;
  readonly channelMembers: boolean;
  /** User ids. */
  readonly people: readonly string[];
}

/** What stands under a reply. */
export type ReplyButton = 'stop' | 'again' | 'continue' | 'feedback';
