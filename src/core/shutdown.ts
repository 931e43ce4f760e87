import type { Clock } from './ports.js';

/** Whether `done` ends within `ms`; goes on being waited for by whoever else does. Throws what it throws in that time. */
export async function endsWithin(ms: number, done: Promise<unknown>, clock: Clock): Promise<boolean> {
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

/** Waits for `done`; when it takes longer than `timeoutMs`, calls `hurry` once and goes on waiting. */
export async function untilDone(
  done: Promise<unknown>,
  timeoutMs: number,
  hurry: () => void,
  clock: Clock,
): Promise<void> {
  if (await endsWithin(timeoutMs, done, clock)) return;
  hurry();
  await done;
}

/**
 * The runs of a process, to be cut short when it stops. Each gets a signal of its own: what listens to one that lives as
 * long as the process is never let go (`AbortSignal.any` on Node 20, listeners of HTTP clients).
 */
export class Runs {
  private readonly running = new Map<AbortController, Promise<unknown>>();
  private reason: Error | undefined;

  get areAborted(): boolean {
    return this.reason !== undefined;
  }

  /** `lost` aborts this one run, with its own reason. */
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

  /** Resolves when those that run now have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  abort(): void {
    this.reason = new Error('this process is stopping');
    for (const controller of this.running.keys()) controller.abort(this.reason);
  }
}
