import type { ConversationId } from './conversation-id.js';
import type { AssistantTurn, Turn } from './turn.js';

/** A reply that has been started and not settled: what another process needs to finish it. */
export interface ReplyInProgress {
  /** `ts` of the newest turn that it answers. The reply's messages are newer. */
  after: string;
  /** `ts` of the messages posted so far, in order. */
  messages: string[];
  /** True from just before a message is posted until its `ts` is in `messages`. */
  opening: boolean;
}

/** Stands for the oldest turns in a prompt. The turns themselves stay stored. */
export interface Summary {
  text: string;
  /** `ts` of the summarized turns. */
  covers: string[];
}

/** Everything stored of a thread, at one moment. */
export interface Conversation {
  id: ConversationId;
  /** In transcript order, see `inOrder`. */
  turns: Turn[];
  /** `ts` of the turns that wait for an answer, oldest first. */
  pending: string[];
  /** True once the messages from before the bot was named are among the turns. */
  backlogRead: boolean;
  /** `ts` of messages that arrived, or were edited, before the message that starts the conversation: part of the backlog. */
  seenBeforeStart?: string[];
  reply?: ReplyInProgress;
  /** `ts` of the turns that were pending when the first run since the last settled reply loaded the conversation. */
  firstPending?: string[];
  /** Set when a question was edited after its answer: the turns of that answer, which is being rewritten. */
  redo?: AssistantTurn[];
  summary?: Summary;
  /** Counts edits and removals of stored turns, and summaries. */
  changes?: number;
}
