/**
 * Workspaces in which Slack refuses the bot's token, or all that it posts, until somebody helps. Their questions wait: one
 * at a time is tried, ever more rarely, and the operator reads one line about it.
 */
import type { Clock, Logger } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { isCurable, refusalCode, refusalOf } from './failure.js';
import type { Meaning } from './meanings.js';

const RETRY = { firstMs: 5_000, longestMs: 5 * 60_000 };
/** The others wait this long for the one that is tried. */
const TRIAL_MS = 30_000;
/** A log may be read by who was not there at the beginning. */
const REMIND_MS = 60 * 60_000;

interface Outage {
  failures: number;
  /** Nothing is tried before; milliseconds since 1970. */
  until: number;
  /** One is being tried. */
  onTrial: boolean;
  loggedAt: number;
}

export class Outages {
  /** By workspace. */
  private readonly outages = new Map<string, Outage>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly logger: Logger,
  ) {}

  has(team: string): boolean {
    return this.outages.has(team);
  }

  /** Milliseconds until something may be tried in the workspace; 0: now, and then it is the caller's turn alone. */
  pauseMs(team: string): number {
    const outage = this.outages.get(team);
    if (!outage) return 0;
    const left = outage.until - this.clock.now();
    if (left > 0) return left;
    Object.assign(outage, { until: this.clock.now() + TRIAL_MS, onTrial: true });
    return 0;
  }

  /** Milliseconds to wait, if `error` is such a refusal; undefined if it is none. */
  note(team: string, error: unknown): number | undefined {
    if (!isCurable(error)) return undefined;
    const now = this.clock.now();
    const known = this.outages.get(team);
    // Calls that were under way together count once.
    if (known && !known.onTrial && known.until > now) return known.until - now;
    const failures = (known?.failures ?? 0) + 1;
    const waitMs = backoffMs(RETRY, failures);
    const isDue = now - (known?.loggedAt ?? -Infinity) >= REMIND_MS;
    if (isDue) this.report(team, error);
    const loggedAt = isDue ? now : (known?.loggedAt ?? now);
    this.outages.set(team, { failures, until: now + waitMs, onTrial: false, loggedAt });
    return waitMs;
  }

  /** Slack takes a message there. */
  over(team: string): void {
    if (this.outages.delete(team))
      this.logger.info({ team }, 'Slack accepts messages again: answering the questions that waited');
  }

  private report(team: string, error: unknown): void {
    const code = refusalCode(error);
    const help = HELP[refusalOf(error)?.meaning ?? 'unknown'] ?? '';
    this.logger.error({ team, code }, `Slack refuses the bot (${code}): ${help}. Questions wait until then`);
  }
}

const HELP: Partial<Record<Meaning, string>> = {
  token: 'reinstall the app, copy its new token from "OAuth & Permissions" to SLACK_BOT_TOKEN, and restart the bot',
  workspace: "ask an admin of the workspace or its organization to allow the app; Slack's reference explains the code",
  method: "compare the app's scopes and features with manifest.json, then reinstall the app",
};
