/** The metered way to the service that makes pictures: within the budgets, and every call is counted. */
import { randomUUID } from 'node:crypto';
import type { Conversation } from '../core/conversation.js';
import { ModelError } from '../core/errors.js';
import type { PictureFile, PictureMaker, Usage } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import { billing, type BillingOptions, checkPrice } from './billing.js';

interface PictureRequest {
  description: string;
  /** The picture that is to be changed. */
  from: PictureFile | undefined;
  conversation: Conversation;
  /** Candidates to bill, in order of preference. */
  people: string[];
  /** Default: the deployment's own. */
  budgets?: BudgetSettings | undefined;
  signal: AbortSignal;
}

/** As `PictureMaker.make`. `usage`: an estimate if the service does not tell. Also throws `BudgetReachedError` and `BudgetBusyError`. */
export type MeteredPictures = (request: PictureRequest) => Promise<{ picture: PictureFile; usage: Usage }>;

/** Throws, naming the setting, if there is a budget and the model has no known price. */
export function meteredPictures(maker: PictureMaker, options: BillingOptions): MeteredPictures {
  checkPrice(options, maker);
  const { reserve, count } = billing(options);

  return async function make({ description, from, conversation, people, signal, ...more }) {
    const { budgets = options.budgets } = more;
    const most = maker.estimate(from !== undefined);
    const call = { id: randomUUID(), conversation: conversation.id, purpose: 'picture', people, budgets } as const;
    const reserved = await reserve(call, () => most.costUsd, signal);
    let usage: Usage | undefined;
    try {
      const made = await maker.make(description, from, signal);
      usage = made.usage ?? most;
      return { picture: made.picture, usage };
    } catch (error) {
      // Broken off: the service makes it all the same.
      if (signal.aborted) usage = most;
      else if (error instanceof ModelError) ({ usage } = error);
      throw error;
    } finally {
      await count({ ...reserved, conversation, usage });
    }
  };
}
