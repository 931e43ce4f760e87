/** For a process that stood still just before it posted: meanwhile another one may have taken the reply over. */
import type { Clock } from '../../core/ports.js';

const ATTEMPTS = 20;
const EVERY_MS = 1_000;

export interface LatePost {
  clock: Clock;
  /** As in `ReplyRequest`. */
  isKept: (id: string) => Promise<boolean | undefined>;
  /** Deletes it. */
  remove: (id: string) => Promise<unknown>;
}

/** Deletes the message or file, unless the other process has found it and goes on with it. A last effort: never rejects. */
export async function takeBack(id: string, { clock, isKept, remove }: LatePost): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const kept = await isKept(id);
      if (kept === true) return;
      if (kept === false) {
        await remove(id);
        return;
      }
    } catch {
      // The store or Slack may be away for a moment.
    }
    await clock.sleep(EVERY_MS);
  }
}
