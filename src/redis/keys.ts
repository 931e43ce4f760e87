/** The names of all keys in Redis. The hash tag (`{…}`) keeps a conversation in one slot of a cluster. */
import type { ChannelId } from '../core/channel.js';
import type { ConversationKey } from '../core/conversation-id.js';

export interface ConversationKeys {
  /** Hash: `ts` → the turn as JSON; empty if the turn was removed. */
  turns: string;
  /** Sorted set: `ts` of the turns that wait for an answer, by time. */
  pending: string;
  /**
   * Hash. Until the conversation begins it holds only `missed`, `early:<ts>`, `edited:<ts>` and `channel:<ts>`, for ten minutes.
   * Several `ts` in one field are separated by spaces.
   *
   * The conversation
   * - `v`: format version of the stored conversation
   * - `author`: user id of the person who began it; empty if a workflow did, until a person writes
   * - `authors`: user ids of everybody who has written, in order of arrival
   * - `several`: "1" once a second person has written
   * - `newest`: `ts` of the newest message, backlog excluded
   * - `aside`: "1" if that message is a person's and did not ask the bot, else "0"
   * - `workflow`: "1" once a workflow has asked and no person has written since
   * - `edited:<ts>`: time of the newest edit of that turn (a `ts`)
   *
   * The reply in progress
   * - `run`: id of the run that owns the reply; ends in "!" if a turn that it answers has changed since it loaded
   * - `reply`: the reply in progress, JSON
   * - `after`: `ts` of the newest turn that it answers
   * - `asked`: `ts` of the turns that were pending when the first run since the last settled reply loaded them
   * - `stopped`: as `asked`, once a person has stopped the reply to these turns
   * - `redo`: if it regenerates an earlier reply, `ts` of the messages of that reply
   * - `redo:<ts>`: such a message as it was, JSON
   * - `again`: if a person wants that, what it shall say: the index of a version, or "new"
   * - `again:id`: the newest act by which a person wanted that
   * - `settled:at`: when the reply before was settled, by Redis's clock (a ts)
   *
   * The newest settled reply, which an edit can reopen
   * - `last:answered`: `ts` of the turns that it answered
   * - `last:read`: `ts` of people's messages in the backlog that it has read, and that have not asked
   * - `last:turns`: `ts` of its messages
   * - `last:reply`: the reply in the form of a reply in progress, JSON
   * - `last:after`: `ts` of the newest turn that it answers
   *
   * The summaries
   * - `segments`: ids of the segments, in transcript order
   * - `segment:<id>`: a segment, JSON
   * - `unfolded:by`: whose edit or removal of a turn dropped a segment, until the next is stored
   * - `changes`: number of edits and removals of turns, and of segments stored
   *
   * Messages from before the conversation began, and events that arrive out of order
   * - `backlog`: "1" once the earlier messages of the thread are stored, "0" before
   * - `missed`: `ts` of messages that were seen before the conversation began; deleted when the backlog is stored
   * - `unheard`: `ts` of people's messages in the backlog that no settled reply has read
   * - `early:<ts>`: a message that was edited before it arrived, JSON; empty if it was removed before it arrived
   *
   * Copies of messages that stood in the channel before the conversation began
   * - `copied`: their `ts`; set once, also if there are none
   * - `channel:<ts>`: version, a space, and the turn as JSON; no turn if it was removed
   */
  state: string;
  /**
   * Hash: what the segments stand for. Read only when a turn in it is edited or removed.
   * - `<ts>`: such a turn as JSON; empty if the turn was removed
   * - `turns:<id>`: `ts` of the turns that the segment was made of
   * - `parts:<id>`: ids of the segments that the segment was made of, each as `segment:<id>`, JSON
   * - `sealed:<id>`: the segment is sealed: its turns are gone, none was older than the first `ts`, nor newer than the second
   */
  folded: string;
  /** Hash: `<ts of a reply> <user id>` → what that person thinks of it, JSON. */
  feedback: string;
  /** String: how often the sweeper has woken it within an hour. */
  sweeps: string;
}

const DEFAULT_PREFIX = 'skein';

export function keysOf(conversation: ConversationKey, prefix = DEFAULT_PREFIX): ConversationKeys {
  const stem = `${prefix}:{${conversation}}`;
  return {
    turns: `${stem}:turns`,
    pending: `${stem}:pending`,
    state: `${stem}:state`,
    folded: `${stem}:folded`,
    feedback: `${stem}:feedback`,
    sweeps: `${stem}:sweeps`,
  };
}

/** Matches the names of `pending` of all conversations, and of few other keys. */
export function pendingPattern(prefix = DEFAULT_PREFIX): string {
  return `${escaped(prefix)}:{*}:pending`;
}

/** The same of `feedback`. */
export function feedbackPattern(prefix = DEFAULT_PREFIX): string {
  return `${escaped(prefix)}:{*}:feedback`;
}

function escaped(prefix: string): string {
  return prefix.replace(/[\\*?[\]]/g, '\\$&');
}

/** The inverse of `keysOf`: the conversation that the name of a `pending` belongs to; undefined for any other key. */
export function conversationOf(pending: string, prefix = DEFAULT_PREFIX): ConversationKey | undefined {
  const [before, after] = [`${prefix}:{`, '}:pending'];
  return pending.startsWith(before) && pending.endsWith(after)
    ? pending.slice(before.length, -after.length)
    : undefined;
}

/** String: exists while a process of the fleet has looked for forgotten questions lately. */
export function sweepKey(prefix = DEFAULT_PREFIX): string {
  return `${prefix}:sweep`;
}

