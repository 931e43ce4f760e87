/** Every name of a key in Redis is made here. The hash tag keeps a conversation in one slot of a cluster. */
import type { ConversationKey } from '../core/conversation-id.js';

export interface ConversationKeys {
  /** Hash: `ts` → the turn's bytes; empty where the turn was removed. */
  turns: string;
  /** Sorted set: `ts` of the turns that wait for an answer, by time. */
  pending: string;
  /**
   * Hash: `v`, `backlog`, `reply`, `after`, `redo` and `redo:<ts>` of one that is written anew, `run` (with a "!" behind it when what it answers was changed), `last:…` of the
   * newest reply that is settled, `author`, `several`, `newest`, `aside`, `edited:<ts>`, `summary` and the turns that it
   * `covers`, number of `changes`; and what is known of messages that came, or were edited, before what they belong to:
   * `missed`, `early:<ts>`, `unheard`. Without `v` it is nothing but those.
   */
  state: string;
}

/** Of all names, where no other is set. */
const DEFAULT_PREFIX = 'skein';

export function keysOf(conversation: ConversationKey, prefix = DEFAULT_PREFIX): ConversationKeys {
  const stem = `${prefix}:{${conversation}}`;
  return { turns: `${stem}:turns`, pending: `${stem}:pending`, state: `${stem}:state` };
}

/** String: what the limits count under a name, for as long as it counts. */
export function limitKey(name: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:limit:${name}`;
}

/**
 * All of a workspace's usage is in one slot of a cluster. `what`: a day (`2026-11-05`) or a month (`2026-11`), a hash of
 * `<owner>:<id>:<measure>`; `held`, a hash of what is set aside, by conversation and purpose; `counted`, a sorted set of
 * the calls that were counted lately, by time.
 */
export function usageKey(team: string, what: string, prefix = DEFAULT_PREFIX): string {
  return `${prefix}:usage:{${team}}:${what}`;
}

/** The workspace that `usageKey` made a name for; undefined for another name. */
export function usageTeam(key: string, what: string, prefix = DEFAULT_PREFIX): string | undefined {
  const [before, after] = [`${prefix}:usage:{`, `}:${what}`];
  return key.startsWith(before) && key.endsWith(after) ? key.slice(before.length, -after.length) : undefined;
}

export const QUEUE_NAME = 'conversations';
/** BullMQ's scripts touch several keys of a queue at once: one slot for all of them. */
export function queuePrefix(prefix = DEFAULT_PREFIX): string {
  return `{${prefix}}`;
}
