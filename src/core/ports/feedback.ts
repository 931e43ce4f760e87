/** What people think of replies. */
import type { ConversationKey } from '../conversation-id.js';

type Rating = 'positive' | 'negative';

/** Of one person about one reply. */
export interface Feedback {
  conversation: ConversationKey;
  /** `ts` of the reply's last message. */
  reply: string;
  /** User id. */
  person: string;
  rating: Rating;
  /** Milliseconds since 1970. */
  at: number;
  /** Why, in the person's words. */
  reason?: string;
  /** The person agreed that these are passed on. */
  shared?: { question: string; answer: string };
  /** `ts` of the message about it in the feedback channel. */
  told?: string;
}

/** For all processes together. */
export interface FeedbackStore {
  /** Replaces what the same person had said of that reply. Forgotten with the conversation, `CONVERSATION_TTL_DAYS` later. */
  keep(feedback: Feedback): Promise<void>;
  of(conversation: ConversationKey, reply: string, person: string): Promise<Feedback | undefined>;
  /** Everything, oldest first. Slow. */
  all(): Promise<Feedback[]>;
  /** All about the replies of a conversation. */
  forget(conversation: ConversationKey): Promise<void>;
  /**
   * What a person said about replies in a workspace, and the words that others passed on from these conversations, which may
   * be theirs. Slow.
   */
  forgetPerson(team: string, person: string, conversations: readonly ConversationKey[]): Promise<void>;
}
