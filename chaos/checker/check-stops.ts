import type { Evidence, Stop } from './evidence.js';
import type { ReportFinding } from './findings.js';

/** A stop ends the call of the model within a second. More here, for the machine runs several processes at its limit. */
const STOPS_WITHIN_MS = 4_000;
/** The same after the last time that a process died or hung, or Redis failed: another process takes over. */
const STOPS_AFTER_TROUBLE_MS = 15_000;

/** No reply is written on after an acknowledged stop; unless an edit of a question asks for another answer. */
export function checkStops(evidence: Evidence, report: ReportFinding): void {
  for (const stop of evidence.stops ?? []) {
    const { place, ackedAt, wholeAt } = stop;
    if (ackedAt === undefined || wholeAt === undefined || isAskedAnew(stop, evidence)) continue;
    if (wholeAt > stopsBy(ackedAt, evidence))
      report('stop ignored', `in ${place}: written for ${wholeAt - ackedAt} ms more`);
  }
}

function isAskedAnew({ place, ackedAt = 0, wholeAt = 0 }: Stop, { personMessages }: Evidence): boolean {
  const edits = personMessages.filter((message) => message.place === place).flatMap(({ edits: of = [] }) => of);
  return edits.some((at) => at === undefined || (ackedAt - STOPS_WITHIN_MS <= at && at <= wholeAt));
}

/** When the reply has to be stopped at the latest. */
function stopsBy(ackedAt: number, { exits, hangs, redisFaults, keyLosses }: Evidence): number {
  const troubles = [...exits.map((exit) => ({ from: exit, to: exit })), ...hangs, ...redisFaults, ...keyLosses];
  let by = ackedAt + STOPS_WITHIN_MS;
  for (const { from, to } of troubles.toSorted((a, b) => a.from - b.from))
    if (from <= by && ackedAt - STOPS_WITHIN_MS <= to) by = Math.max(by, to + STOPS_AFTER_TROUBLE_MS);
  return by;
}
