import { setTimeout as wait } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.js';
import { verdictOn } from '../checker/checker.js';
import type { Evidence } from '../checker/evidence.js';
import type { Finding, Verdict } from '../checker/findings.js';
import type { FaultyModel } from '../environment/model.js';

/** Milliseconds in which what is left to do is done, or never; and so long without any movement are enough. */
const PATIENCE = {
  long: { withinMs: 150_000, stillMs: 100_000 },
  /** For a run of seconds, in which nothing has failed so often that it is tried again only after long. */
  short: { withinMs: 60_000, stillMs: 16_000 },
} as const;
const LOOK_EVERY_MS = 1_000;
const TELL_EVERY_MS = 15_000;
/** What has been read or shown too early stays so, however long one waits. */
const PASSING: ReadonlySet<Finding['kind']> = new Set([
  'lost',
  'doubled',
  'half-written',
  'unasked',
  'other reply read',
  'status left',
  'not acknowledged',
]);

export interface Waiting {
  readonly slack: Simulator;
  readonly model: FaultyModel;
  readonly evidence: () => Evidence;
  readonly patience: keyof typeof PATIENCE;
  readonly say: (line: string) => void;
}

/** The verdict when the checker has nothing to complain about that could still pass, besides what is known, or the patience is over. */
export async function whenQuiet(
  { slack, model, evidence, patience, say }: Waiting,
  known: readonly Finding[] = [],
): Promise<Verdict> {
  const { withinMs, stillMs } = PATIENCE[patience];
  const began = Date.now();
  let moved = { at: began, steps: 0 };
  let tellAt = began + TELL_EVERY_MS;
  for (;;) {
    // Slack would wait a minute, or five.
    for (const { eventId } of slack.deliveries.filter(({ state }) => state === 'scheduled' || state === 'lost'))
      slack.redeliver(eventId);
    const verdict = verdictOn(evidence());
    const isOver = Date.now() - began > withinMs || Date.now() - moved.at > stillMs;
    const waitsFor = verdict.findings.find(
      ({ kind, detail }) => PASSING.has(kind) && !known.some((finding) => finding.detail === detail),
    );
    if (isOver || !waitsFor) return verdict;
    if (Date.now() > tellAt) {
      tellAt += TELL_EVERY_MS;
      say(`not quiet yet: ${waitsFor.kind}, ${waitsFor.detail}`);
    }
    const steps =
      slack.calls.length + slack.deliveries.filter(({ state }) => state === 'acked').length + model.prompts.length;
    if (steps > moved.steps) moved = { at: Date.now(), steps };
    await wait(LOOK_EVERY_MS);
  }
}
