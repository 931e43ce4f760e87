/** The memory of conversations. */
import type { ConversationKey } from '../conversation-id.js';
import type { Conversation, ReplyInProgress, Summary } from '../conversation.js';
import type { IncomingMessage } from '../incoming-message.js';
import type { AssistantTurn, PersonTurn } from '../turn.js';

/**
 * How a message asks. `yes` begins the conversation if it is new; the others are kept only in a conversation that is
 * known: `known` asks there, `no` is context, and `auto` asks unless several people have written there and the
 * newest message is one of theirs that did not ask.
 */
export type Intent = 'yes' | 'known' | 'auto' | 'no';

/**
 * `pending`: kept, wants an answer. `context`: kept as context. `duplicate`: was kept (or deleted) before.
 * `ignored`: a conversation that the bot has no part in. That it was there is known for ten minutes, in case the
 * conversation's first message is only late.
 */
export type Appended = 'pending' | 'context' | 'duplicate' | 'ignored';

/** What became of an edit or a removal. `unknown`: it is of no turn that is known yet. */
export type Amended = 'changed' | 'unchanged' | 'unknown';

/** What an edit means, besides other words. */
interface EditMeaning {
  /** It asks the bot: of a conversation that is not known it is kept too. */
  asks?: boolean;
  /** It asks the bot and did not before: the turn is pending from now on. */
  newlyAsks?: boolean;
  /**
   * What answers the old words is to be written anew. A run that is at it has to load again; where the newest reply
   * answered them, and nothing waits, that reply is in progress again (`redo`) and its questions pending, unless
   * somebody took a message of it away.
   */
  regenerate?: boolean;
}

/** The memory. Every method is atomic, may be repeated with the same arguments, and keeps the conversation from expiring. */
export interface ConversationStore {
  /**
   * Idempotent by `message.ts`. A turn of the backlog that asks by itself does ask, until a reply is settled that had
   * read it, with no earlier reply behind it. One round trip.
   */
  append(message: IncomingMessage, asking: Intent): Promise<Appended>;
  /**
   * Replaces the turn of the same `ts`, unless a newer edit was there first (`editedTs`, a `ts`). Pending
   * stays pending. Of a turn that has not come yet the edit is kept for ten minutes, to be what comes; in a conversation
   * that is not known, only if it `asks`, else no more than that it was there (`missed`). Throws `NewerFormError`.
   */
  edit(key: ConversationKey, turn: PersonTurn, editedTs: string, meaning?: EditMeaning): Promise<Amended>;
  /**
   * The turn, a person's or the bot's, is gone for good: whatever brings that `ts` later changes nothing (an `append`
   * of it is a `duplicate`); in a conversation that is not known, for ten minutes. A run that is answering it has to load again.
   */
  remove(key: ConversationKey, ts: string): Promise<Amended>;
  /**
   * The whole conversation at one moment; undefined when it is unknown or has expired. With a `run`, that run owns the
   * reply from here on, and whatever an earlier one still writes is refused. Throws `NewerFormError`.
   */
  load(key: ConversationKey, run?: string): Promise<Conversation | undefined>;
  /** Throws `StaleRunError` when another run has begun since this one, `AmendedError` when what it answers was changed. */
  confirm(key: ConversationKey, run: string): Promise<void>;
  /**
   * What was said before the bot was named: turns not yet known are added, none as pending, and `backlogRead` becomes true.
   * Of those known only one that was `missed`, and came since, gets these words, unless an edit of it is known: an earlier
   * one was not kept.
   */
  addBacklog(key: ConversationKey, turns: (PersonTurn | AssistantTurn)[]): Promise<void>;
  /** Replaces the reply in progress. Throws as `confirm` does, having changed nothing. */
  recordReply(key: ConversationKey, reply: ReplyInProgress, run?: string): Promise<void>;
  /**
   * Adds the reply's turns, takes `answered` out of the pendings and forgets the reply in progress, all or nothing.
   * Throws as `confirm` does, having changed nothing.
   */
  settle(key: ConversationKey, answered: string[], reply: AssistantTurn[], run?: string): Promise<void>;
  /**
   * Puts a summary in place of the turns that it covers, and of the summary before; it goes when one of them is edited
   * or removed. False, having done nothing, when that has happened to any turn since the conversation had so many
   * `changes`, or another summary was made.
   */
  compact(key: ConversationKey, summary: Summary, changes: number): Promise<boolean>;
}
