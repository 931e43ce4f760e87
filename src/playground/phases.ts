/** Where the time of a run went. Pure. */
import type { Phase, PhaseName } from './inspection.js';
import type { Run, Step } from './runs.js';

/** The phase that begins with a step; steps that are not here begin none. */
const PHASE_AFTER: Partial<Record<Step['type'], PhaseName | 'end'>> = {
  taken: 'preparing',
  loaded: 'preparing',
  prompted: 'model',
  restarted: 'model',
  retrying: 'retrying',
  first_text: 'writing',
  completed: 'finishing',
  failed: 'finishing',
  rate_limited: 'held',
  run_ended: 'held',
  gone: 'down',
  settled: 'end',
};

function phaseAfter(step: Step): PhaseName | 'end' | undefined {
  // A reply that was taken back answers nothing.
  if (step.type === 'reply_stored' && step.answered.length === 0) return 'end';
  return PHASE_AFTER[step.type];
}

/**
 * The phases of a run, without gaps. `written`: when its first question was written; `steps`: what the bot did with that
 * message before it was answered.
 */
export function phasesOf(written: number, steps: readonly Step[], run: Run | undefined): Phase[] {
  const phases: { name: PhaseName; from: number; to?: number }[] = [];
  const enter = (name: PhaseName | 'end', at: number): void => {
    const last = phases.at(-1);
    if (last?.name === name || (last && last.to !== undefined)) return;
    if (last) last.to = Math.max(last.from, at);
    if (name !== 'end') phases.push({ name, from: last?.to ?? at });
  };
  enter('delivering', written);
  const received = steps.find(({ type }) => type === 'received');
  const stored = steps.find(({ type }) => type === 'stored');
  if (received) enter('storing', received.at);
  if (stored) enter('queued', stored.at);
  for (const step of run?.steps ?? []) {
    const next = phaseAfter(step);
    if (next) enter(next, step.at);
  }
  return phases.filter(({ from, to }) => to === undefined || to > from);
}
