/** What the core needs from the machine. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` in `ms`, unless the returned function is called before: the cheap way to limit a wait. */
  after(ms: number, act: () => void): () => void;
}

/** Structured log lines: facts first, then the sentence. pino's shape. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
