/** The memory of conversations. */
import type { ChannelMessage } from '../channel.js';
import type { ConversationKey } from '../conversation-id.js';
import type { Conversation, ReplyInProgress, Segment } from '../conversation.js';
import type { IncomingMessage } from '../incoming-message.js';
import type { AssistantTurn, PersonTurn } from '../turn.js';

/**
 * Whether a message asks for an answer. `yes`: it does, and starts the conversation if it is new. `workflow`: likewise,
 * but in a conversation only once until a person writes there: two programs must not go on for ever. The others are stored
 * only in a known conversation: `known` asks there, `no` is context, and `auto` asks unless several people have written
 * there and the newest message is from a person and did not ask.
 */
export type Intent = 'yes' | 'workflow' | 'known' | 'auto' | 'no';

/**
 * `pending`: stored, waits for an answer. `context`: stored as context. `duplicate`: was stored, or deleted, before.
 * `ignored`: the bot takes no part in this conversation. Its time is remembered for ten minutes, in case the message
 * that starts the conversation is merely late. `stop`: it has stopped the reply, also if it was stored before, and is
 * context. `steer`: it has stopped the reply, and waits for an answer.
 */
export type Appended = 'pending' | 'context' | 'duplicate' | 'ignored' | 'stop' | 'steer';

/** Which reply a person wants to stop. */
export interface StopWish {
  /** When they said so (a `ts`): replies to later questions go on. */
  at: string;
  /** `after` of the reply, where that is known: others go on. */
  after?: string;
  /** Messages that were being written then, some of which may be settled by now. Empty: not known. */
  messages?: readonly string[];
}

/** Result of an edit or a removal. `unknown`: the turn has not arrived yet. */
export type Amended = 'changed' | 'unchanged' | 'unknown';

/** What an edit means besides a new text. */
interface EditMeaning {
  /** It addresses the bot, so it is kept even for an unknown conversation. */
  asks?: boolean;
  /** It addresses the bot and did not before: the turn becomes pending. */
  newlyAsks?: boolean;
  /**
   * Rewrite the answer to the old text. A run that is writing it has to load again. If it was the newest reply and
   * nothing is pending, that reply is in progress again (`redo`) and its questions pending, unless somebody deleted one
   * of its messages.
   */
  regenerate?: boolean;
  /** It is the whole of a message: replaces only a part of it (`isPartial`), nothing that was read or edited since. */
  completes?: boolean;
}

/** `refused`: it is not the newest reply, something is pending, or one of its messages was deleted. `early`: it is not settled yet. */
export type Reopened = 'begun' | 'refused' | 'early';

/** A person wants another answer, or an earlier one back. */
export interface AgainWish {
  /** Of the act: a repetition changes nothing. */
  id: string;
  /** `ts` of one of the reply's messages. */
  reply: string;
  /** Index among its versions. Not set: another one. */
  version?: number;
}

/** A new segment, and what it stands for: turns, segments, or both. */
export interface Compaction {
  segment: Omit<Segment, 'id'>;
  /** `ts` of turns. */
  turns: string[];
  /** Id of the segment before which it stands; undefined if it is the last, or replaces others. */
  before?: string | undefined;
  /** Ids of neighbouring segments, in order. */
  segments: string[];
  /**
   * Old segments whose turns are deleted. An edit or a removal of such a turn drops the segment, and nothing returns.
   * Which turns it covered is no longer known, only from when they are: each that may have covered it is dropped.
   */
  seal: Pick<Segment, 'id' | 'position' | 'newest'>[];
}

