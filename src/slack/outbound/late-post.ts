/** For a process that stood still just before it posted: meanwhile another one may have taken the reply over. */
import type { Clock } from '../../core/ports.js';
import { retract } from './retract.js';

const ATTEMPTS = 20;
const EVERY_MS = 1_000;

export interface LatePost {
  client: Parameters<typeof retract>[0];
  clock: Clock;
  /** As in `ReplyRequest`. */
  isKept: (ts: string) => Promise<boolean | undefined>;
}

/** Deletes the message, unless the other process has found it and goes on in it. A last effort: never rejects. */
export async function takeBack(
  message: { channel: string; ts: string },
  { client, clock, isKept }: LatePost,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const kept = await isKept(message.ts);
      if (kept === true) return;
      if (kept === false) {
        await retract(client, message);
        return;
      }
    } catch {
      // The store or Slack may be away for a moment.
    }
    await clock.sleep(EVERY_MS);
  }
}
