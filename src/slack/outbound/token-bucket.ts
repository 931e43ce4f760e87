import type { Clock } from '../../core/ports.js';

/**
 * Limits calls of one kind over all replies of a process: a burst, then evenly spread. A call that must be made may be
 * made anyway; later calls wait for it.
 */
export class TokenBucket {
  private left: number;
  private at: number;

  constructor(
    private readonly perMinute: number,
    private readonly burst: number,
    private readonly clock: Clock,
  ) {
    this.left = burst;
    this.at = clock.now();
  }

  /** Milliseconds until there is a token; 0 if there is one now. */
  waitMs(): number {
    this.refill();
    return this.left >= 1 ? 0 : Math.ceil(((1 - this.left) * 60_000) / this.perMinute);
  }

  spend(): void {
    this.refill();
    this.left -= 1;
  }

  private refill(): void {
    const now = this.clock.now();
    this.left = Math.min(this.burst, this.left + ((now - this.at) * this.perMinute) / 60_000);
    this.at = now;
  }
}
