import type { Clock } from '../../core/ports.js';

/**
 * How many calls of one kind a process makes in a minute, over all its replies: so many at once, then evenly spread.
 * What must be said is said all the same and paid for by what comes later.
 */
export class TokenBucket {
  private left: number;
  private at: number;

  constructor(
    private readonly perMinute: number,
    private readonly atOnce: number,
    private readonly clock: Clock,
  ) {
    this.left = atOnce;
    this.at = clock.now();
  }

  /** Milliseconds until there is one to spend; 0 when there is. */
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
    this.left = Math.min(this.atOnce, this.left + ((now - this.at) * this.perMinute) / 60_000);
    this.at = now;
  }
}
