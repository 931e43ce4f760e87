/** Errors by culprit: the responder decides in one place whether to try again or to tell the people in the thread. */
import type { ModelProblem, Usage, UsageOwner } from './ports.js';

/** Message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The model's service refused or failed, and a retry did not or would not help. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** Usage of the failed answer, if the service reported it. */
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

/** Another run has started on the conversation: writes of this one would overwrite its work. */
export class StaleRunError extends Error {
  override readonly name: string = 'StaleRunError';
  constructor(conversation: string, message = `another run is answering ${conversation}`) {
    super(message);
  }
}

/** The question was edited or deleted since it was loaded. No other run has started: this one may load again and continue. */
export class AmendedError extends StaleRunError {
  override readonly name = 'AmendedError';
  constructor(conversation: string) {
    super(conversation, `the question in ${conversation} was changed meanwhile`);
  }
}

/** A later version of the program stored this conversation in a newer form, and has to continue it. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
  constructor(conversation: string) {
    super(`${conversation} was stored by a later version, which has to continue it`);
  }
}

/** A budget is used up until `freeAt`, milliseconds since 1970. */
export class BudgetReachedError extends Error {
  override readonly name = 'BudgetReachedError';
  constructor(
    readonly owner: UsageOwner,
    readonly freeAt: number,
  ) {
    super(`the budget of the ${owner} is used up`);
  }
}

/** The rest of a budget is reserved for running calls: there may be room when one of them ends. */
export class BudgetBusyError extends Error {
  override readonly name = 'BudgetBusyError';
}

/** The place refused a reply, or failed while it was being written. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  /** Set where only an operator can help: the questions wait for so long, and no attempt is counted. */
  readonly retryInMs?: number;
  constructor(
    message: string,
    /** False when it will never be accepted (channel gone or archived, bot removed). */
    readonly retryable: boolean,
    options: ErrorOptions & { retryInMs?: number } = {},
  ) {
    super(message, options);
    if (options.retryInMs !== undefined) this.retryInMs = options.retryInMs;
  }
}
