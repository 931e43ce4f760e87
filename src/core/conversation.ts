import type { ConversationId } from './conversation-id.js';
import type { AssistantTurn, Turn } from './turn.js';

/** A reply that was begun and is not settled yet; what a process that takes over needs to finish it. */
export interface ReplyInProgress {
  /** `ts` of the newest turn that the reply answers: the reply's messages are newer. */
  after: string;
  /** `ts` of the messages posted so far, in order. */
  messages: string[];
  /** True from just before a message is posted until its `ts` is recorded in `messages`. */
  opening: boolean;
}

/** What the beginning of a conversation came to, in place of its turns. They stay stored. */
export interface Summary {
  text: string;
  /** `ts` of the turns that it stands for. */
  covers: string[];
}

/** Everything remembered of a thread, as of one moment. */
export interface Conversation {
  id: ConversationId;
  /** In the order of a transcript, see `inOrder`. */
  turns: Turn[];
  /** `ts` of the turns that ask for an answer and have none, oldest first. */
  pending: string[];
  /** True when what was said before the bot was named is already among the turns. */
  backlogRead: boolean;
  /** `ts` of what was heard, or edited, before the message that the conversation begins with had come: part of the backlog. */
  seenBeforeStart?: string[];
  reply?: ReplyInProgress;
  /** The reply in progress was finished once, with these turns, and what it answers was edited since. */
  redo?: AssistantTurn[];
  summary?: Summary;
  /** How often a turn that was kept has been edited or removed, or a summary made. */
  changes?: number;
}