/** Every method is atomic, may be repeated with the same arguments, and renews the conversation's expiry. */
export interface ConversationStore {
  /**
   * Idempotent by `message.ts`. A turn that came with the backlog and asks by itself becomes pending, until a reply is
   * settled that took it into account and has no earlier reply after that turn. One round trip. The message that
   * begins a conversation brings `message.before` with it, once, of each message the newest version that is known. What
   * an app writes does not count where `auto` looks at who has written. A turn that asks nothing keeps `message.unasked`.
   * One that `stops` the reply in progress does what `stop` does; without one, or if its questions are newer, and for `too` if it
   * asks nothing, it is a message like any other. `behind` may be called as soon as what it sends is certain to arrive after
   * the turn: it saves a round trip. The turn may be refused all the same.
   */
  append(message: IncomingMessage, intent: Intent, behind?: () => void): Promise<Appended>;
  /**
   * Replaces the turn with the same `ts`, unless a newer edit came first (`editedTs`, a `ts`). A pending turn stays
   * pending. For a turn that has not arrived, the edit is kept for ten minutes, or until the backlog is read, and replaces
   * the turn when it comes; in an unknown conversation only if it `asks`, otherwise only its time (`seenBeforeStart`). Throws `NewerFormatError`.
   */
  edit(key: ConversationKey, turn: PersonTurn, editedTs: string, meaning?: EditMeaning): Promise<Amended>;
  /**
   * Removes a turn, a person's or the bot's, for good: a later `append` of that `ts` is a `duplicate` (in an unknown
   * conversation for ten minutes). A run that is answering it has to load again. `author`: who wrote it, if a person did.
   */
  remove(key: ConversationKey, ts: string, author?: string): Promise<Amended>;
  /**
   * A file that the turn shows was deleted: what was made of it goes, as after an edit, and the turn stays as it is. A
   * run that is answering the turn has to load again.
   */
  fileDeleted(key: ConversationKey, ts: string): Promise<Amended>;
  /**
   * Replaces or removes a copy of a channel's message (`channelBefore`), unless a newer version is known. For a
   * conversation that is about to begin with such a copy, the version is kept for ten minutes.
   */
  amendBefore(key: ConversationKey, message: ChannelMessage): Promise<void>;
  /**
   * The conversation at one moment; undefined if unknown or expired. With a `run`, that run owns the reply from now on,
   * and writes of earlier runs are refused. Throws `NewerFormatError`.
   */
  load(key: ConversationKey, run?: string): Promise<Conversation | undefined>;
  /**
   * The same without reading what anybody has said: for a conversation that crashes processes, perhaps as soon as it is
   * loaded. Its turns are those of `outlineOf`, as if all were from the person who began it. It has only the fields that
   * telling the people in the thread needs.
   */
  outline(key: ConversationKey, run: string): Promise<Conversation | undefined>;
  /**
   * Whether a person has stopped the reply. Throws `StaleRunError` if another run has started since, `AmendedError` if what
   * it answers was changed.
   */
  confirm(key: ConversationKey, run: string): Promise<boolean>;
  /**
   * Marks the reply that is being written as `stopped`, until it is settled or an edit of its question asks for another
   * answer. A reply is being written from the first `load` with its questions on. False if there is none, or not the one
   * that is meant.
   */
  stop(key: ConversationKey, wish: StopWish): Promise<boolean>;
  /**
   * Puts the newest reply in progress again, as `edit` does with `regenerate`, and sets `again`. Throws `NewerFormatError`.
   */
  again(key: ConversationKey, wish: AgainWish): Promise<Reopened>;
  /**
   * Adds the turns from before the bot was named, none as pending, and sets `backlogRead`. Known turns stay as they are,
   * except one that was in `seenBeforeStart` and has arrived since: it gets these words, unless a later edit is known.
   */
  addBacklog(key: ConversationKey, turns: (PersonTurn | AssistantTurn)[]): Promise<void>;
  /** Replaces the reply in progress. Throws like `confirm`, having changed nothing. */
  recordReply(key: ConversationKey, reply: ReplyInProgress, run?: string): Promise<void>;
  /**
   * Adds the reply's turns, removes `answered` from the pending ones and ends the reply in progress, all or nothing.
   * Throws like `confirm`, having changed nothing. `stillAsked`: turns of the backlog that still ask, though the reply read
   * them: a person stopped it. Resolves with the number of turns that are still pending.
   */
  settle(
    key: ConversationKey,
    answered: string[],
    reply: AssistantTurn[],
    run?: string,
    stillAsked?: string[],
  ): Promise<number>;
  /**
   * Stores a segment, and its turns apart from the others: `load` no longer returns them. When one of them is edited or
   * removed, the segment is dropped and its turns return; a segment made of others gives way to these first, so that
   * only the smallest is dropped. Returns false and does nothing if any turn was changed, or another segment stored, since the
   * conversation had this number of `changes`.
   */
  compact(key: ConversationKey, compaction: Compaction, changes: number): Promise<boolean>;
  /**
   * Forgets every turn, segment and copy, and what was pending, as if each turn had been removed: a late delivery brings
   * nothing back, and the thread is not read again. A run that is writing a reply has to load again. Returns how many
   * turns there were; 0 if the conversation is unknown.
   */
  forget(key: ConversationKey): Promise<number>;
  /**
   * Removes every turn of this person, also from segments. All turns, where old ones are known only from a summary that may
   * have their words. Returns how many.
   */
  forgetAuthor(key: ConversationKey, author: string): Promise<number>;
  /** Ids of the files that its turns show, also turns in segments, as far as these are known. */
  filesOf(key: ConversationKey): Promise<string[]>;
}
