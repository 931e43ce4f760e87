/** What can be seen of the bot's work from outside, as it happens. */
import type { ConversationKey } from './conversation-id.js';
import type { FinishReason, LimitOwner, PromptMessage, Usage } from './ports.js';

/** What of the conversation the model does not read; numbers of messages. */
export interface LeftOut {
  /** The oldest, to stay within the budget. */
  oldest: number;
  /** Lost their middle: alone they would take more than half of the budget. */
  shortened: number;
  /** Sentences that the bot said for itself, an error say. */
  notices: number;
}

/** A step in a conversation's life. */
export type Observation =
  /** Slack delivered a message that concerns the conversation; before it is stored. Once for each delivery. */
  | { type: 'received'; ts: string }
  /** A turn that is kept says something else now. */
  | { type: 'edited'; ts: string }
  /** A limit is reached: the model is not asked now but in `ms`, about everything that will have gathered. */
  | { type: 'rate_limited'; owner: LimitOwner; ms: number }
  /** The model is being asked. `answers`: `ts` of the turns that the reply is for. */
  | {
      type: 'prompted';
      model: string;
      messages: PromptMessage[];
      budgetTokens: number;
      leftOut: LeftOut;
      answers: string[];
    }
  /** The first text of an answer came; again after a restart. */
  | { type: 'first_text' }
  /** The model's stream broke and is begun again. */
  | { type: 'restarted' }
  | { type: 'completed'; finishReason: FinishReason; usage?: Usage }
  /** No answer: the thread is told, or it is tried again later. */
  | { type: 'failed'; problem: string }
  /** So many of the oldest turns were summed up; not `kept` where one of them was changed meanwhile. */
  | { type: 'summed_up'; turns: number; kept: boolean; usage?: Usage }
  | { type: 'not_summed_up'; problem: string }
  /** The reply stands in Slack and is kept: these turns wait no more. */
  | { type: 'settled'; answered: string[] };

/** Told of every step, in order within a conversation. Returns at once and never throws. */
export type Observe = (key: ConversationKey, observation: Observation) => void;

export const unobserved: Observe = () => {};
