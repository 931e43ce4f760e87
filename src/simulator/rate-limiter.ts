/**
 * Calls per minute for each of Slack's tiers. `special` is assumed to be far above tier 4.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
const CALLS_PER_MINUTE = { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600 } as const;
const MINUTE_MS = 60_000;
/** Documented: "1 message per second per channel … short bursts". The burst size is not documented. */
const POSTS_PER_SECOND = 1;
const POST_BURST = 4;

export type Tier = keyof typeof CALLS_PER_MINUTE;

/** Slack's rate limits: a sliding window of a minute per method, and a token bucket per channel for posts. */
export class RateLimiter {
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();
  readonly #posts = new Map<string, { tokens: number; at: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns seconds until the method may be called again; 0 if allowed now, and then the call is counted */
  takeCall(method: string, tier: Tier): number {
    const now = this.#now();
    const recent = (this.#calls.get(method) ?? []).filter((at) => at > now - MINUTE_MS);
    this.#calls.set(method, recent);
    const blocking = recent[recent.length - CALLS_PER_MINUTE[tier]];
    if (blocking !== undefined) return Math.ceil((blocking + MINUTE_MS - now) / 1000);
    recent.push(now);
    return 0;
  }

  /** @returns seconds until a post to the channel is allowed; 0 if allowed now, and then the post is counted */
  takePost(channel: string): number {
    const now = this.#now();
    const before = this.#posts.get(channel) ?? { tokens: POST_BURST, at: now };
    const tokens = Math.min(POST_BURST, before.tokens + ((now - before.at) / 1000) * POSTS_PER_SECOND);
    if (tokens < 1) return Math.ceil((1 - tokens) / POSTS_PER_SECOND);
    this.#posts.set(channel, { tokens: tokens - 1, at: now });
    return 0;
  }
}
