import type { Json } from './types.js';

/** A fault to inject into a call. Fields can be combined, such as `delayMs` with `error`. */
export interface Fault {
  /** HTTP status other than 200. 429 comes with Slack's `ratelimited` body. */
  readonly status?: number;
  /** `Retry-After` in seconds, for 429 only; `none` omits the header. Default 1. */
  readonly retryAfter?: number | 'none';
  /** Respond with `{ ok: false, error }`. */
  readonly error?: string;
  /** Wait this long before processing the call; milliseconds by the simulator's clock. */
  readonly delayMs?: number;
  /** Drop the connection instead of responding. */
  readonly drop?: true;
  /** Execute the call first; only its response is replaced. */
  readonly afterEffect?: true;
  /** Number of calls to affect. Default 1. */
  readonly times?: number;
  /** Affect only calls whose raw arguments match. */
  readonly when?: (args: Json) => boolean;
}

/**
 * A fault of a new socket. `hang`: the handshake gets no answer. `silent`: it is accepted, then nothing comes, neither
 * `hello` nor a pong.
 */
export type SocketFault = 'hang' | 'silent';

interface Planned {
  readonly fault: Fault;
  left: number;
}

/** Faults planned for future calls, by method, and for future sockets. */
export class Faults {
  readonly #planned = new Map<string, Planned[]>();
  readonly #sockets: SocketFault[] = [];

  /** Plans a fault for the next calls of a method. A method's faults apply in the order in which they were planned. */
  next(method: string, fault: Fault): void {
    const planned = this.#planned.get(method) ?? [];
    planned.push({ fault, left: fault.times ?? 1 });
    this.#planned.set(method, planned);
  }

  /** Plans a fault for the next `times` sockets. */
  nextSocket(fault: SocketFault, times = 1): void {
    this.#sockets.push(...Array.from({ length: times }, () => fault));
  }

  /** Removes all planned faults. */
  clear(): void {
    this.#planned.clear();
    this.#sockets.length = 0;
  }

  /** Takes the fault for a new socket, if any. */
  takeSocket(): SocketFault | undefined {
    return this.#sockets.shift();
  }

  /** Takes the fault for this call, if any, and counts it as used once. */
  take(method: string, args: Json): Fault | undefined {
    const planned = this.#planned.get(method) ?? [];
    const found = planned.find(({ fault }) => fault.when?.(args) ?? true);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) planned.splice(planned.indexOf(found), 1);
    return found.fault;
  }
}
