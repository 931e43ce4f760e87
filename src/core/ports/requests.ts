/** What people ask for outside a conversation's turns, such as a command or a button, for all processes together. */

export interface BotRequest {
  /** Identifies the act of the person, however often it is delivered. */
  id: string;
  /** JSON. */
  payload: unknown;
  /** So long another request with this id changes nothing, in milliseconds. Default: an hour. */
  knownMs?: number;
}

/**
 * May be called again for the same request: after a throw, and when a process crashed in it. `signal` aborts when the
 * process stops and when the request takes longer than `REQUEST_TIME_LIMIT_MS`: throw, or the request is repeated while
 * you still work on it.
 */
export type RequestHandler = (request: BotRequest, signal: AbortSignal) => Promise<void>;

/** Apart from the wake-ups of conversations: neither waits for the other. */
export interface RequestQueue {
  /** When it resolves the request is stored and will be handled. An id that is still known changes nothing. */
  submit(request: BotRequest): Promise<void>;
  start(onRequest: RequestHandler): Promise<void>;
  /** As `WorkQueue.stop`. Returns even if a handler ignores its signal. */
  stop(timeoutMs: number): Promise<void>;
}
