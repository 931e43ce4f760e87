/** Where a conversation takes place: a thread, or the top level of a direct message. */
export interface ConversationId {
  /** The workspace that the channel belongs to. */
  team: string;
  channel: string;
  /** `ts` of the thread's first message; `DM_TOP_LEVEL` outside any thread of a direct message. */
  thread: string;
}

export const DM_TOP_LEVEL = 'dm';

/** A conversation's key in store and queue: `<team>:<channel>:<thread>`. */
export type ConversationKey = string;

export function keyOf(id: ConversationId): ConversationKey {
  return `${id.team}:${id.channel}:${id.thread}`;
}

/** Throws `TypeError` for another form. */
export function idOf(key: ConversationKey): ConversationId {
  const [team, channel, thread, ...rest] = key.split(':');
  if (!team || !channel || !thread || rest.length > 0) throw new TypeError(`not a conversation key: ${key}`);
  return { team, channel, thread };
}
