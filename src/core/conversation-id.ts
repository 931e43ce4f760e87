/** Where a conversation lives, and the key under which it is stored. */

/** Where a conversation lives: a thread, or a direct message's top level. */
export interface ConversationId {
  /** Workspace that received the message, `T…` (or `E…`). */
  team: string;
  /** `C…`, `G…` or `D…`. */
  channel: string;
  /** `ts` of the thread's first message; `DM_TOP_LEVEL` for what is said in a DM outside any thread. */
  thread: string;
}

export const DM_TOP_LEVEL = 'dm';

/** A conversation's key in store and queue: `<team>:<channel>:<thread>`. */
export type ConversationKey = string;

/** A direct message between one person and the bot: Slack's ids of those begin with D. */
export function isDirect({ channel }: Partial<ConversationId> & Pick<ConversationId, 'channel'>): boolean {
  return channel.startsWith('D');
}

export function keyOf(id: ConversationId): ConversationKey {
  return `${id.team}:${id.channel}:${id.thread}`;
}

export function idOf(key: ConversationKey): ConversationId {
  const [team, channel, thread, ...rest] = key.split(':');
  if (!team || !channel || !thread || rest.length > 0) throw new TypeError(`not a conversation key: ${key}`);
  return { team, channel, thread };
}
