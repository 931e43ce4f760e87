/** Waits with a limit, and the end of a process. */
import type { Clock } from './ports.js';

/** Whether `done` settles within `ms`. Throws what it throws in that time; afterwards it continues unobserved. */
export async function settlesWithin(ms: number, done: Promise<unknown>, clock: Clock): Promise<boolean> {
  const enough = new AbortController();
  const late = clock.sleep(ms, enough.signal).then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    enough.abort();
  }
}

/** Waits for `done`. After `timeoutMs` calls `hurry` once, and keeps waiting. */
export async function untilDone(
  done: Promise<unknown>,
  timeoutMs: number,
  hurry: () => void,
  clock: Clock,
): Promise<void> {
  if (await settlesWithin(timeoutMs, done, clock)) return;
  hurry();
  await done;
}

/**
 * The running work of a process, which can be aborted when it stops. Each run has its own signal: listeners on a signal
 * that lives as long as the process would leak (`AbortSignal.any` on Node 20, HTTP clients).
 */
export class Runs {
  private readonly running = new Map<AbortController, Promise<unknown>>();
  private reason: Error | undefined;

  get areAborted(): boolean {
    return this.reason !== undefined;
  }

  /** `lost` aborts only this run, with its own reason. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, lost?: AbortSignal): Promise<T> {
    const controller = new AbortController();
    if (this.reason) controller.abort(this.reason);
    lost?.addEventListener('abort', () => controller.abort(new Error(String(lost.reason))), { once: true });
    const done = work(controller.signal);
    this.running.set(controller, done);
    try {
      return await done;
    } finally {
      this.running.delete(controller);
    }
  }

  /** Resolves when the current runs have ended, whatever the outcome. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  abort(): void {
    this.reason = new Error('this process is stopping');
    for (const controller of this.running.keys()) controller.abort(this.reason);
  }
}
