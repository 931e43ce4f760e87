import { expectedFindings, type Sabotage } from './bots/sabotage.js';
import type { Finding, Verdict } from './checker/findings.js';
import { groupBy } from './checker/group-by.js';

const MAX_FINDINGS_SHOWN = 30;

export interface Report {
  readonly lines: readonly string[];
  /** No findings; with a sabotage: an expected finding. */
  readonly passes: boolean;
}

export function reportOn(
  { findings, answered, apologies, refused }: Verdict,
  facts: { seed: number; asked: number; faults: number },
): Report {
  const counts = `${answered} answered, ${apologies} apologised for, ${refused} refused by Slack`;
  const summary = `${facts.asked} questions: ${counts}; ${facts.faults} faults; ${findings.length} findings (seed ${facts.seed})`;
  return { lines: [...detailsOf(findings), summary], passes: findings.length === 0 };
}

export function reportOnSabotage(name: Sabotage, findings: readonly Finding[], seed: number): Report {
  const expected = expectedFindings(name);
  const passes = findings.some(({ kind }) => expected.includes(kind));
  const kinds = [...groupBy(findings, ({ kind }) => [kind])]
    .map(([kind, found]) => `${kind} ${found.length}`)
    .join(', ');
  const caught = `${name}: caught as ${kinds}`;
  const missed = kinds === '' ? `${name}: NOT CAUGHT` : `${name}: CAUGHT FOR THE WRONG REASON, as ${kinds}`;
  return {
    lines: [...detailsOf(findings), `${passes ? caught : missed}; expected ${expected.join(' or ')} (seed ${seed})`],
    passes,
  };
}

function detailsOf(findings: readonly Finding[]): string[] {
  const shown = findings.slice(0, MAX_FINDINGS_SHOWN).map(({ kind, detail }) => `${kind.toUpperCase()}: ${detail}`);
  return findings.length > shown.length ? [...shown, `… and ${findings.length - shown.length} more`] : shown;
}
