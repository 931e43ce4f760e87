import type { Clock } from './ports.js';

/** Waits for `done`; when it takes longer than `timeoutMs`, calls `hurry` once and goes on waiting. */
export async function untilDone(done: Promise<unknown>, timeoutMs: number, hurry: () => void, clock: Clock): Promise<void> {
  const finished = new AbortController();
  const timer = clock.sleep(timeoutMs, finished.signal).then(hurry, () => {});
  try {
    await done;
  } finally {
    finished.abort();
    await timer;
  }
}
