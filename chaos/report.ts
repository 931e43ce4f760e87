import type { Finding, Verdict } from './checker/findings.js';
import { groupedBy } from './checker/group-by.js';
import { caughtAs, type Sabotage } from './bots/sabotage.js';

const MOST_FINDINGS_SHOWN = 30;

export interface Report {
  readonly lines: readonly string[];
  /** The bot kept its promise; or, of one that was made faulty, the checker saw how it did not. */
  readonly passes: boolean;
}

export function reportOn(
  { findings, answered, apologies, refused }: Verdict,
  facts: { seed: number; asked: number; faults: number },
): Report {
  const counts = `${answered} answered, ${apologies} apologised for, ${refused} that Slack did not take`;
  const summary = `${facts.asked} questions: ${counts}; ${facts.faults} faults; ${findings.length} findings (seed ${facts.seed})`;
  return { lines: [...detailsOf(findings), summary], passes: findings.length === 0 };
}

export function reportOnSabotage(name: Sabotage, findings: readonly Finding[], seed: number): Report {
  const wanted = caughtAs(name);
  const passes = findings.some(({ kind }) => wanted.includes(kind));
  const kinds = [...groupedBy(findings, ({ kind }) => [kind])]
    .map(([kind, found]) => `${kind} ${found.length}`)
    .join(', ');
  const caught = `${name}: caught as ${kinds}`;
  const missed = kinds === '' ? `${name}: NOT CAUGHT` : `${name}: CAUGHT FOR A WRONG REASON, as ${kinds}`;
  return {
    lines: [...detailsOf(findings), `${passes ? caught : missed}; it had to be ${wanted.join(' or ')} (seed ${seed})`],
    passes,
  };
}

function detailsOf(findings: readonly Finding[]): string[] {
  const shown = findings.slice(0, MOST_FINDINGS_SHOWN).map(({ kind, detail }) => `${kind.toUpperCase()}: ${detail}`);
  return findings.length > shown.length ? [...shown, `and ${findings.length - shown.length} more`] : shown;
}
