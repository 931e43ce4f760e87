import { setTimeout as wait } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.js';
import { verdictOn } from '../checker/checker.js';
import type { Evidence } from '../checker/evidence.js';
import type { Finding, Verdict } from '../checker/findings.js';
import type { FaultyModel } from '../environment/model.js';

/** `idleMs`: the bot is done after this time without activity. `timeoutMs`: the longest wait in all. */
const TIMEOUTS = {
  long: { timeoutMs: 150_000, idleMs: 100_000 },
  /** For runs of seconds, where no retry has a long backoff yet. Time for a sweep. */
  short: { timeoutMs: 60_000, idleMs: 20_000 },
} as const;
const POLL_MS = 1_000;
/** To judge a long run takes seconds, in which the bots get no answers: only when nothing has happened for this long. */
const QUIET_MS = 3_000;
const PROGRESS_MS = 15_000;
/** Findings that may disappear while the bot works on. The other kinds are final. */
const TRANSIENT: ReadonlySet<Finding['kind']> = new Set([
  'lost',
  'doubled',
  'half-written',
  'unasked',
  'other reply read',
  'status left',
  'not acknowledged',
  'command lost',
  'feedback lost',
]);

export interface IdleOptions {
  readonly slack: Simulator;
  readonly model: FaultyModel;
  readonly evidence: () => Evidence;
  readonly timeout: keyof typeof TIMEOUTS;
  readonly say: (line: string) => void;
}

/** Sends events again whose delivery is in one of the `states`. */
export function sendAgain(slack: Simulator, states: readonly string[]): void {
  for (const { eventId } of slack.deliveries.filter(({ state }) => states.includes(state))) slack.redeliver(eventId);
}

/** Waits until no transient finding is left except the `known` ones, or until the timeout; returns the last verdict. */
export async function verdictWhenIdle(
  { slack, model, evidence, timeout, say }: IdleOptions,
  known: readonly Finding[] = [],
): Promise<Verdict> {
  const { timeoutMs, idleMs } = TIMEOUTS[timeout];
  const startedAt = Date.now();
  let activity = { at: startedAt, count: 0 };
  let progressAt = startedAt + PROGRESS_MS;
  for (;;) {
    // Slack itself would retry only after one or five minutes.
    sendAgain(slack, ['scheduled', 'lost']);
    const count =
      slack.calls.length + slack.deliveries.filter(({ state }) => state === 'acked').length + model.prompts.length;
    if (count > activity.count) activity = { at: Date.now(), count };
    const isOver = Date.now() - startedAt > timeoutMs || Date.now() - activity.at > idleMs;
    if (!isOver && Date.now() - activity.at < QUIET_MS) {
      await wait(POLL_MS);
      continue;
    }
    const verdict = verdictOn(evidence());
    const waitsFor = verdict.findings.find(
      ({ kind, detail }) => TRANSIENT.has(kind) && !known.some((finding) => finding.detail === detail),
    );
    if (isOver || !waitsFor) return verdict;
    if (Date.now() > progressAt) {
      progressAt += PROGRESS_MS;
      say(`still waiting: ${waitsFor.kind}, ${waitsFor.detail}`);
    }
    await wait(POLL_MS);
  }
}
