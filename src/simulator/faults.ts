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

interface Planned {
  readonly fault: Fault;
  left: number;
}

/** Faults planned for future calls, by method. */
export class Faults {
  readonly #planned = new Map<string, Planned[]>();

  /** Plans a fault for the next calls of a method. A method's faults apply in the order in which they were planned. */
  next(method: string, fault: Fault): void {
    const planned = this.#planned.get(method) ?? [];
    planned.push({ fault, left: fault.times ?? 1 });
    this.#planned.set(method, planned);
  }

  /** Removes all planned faults. */
  clear(): void {
    this.#planned.clear();
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
