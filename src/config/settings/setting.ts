import type { Parser } from '../parsers.js';

export interface Setting<T = unknown> {
  /** One line for `.env.example` and `docs/settings.md`. */
  readonly description: string;
  readonly parser: Parser<T>;
  /** As written in the environment. */
  readonly default?: string;
  /** When it must be set. Not set: optional. */
  readonly required?: string;
  /** The value must not appear in any message. */
  readonly secret?: true;
  /** Quotes around the value may be a part of it. */
  readonly keepsQuotes?: true;
  /** The name in lower case is read as well, and before this one: so do curl and others. */
  readonly lowerCaseToo?: true;
  /** Where to get the value. */
  readonly where?: string;
}