export interface ChannelKeys {
  /** Hash: `ts` of a message → version, a space, and the turn as JSON; no turn if it was removed. */
  said: string;
  /** Sorted set, by time: `ts` of the message that began a conversation, a space, and `ts` of the oldest message that it has a copy of. */
  copies: string;
}

/** Both are in one slot of a cluster. */
export function channelKeys({ team, channel }: ChannelId, prefix = DEFAULT_PREFIX): ChannelKeys {
  const stem = `${prefix}:{${team}:${channel}}`;
  return { said: `${stem}:said`, copies: `${stem}:copies` };
}

export interface FileKeys {
  /** String: what was read of the file, as JSON; "forgotten" or "removed". */
  file: string;
  /** Set: turns that show the file; key of the conversation, a space, `ts`. */
  places: string;
  /**
   * Hash, while somebody reads what costs money to read; expires:
   * - `owner`: who that is
   * - `ends`: when the claim does unless it is renewed, milliseconds since 1970
   * - `owners`: how many in a row have had it; all but the last one died
   */
  claim: string;
}

/** All are in one slot of a cluster. */
export function fileKeys({ team, file }: { team: string; file: string }, prefix = DEFAULT_PREFIX): FileKeys {
  const stem = `${prefix}:{${team}:${file}}`;
  return { file: `${stem}:file`, places: `${stem}:places`, claim: `${stem}:claim` };
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
 * - `recent:<person>`: sorted set, conversations in which the person was billed, by time of the last call, milliseconds since 1970
 */
export function usageKey(team: string, what: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:usage:{${team}}:${what}`;
}

/** The inverse of `usageKey`: the workspace that `key` belongs to; undefined for any other key. */
export function usageTeam(key: string, what: string, prefix = DEFAULT_PREFIX): string | undefined {
  const [before, after] = [`${prefix}:usage:{`, `}:${what}`];
  return key.startsWith(before) && key.endsWith(after) ? key.slice(before.length, -after.length) : undefined;
}

/**
 * Settings of a workspace, all in one slot of a cluster. `what`:
 * - `layers`: hash, `workspace`, `channel:<id>` or `person:<id>` → what is set there, JSON
 * - `log`: list, changes of the workspace and its channels, newest first, JSON; `log:<person>`: the same of a person
 */
export function settingsKey(team: string, what: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:settings:{${team}}:${what}`;
}

/** String: exists once anybody has set anything. In the slot of the queues, whose scripts tell of it. */
export function settingsInUseKey(prefix = DEFAULT_PREFIX): string {
  return `{${prefix}}:settings`;
}

/** The queue of wake-ups, and the queue of requests. */
export const WAKES = 'wakes';
export const REQUESTS = 'requests';

/**
 * What the queue stores of its jobs, in the order of `lua/queue.lua`. A job of `WAKES` is a conversation.
 * - `due`: sorted set, job → when it may run, milliseconds since 1970
 * - `suspects`: the same, for jobs that run apart, because they were in processes that died
 * - `held`: hash, job → its run, `<process>:<call>:<n>`
 * - `again`: set of the jobs that were woken while they run
 * - `tries`: hash, job → failed attempts; deaths of processes that ran it; those with it as their one suspect; 0, or if it
 *   is guilty 1 and the number of those since then; processes that ran it, stood still, and came back; until when it rests,
 *   milliseconds since 1970; the process whose death was counted last, with "!" if it was its one suspect
 * - `apart`: hash, suspect → the process that runs it
 * - `payloads`: hash, job → what it is, JSON
 */
export function queueKeys(queue: string, prefix?: string, shard?: number): string[] {
  return ['due', 'suspects', 'held', 'again', 'tries', 'apart', 'payloads'].map((name) =>
    queueKey(queue, name, prefix, shard),
  );
}

/**
 * What the queues of one shard have in common.
 * - `processes`: sorted set, process → end of its lease, milliseconds since 1970
 * - `deaths`: sorted set, process → when others took over its jobs, in the last hour
 * - `recovering`: string, exists for the length of a lease after these keys were lost
 */
export function fleetKeys(prefix?: string, shard?: number): string[] {
  return ['processes', 'deaths', 'recovering'].map((name) => `${queueStem(prefix, shard)}:${name}`);
}

/**
 * Over how many queues wake-ups are spread.
 * - `shards`: hash. `number`: of the queues that wake-ups go to. `served`: of those that may hold jobs
 * - `starting`: sorted set, process without a lease yet → until when it counts as if it had one, milliseconds since 1970
 */
export function shardKeys(prefix?: string): { shards: string; starting: string } {
  const stem = queueStem(prefix);
  return { shards: `${stem}:shards`, starting: `${stem}:starting` };
}

/** The channel on which processes tell each other of stopped replies: keys of conversations. Nothing is stored there. */
export function stopsChannel(prefix = DEFAULT_PREFIX): string {
  return `{${prefix}}:stops`;
}

/** Sorted set: id of a request → until when another one with that id is the same, milliseconds since 1970. */
export function knownRequestsKey(prefix?: string): string {
  return queueKey(REQUESTS, 'known', prefix);
}

function queueKey(queue: string, name: string, prefix?: string, shard?: number): string {
  return `${queueStem(prefix, shard)}:${queue}:${name}`;
}

/**
 * The scripts use several keys of the fleet and of both queues, so the hash tag keeps all in one slot. Each further shard of
 * the queue has a slot, and keys of the fleet, of its own.
 */
function queueStem(prefix = DEFAULT_PREFIX, shard = 0): string {
  return shard === 0 ? `{${prefix}}` : `${prefix}:{${prefix}-${shard}}`;
}
