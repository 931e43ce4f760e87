import type { Json } from './types.js';

/** What a Web API method answers instead of its result: `{ ok: false, error, … }` under status 200. */
export class MethodError extends Error {
  override readonly name = 'MethodError';
  /** Slack's code, as the method's reference lists it. */
  readonly code: string;
  /** Fields beside `ok` and `error`, such as `response_metadata`. */
  readonly details: Json;

  constructor(code: string, details: Json = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** `invalid_arguments`, with what is wrong in Slack's own wording where it has one. */
export function invalidArguments(...problems: string[]): MethodError {
  return new MethodError('invalid_arguments', {
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

/** The simulator was asked for something a real workspace could not do: a mistake in the test, not in the bot. */
export class SimulatorUsageError extends Error {
  override readonly name = 'SimulatorUsageError';
}
