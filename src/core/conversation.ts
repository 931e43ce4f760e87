import type { ConversationId } from './conversation-id.js';
import { type AssistantTurn, newestOf, type PersonTurn, type PostedFile, type Turn } from './turn.js';

/** A reply that has been started and not settled: what another process needs to finish it. */
export interface ReplyInProgress {
  /** `ts` of the newest turn that it answers. The reply's messages are newer. */
  after: string;
  /** `ts` of the messages posted so far, in order. */
  messages: string[];
  /** True from just before a message is posted until its `ts` is in `messages`. */
  opening: boolean;
  /** `ts` of the questions that its words answer: others may have been delivered since. Undefined: all that it answers. */
  questions?: string[];
  /** Files that stand below the messages, or may: recorded before people see them. Never empty. */
  postedFiles?: readonly PostedFile[];
}

/** A summary of some neighbouring turns, which it replaces in a prompt. The turns themselves are stored apart. */
export interface Segment {
  /** Unique in its conversation. */
  id: string;
  /** Empty where no summary could be had: the turns are left out. */
  text: string;
  /**
   * Where it belongs among the turns: `positionOf` the first turn that it covers. Between two segments that became one, a
   * turn may have waited for an answer, and been summarized since: if they stand alone again, its segment is between them.
   */
  position: string;
  /** Highest `ts` of the turns that it covers. */
  newest: string;
  /** Number of the turns that it covers. */
  turns: number;
  /** Tokens of these turns. */
  tokens: number;
}

/** What an answer needs of a thread, at one moment. */
export interface Conversation {
  id: ConversationId;
  /** In transcript order, see `inOrder`. Without the turns that a segment covers. */
  turns: Turn[];
  /** `ts` of the turns that wait for an answer, oldest first. */
  pending: string[];
  /** User ids of everybody who has written, in order of arrival; undefined for conversations of earlier versions. */
  authors?: string[];
  /** True once the messages from before the bot was named are among the turns. */
  backlogRead: boolean;
  /** `ts` of messages that arrived, or were edited, before the message that starts the conversation: part of the backlog. */
  seenBeforeStart?: string[];
  reply?: ReplyInProgress;
  /** `ts` of the turns that were pending when the first run since the last settled reply loaded the conversation. */
  firstPending?: string[];
  /** A person has stopped the reply to `firstPending`: it is not to be written on. */
  stopped?: true;
  /** Set when a question was edited after its answer: the turns of that answer, which is being rewritten. */
  redo?: AssistantTurn[];
  /** Set with `redo` if a person wants it: another answer, or the one with this index among the versions. */
  again?: { version?: number };
  /** What people had said in the channel before the conversation began with a mention there, oldest first. Asks nothing. */
  channelBefore?: PersonTurn[];
  /** In transcript order. */
  segments?: Segment[];
  /** Whose edit or removal of a turn dropped a segment, until the next one is stored; '' if that is not known. */
  unfoldedBy?: string;
  /** Counts edits and removals of stored turns, and segments stored. */
  changes?: number;
}

/** Highest `ts` of all messages that are known; '' when there are none. */
export function newestIn({ turns, segments = [] }: Conversation): string {
  return segments.reduce((newest, segment) => (segment.newest > newest ? segment.newest : newest), newestOf(turns));
}

/** A settled reply as one in progress: an edit of its question goes on with its messages and files. */
export function reopenedReply(turns: readonly AssistantTurn[]): ReplyInProgress {
  const { after, postedFiles } = turns[0] ?? { after: '' };
  return { after, messages: turns.map(({ ts }) => ts), opening: false, ...(postedFiles && { postedFiles }) };
}
