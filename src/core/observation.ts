/** The bot's work as seen from outside, while it happens. */
import type { ConversationKey } from './conversation-id.js';
import type { Appended, FinishReason, LimitOwner, ModelProblem, PromptMessage, Usage } from './ports.js';

/** Numbers of messages that the model does not see whole. */
export interface LeftOut {
  /** The oldest, left out to stay within the budget. */
  oldest: number;
  /** Cut in the middle: they would take more than half of the budget. */
  shortened: number;
  /** The bot's own notices, errors for example. */
  notices: number;
}

/** A step in the life of a conversation. */
export type Observation =
  /** A message was delivered, and is about to be stored. Once for each delivery. */
  | { type: 'received'; ts: string }
  /** A stored turn was edited. */
  | { type: 'edited'; ts: string }
  /** The rate limit is reached: the model is asked in `ms`, about everything that has gathered by then. */
  | { type: 'rate_limited'; owner: LimitOwner; ms: number }
  /** The model is being asked. `answers`: `ts` of the turns that the reply answers. */
  | {
      type: 'prompted';
      model: string;
      messages: PromptMessage[];
      budgetTokens: number;
      leftOut: LeftOut;
      answers: string[];
    }
  /** The first text of an answer arrived; again after a restart. */
  | { type: 'first_text' }
  /** The model's stream broke and starts again. */
  | { type: 'restarted' }
  | { type: 'completed'; finishReason: FinishReason; usage?: Usage }
  /** A call of the model failed, and is tried again. */
  | { type: 'retrying'; problem: ModelProblem; reason: string; waitMs: number }
  /** No answer: people are told, or it is tried again later. */
  | { type: 'failed'; problem: string }
  /** The oldest turns were summarized; not `kept` if one of them was changed meanwhile. */
  | { type: 'summed_up'; turns: number; kept: boolean; usage?: Usage }
  | { type: 'not_summed_up'; problem: string }
  /** The reply is visible and stored: these turns are answered. */
  | { type: 'settled'; answered: string[] }
  | WatchedStep;

/** Steps that only a watcher around the ports sees: a bot without one does not report them. */
type WatchedStep =
  /** The store has taken a delivered message. */
  | { type: 'stored'; ts: string; as: Appended }
  | { type: 'not_stored'; ts: string; problem: string }
  | { type: 'removed'; ts: string }
  /** The conversation was woken: a worker will look at it. */
  | { type: 'queued' }
  /** A worker has begun a run. `crashes`: as in `Wake`. */
  | { type: 'taken'; crashes: number }
  /** The run has loaded the conversation. `reply`: `ts` of the messages of an unfinished reply, if there is one. */
  | { type: 'loaded'; pending: string[]; reply?: string[]; rewrites?: true }
  /** Messages of the reply that have been posted so far, by `ts`. */
  | { type: 'posted'; messages: string[] }
  /** A call of the model begins. */
  | { type: 'asked'; purpose: 'answer' | 'summary' }
  /** The whole text of the model. */
  | { type: 'said'; purpose: 'answer' | 'summary'; text: string }
  /** The model gave no text. */
  | { type: 'said_nothing'; purpose: 'answer' | 'summary'; problem: ModelProblem; reason: string }
  /** The reply was stored; `ts` of its messages. */
  | { type: 'reply_stored'; messages: string[]; answered: string[] }
  /** The run is over: done, to be repeated after `retryInMs`, or failed and repeated later. */
  | { type: 'run_ended'; retryInMs?: number; problem?: string };

/** Called for every step, in order within a conversation. Returns at once and never throws. */
export type Observe = (key: ConversationKey, observation: Observation) => void;

export const unobserved: Observe = () => {};
