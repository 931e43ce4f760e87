/** Errors by culprit, so that the responder can decide in one place: try again later, or tell the people in the thread. */

import type { Usage, UsageOwner } from './ports.js';

/** What is said of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong at the model's service. Each kind has its sentence in `apology.ts`. */
export type ModelProblem =
  | 'bad_key'
  | 'no_quota'
  | 'unknown_model'
  | 'unknown_api'
  | 'content_filter'
  | 'context_too_long'
  | 'bad_request'
  | 'unavailable'
  | 'empty';

/** The model's service refused or failed, and trying again at once was no help (or would be none). */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** What the answer took that came to nothing, where the service said so. */
  readonly usage?: Usage;
  constructor(
    readonly problem: ModelProblem,
    message: string,
    options: ErrorOptions & { usage?: Usage } = {},
  ) {
    super(message, options);
    if (options.usage) this.usage = options.usage;
  }
}

/** Another run has begun on the conversation since: what this one still does would overwrite the other's work. */
export class StaleRunError extends Error {
  override readonly name: string = 'StaleRunError';
  constructor(conversation: string, message = `another run answers ${conversation} by now`) {
    super(message);
  }
}

/** What a run answers was edited or deleted since it was read. No other run has begun: this one may load again and go on. */
export class AmendedError extends StaleRunError {
  override readonly name = 'AmendedError';
  constructor(conversation: string) {
    super(conversation, `what was to be answered in ${conversation} was changed meanwhile`);
  }
}

/** A later version of the program has written this conversation in its own form: it is left to that version. */
export class NewerFormError extends Error {
  override readonly name = 'NewerFormError';
  constructor(conversation: string) {
    super(`${conversation} was written by a later version, which has to go on with it`);
  }
}

/** A budget is used up: the model is not asked before `freeAt`, milliseconds since 1970. */
export class BudgetReachedError extends Error {
  override readonly name = 'BudgetReachedError';
  constructor(
    readonly owner: UsageOwner,
    readonly freeAt: number,
  ) {
    super(`the budget of the ${owner} is used up`);
  }
}

/** What is left of a budget is set aside for calls that are under way: there may be room when one of them is over. */
export class BudgetBusyError extends Error {
  override readonly name = 'BudgetBusyError';
}

/** Slack refused or failed while a reply was being written. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  constructor(
    message: string,
    /** False when Slack will never take this reply (channel gone, archived, bot removed, token revoked). */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
