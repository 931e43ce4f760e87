import type { Json } from './types.js';

/** A Web API error: the response is `{ ok: false, error, … }` with status 200. */
export class MethodError extends Error {
  override readonly name = 'MethodError';
  /** Slack's error code, as in the method's reference. */
  readonly code: string;
  /** Response fields besides `ok` and `error`, such as `response_metadata`. */
  readonly details: Json;

  constructor(code: string, details: Json = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** `invalid_arguments`. The problems use Slack's wording where it is known. */
export function invalidArguments(...problems: string[]): MethodError {
  return new MethodError('invalid_arguments', {
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

/** Thrown for an action that is impossible in a real workspace: an error in the test, not in the bot. */
export class SimulatorUsageError extends Error {
  override readonly name = 'SimulatorUsageError';
}
