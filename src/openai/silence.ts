import type { Clock } from '../core/ports.js';

/** A timer that is due this much late means that the process stood still: SIGSTOP, a suspended machine, a blocked event loop. */
const STALL_MS = 200;
/** A process that is always late must not wait forever. */
const MAX_STALLS = 3;

/**
 * Resolves after `ms`. When a process that stood still goes on, its timers are due before it reads what has arrived
 * meanwhile: then the time begins again, and `onStall` is called. Rejects with the signal's reason when it aborts.
 */
export async function silenceOf(ms: number, clock: Clock, signal: AbortSignal, onStall: () => void): Promise<void> {
  for (let stalls = 0; ; stalls += 1) {
    const due = clock.now() + ms;
    await clock.sleep(ms, signal);
    if (clock.now() - due < STALL_MS || stalls === MAX_STALLS) return;
    onStall();
  }
}
