import type { Clock } from '../../core/ports.js';
import { refusalOf } from './failure.js';

/** Then it is tried again: scopes and features can be added while the bot runs. */
const REMEMBERED_MS = 60 * 60_000;

/** Decorations that workspaces refuse altogether: asking each time would be wasted. */
export class RefusedMethods {
  /** Until when, by workspace and method. */
  private readonly until = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  has(team: string, method: string): boolean {
    return this.clock.now() < (this.until.get(`${team} ${method}`) ?? 0);
  }

  /** `error`: of a call of that method. Any other error than such a refusal is ignored. */
  note(team: string, method: string, error: unknown): void {
    if (refusalOf(error)?.meaning === 'method') this.until.set(`${team} ${method}`, this.clock.now() + REMEMBERED_MS);
  }
}
