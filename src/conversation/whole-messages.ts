import { LRUCache } from 'lru-cache';
import { atMost } from '../core/cache-size.js';
import type { Clock } from '../core/ports.js';
import { settlesWithin } from '../core/shutdown.js';

const MAX_KNOWN = 10_000;
/** The second event comes within a second. One that Slack sends again may stand for a message that Redis has lost since. */
const KNOWN_MS = 3_000;
/** Mostly both come at once, in any order. */
const TWIN_WAIT_MS = 100;

/**
 * Slack tells of a mention twice: with a `message`, which is whole, and with an `app_mention`, which is a part of it. Where
 * both come to this process, the part needs no more than its ack. A message's name is its conversation and `ts`.
 */
export class WholeMessages {
  /** Whether it is stored, and its conversation woken: then nothing is lost without the part. */
  private readonly known: LRUCache<string, Promise<boolean>>;
  private readonly awaited = new Map<string, () => void>();

  /** Without a clock, no part waits for the whole. */
  constructor(private readonly clock?: Clock) {
    this.known = new LRUCache({ ...atMost(MAX_KNOWN), ttl: KNOWN_MS, ...(clock && { perf: clock }) });
  }

  /** Runs `take`, which stores a whole message and resolves with whether its conversation was woken. Rejects as it does. */
  async take(name: string, take: () => Promise<boolean>): Promise<void> {
    const taken = take();
    this.known.set(name, taken);
    this.awaited.get(name)?.();
    let isWoken = false;
    try {
      isWoken = await taken;
    } finally {
      if (!isWoken) this.known.delete(name);
    }
  }

  /** Resolves with whether the whole of this part is stored. If it has not come, waits a moment for it. */
  async has(name: string): Promise<boolean> {
    if (!this.known.has(name) && this.clock) await settlesWithin(TWIN_WAIT_MS, this.arrival(name), this.clock);
    this.awaited.delete(name);
    return (await this.known.get(name)?.catch(() => false)) ?? false;
  }

  private arrival(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.awaited.set(name, resolve);
    });
  }
}
