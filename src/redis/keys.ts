/** The names of all keys in Redis. The hash tag (`{…}`) keeps a conversation in one slot of a cluster. */
import type { ConversationKey } from '../core/conversation-id.js';

export interface ConversationKeys {
  /** Hash: `ts` → the turn as JSON; empty if the turn was removed. */
  turns: string;
  /** Sorted set: `ts` of the turns that wait for an answer, by time. */
  pending: string;
  /**
   * Hash. Until the conversation begins it holds only `missed`, `early:<ts>` and `edited:<ts>`, for ten minutes.
   * Several `ts` in one field are separated by spaces.
   *
   * The conversation
   * - `v`: format version of the stored conversation
   * - `author`: user id of the person who began it
   * - `several`: "1" once a second person has written
   * - `newest`: `ts` of the newest message, backlog excluded
   * - `aside`: "1" if that message is a person's and did not ask the bot, else "0"
   * - `edited:<ts>`: time of the newest edit of that turn (a `ts`)
   *
   * The reply in progress
   * - `run`: id of the run that owns the reply; ends in "!" if a turn that it answers has changed since it loaded
   * - `reply`: the reply in progress, JSON
   * - `after`: `ts` of the newest turn that it answers
   * - `asked`: `ts` of the turns that were pending when the first run since the last settled reply loaded them
   * - `redo`: if it regenerates an earlier reply, `ts` of the messages of that reply
   * - `redo:<ts>`: such a message as it was, JSON
   *
   * The newest settled reply, which an edit can reopen
   * - `last:answered`: `ts` of the turns that it answered
   * - `last:turns`: `ts` of its messages
   * - `last:reply`: the reply in the form of a reply in progress, JSON
   * - `last:after`: `ts` of the newest turn that it answers
   *
   * The summary
   * - `summary`: its text
   * - `covers`: `ts` of the turns that it stands for
   * - `changes`: number of edits and removals of turns, and of summaries stored
   *
   * Messages from before the conversation began, and events that arrive out of order
   * - `backlog`: "1" once the earlier messages of the thread are stored, "0" before
   * - `missed`: `ts` of messages that were seen before the conversation began; deleted when the backlog is stored
   * - `unheard`: `ts` of people's messages in the backlog that no settled reply has read
   * - `early:<ts>`: a message that was edited before it arrived, JSON; empty if it was removed before it arrived
   */
  state: string;
}

const DEFAULT_PREFIX = 'skein';

export function keysOf(conversation: ConversationKey, prefix = DEFAULT_PREFIX): ConversationKeys {
  const stem = `${prefix}:{${conversation}}`;
  return { turns: `${stem}:turns`, pending: `${stem}:pending`, state: `${stem}:state` };
}

/** String: what is counted under `name` in the current window; expires with the window. */
export function limitKey(name: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:limit:${name}`;
}

/**
 * Usage of a workspace, all in one slot of a cluster. `what`:
 * - a day (`2026-11-05`) or a month (`2026-11`): hash, `<owner>:<id>:<measure>` → amount
 * - `held`: hash, conversation and purpose → reservation
 * - `counted`: sorted set, ids of the calls counted lately, by time
 */
export function usageKey(team: string, what: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:usage:{${team}}:${what}`;
}

/** The inverse of `usageKey`: the workspace that `key` belongs to; undefined for any other key. */
export function usageTeam(key: string, what: string, prefix = DEFAULT_PREFIX): string | undefined {
  const [before, after] = [`${prefix}:usage:{`, `}:${what}`];
  return key.startsWith(before) && key.endsWith(after) ? key.slice(before.length, -after.length) : undefined;
}

/** The queue of wake-ups, and the queue of requests. */
export const WAKES = 'conversations';
export const REQUESTS = 'requests';

/** BullMQ's scripts use several keys of a queue, so the hash tag keeps the queues in one slot. */
export function queuePrefix(prefix = DEFAULT_PREFIX): string {
  return `{${prefix}}`;
}
