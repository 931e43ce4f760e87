import type { Clock } from '../core/ports.js';

/** A timer that is due this much late means that the process stood still: SIGSTOP, a suspended machine, a blocked event loop. */
const STALL_MS = 200;
/** A process that is always late must not wait forever. */
const MAX_STALLS = 3;

/**
 * Waits for `work`, and calls `onSilence` if it takes longer than `ms`. When a process that stood still goes on, its
 * timers are due before it reads what has arrived meanwhile: then the time begins again, and `onStall` is called.
 */
export async function limitSilence<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  { onSilence, onStall }: { onSilence: (ms: number) => void; onStall: () => void },
): Promise<T> {
  let stalls = 0;
  let cancel = (): void => {};
  const begin = (): void => {
    const due = clock.now() + ms;
    cancel = clock.after(ms, () => {
      if (clock.now() - due < STALL_MS || stalls === MAX_STALLS) return onSilence(ms);
      stalls += 1;
      onStall();
      begin();
    });
  };
  begin();
  try {
    return await work;
  } finally {
    cancel();
  }
}
