/** Calls a minute, by Slack's tiers: https://docs.slack.dev/apis/web-api/rate-limits. `special` ones are far above tier 4. */
const CALLS_PER_MINUTE = { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600 } as const;
const MINUTE_MS = 60_000;
/** "1 message per second per channel … short bursts" is all that is documented; how short is not. */
const POSTS_PER_SECOND = 1;
const POST_BURST = 4;

export type Tier = keyof typeof CALLS_PER_MINUTE;

/** Counts calls. Each method asks before it runs; the answer is 0, or the seconds to wait. */
export class RateLimiter {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();
  readonly #posts = new Map<string, { tokens: number; at: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds until a call of the method is allowed again; 0, and counted, if it is now. */
  takeCall(method: string, tier: Tier): number {
    const now = this.#now();
    const recent = (this.#calls.get(method) ?? []).filter((at) => at > now - MINUTE_MS);
    this.#calls.set(method, recent);
    const first = recent[recent.length - CALLS_PER_MINUTE[tier]];
    if (first !== undefined) return Math.ceil((first + MINUTE_MS - now) / 1000);
    recent.push(now);
    return 0;
  }

  /** Seconds until a post to the channel is allowed again; 0, and counted, if it is now. */
  takePost(channel: string): number {
    const now = this.#now();
    const before = this.#posts.get(channel) ?? { tokens: POST_BURST, at: now };
    const tokens = Math.min(POST_BURST, before.tokens + ((now - before.at) / 1000) * POSTS_PER_SECOND);
    if (tokens < 1) return Math.ceil((1 - tokens) / POSTS_PER_SECOND);
    this.#posts.set(channel, { tokens: tokens - 1, at: now });
    return 0;
  }
}
