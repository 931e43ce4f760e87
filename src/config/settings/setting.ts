import type { Parser } from '../parsers.js';

export interface Setting<T = unknown> {
  /** One line for `.env.example` and the README. */
  readonly description: string;
  readonly parser: Parser<T>;
  /** As it would be written in the environment. */
  readonly default?: string;
  /** When it has to be set; not there when it never has to. */
  readonly required?: string;
  /** Its value is never shown. */
  readonly secret?: true;
  /** Where to get the value. */
  readonly where?: string;
}
