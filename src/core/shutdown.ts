/** Waits with a limit, and the end of a process. */
import type { Clock } from './ports.js';

/** Whether `done` settles within `ms`. Throws what it throws in that time; afterwards it continues unobserved. */
export async function settlesWithin(ms: number, done: Promise<unknown>, clock: Clock): Promise<boolean> {
  let cancel = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(ms, () => resolve(false));
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    cancel();
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

/** For work whose signal has aborted, to end by itself. */
const GRACE_MS = 2_000;

/**
 * Runs `work` with a signal that aborts with `stopping`, or after `ms`. Work that goes on in spite of it is left alone
 * two seconds later: then this rejects with the signal's reason.
 */
export async function runWithin<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  stopping: AbortSignal,
  clock: Clock,
): Promise<T> {
  stopping.throwIfAborted();
  const controller = new AbortController();
  let cancelGrace = (): void => {};
  const stop = (): void => controller.abort(stopping.reason);
  stopping.addEventListener('abort', stop, { once: true });
  const given = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      cancelGrace = clock.after(GRACE_MS, () => reject(controller.signal.reason as Error));
    };
    controller.signal.addEventListener('abort', giveUp, { once: true });
  });
  const cancel = clock.after(ms, () => controller.abort(new Error(`not done within ${ms / 1_000} seconds`)));
  try {
    return await Promise.race([work(controller.signal), given]);
  } finally {
    cancel();
    cancelGrace();
    stopping.removeEventListener('abort', stop);
  }
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
