/** The end of a process: what comes in and what runs are stopped together, then what is left over. */
import type { Clock, Logger } from '../core/ports.js';
import { settlesWithin } from '../core/shutdown.js';

/** Slack waits so long for an ack: an event that is not stored by then is sent again. */
const LAST_EVENTS_MS = 3_000;
/** For what goes on after the replies: the last statuses, and a summary that was told to stop. */
const AFTERWARDS_MS = 1_000;

interface Parts {
  /** What brings work in. It may hang, on a client that never ends its request. */
  readonly sources: readonly Stop[];
  /** Each waits for what runs until its time is over. */
  readonly work: readonly ((timeoutMs: number) => Promise<unknown>)[];
  readonly afterwards: readonly Stop[];
}

type Stop = () => Promise<unknown> | undefined;

/** Resolves when all parts have stopped, or have had their time. A part that fails keeps none of the others from stopping. */
export async function stopAll(parts: Parts, timeoutMs: number, clock: Clock, logger: Logger): Promise<void> {
  const within = async (ms: number, stop: Stop): Promise<unknown> => settlesWithin(ms, Promise.resolve(stop()), clock);
  await allStopped([
    ...parts.sources.map((stop) => within(Math.min(LAST_EVENTS_MS, timeoutMs), stop)),
    ...parts.work.map((stop) => stop(timeoutMs)),
  ]);
  await allStopped(parts.afterwards.map((stop) => within(AFTERWARDS_MS, stop)));

  async function allStopped(stops: Promise<unknown>[]): Promise<void> {
    for (const result of await Promise.allSettled(stops)) {
      if (result.status === 'rejected') logger.debug({ err: result.reason as Error }, 'a part did not stop cleanly');
    }
  }
}
