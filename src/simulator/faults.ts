import type { Json } from './types.js';

/** Something to go wrong with a call. Several may be combined, such as `delayMs` with `error`. */
export interface Fault {
  /** An HTTP status other than 200. 429 carries Slack's `ratelimited` body. */
  readonly status?: number;
  /** Seconds, for 429 only; `none`: the header is missing. Default 1. */
  readonly retryAfter?: number | 'none';
  /** Answer `{ ok: false, error }`. */
  readonly error?: string;
  /** Milliseconds by the simulator's clock before anything happens. */
  readonly delayMs?: number;
  /** Break the connection instead of answering. */
  readonly drop?: true;
  /** Let the call take effect first: only its answer is spoilt. */
  readonly afterEffect?: true;
  /** How many calls to spoil. Default 1. */
  readonly times?: number;
  /** Spoil only the calls whose arguments (as they came, unparsed) pass. */
  readonly when?: (args: Json) => boolean;
}

interface Planned {
  readonly fault: Fault;
  left: number;
}

/** The faults planned for coming calls, by method. */
export class Faults {
  readonly #planned = new Map<string, Planned[]>();

  /** Plans a fault for the next calls of a method. Faults of one method are used up in the order in which they were planned. */
  next(method: string, fault: Fault): void {
    const planned = this.#planned.get(method) ?? [];
    planned.push({ fault, left: fault.times ?? 1 });
    this.#planned.set(method, planned);
  }

  /** Forgets all that is planned. */
  clear(): void {
    this.#planned.clear();
  }

  /** The fault for this call, if any, now used up by one. */
  take(method: string, args: Json): Fault | undefined {
    const planned = this.#planned.get(method) ?? [];
    const found = planned.find(({ fault }) => fault.when?.(args) ?? true);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) planned.splice(planned.indexOf(found), 1);
    return found.fault;
  }
}
