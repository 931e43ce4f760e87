import type { Evidence, Stop } from './evidence.js';
import type { ReportFinding } from './findings.js';

/** A stop ends the call of the model within a second. More here, for the machine runs several processes at its limit. */
const STOPS_WITHIN_MS = 4_000;
/** The same if a process dies or Redis fails meanwhile: another process takes over. */
const STOPS_WITHIN_IN_TROUBLE_MS = 15_000;

/** No reply is written on after an acknowledged stop; unless an edit of a question asks for another answer. */
export function checkStops(evidence: Evidence, report: ReportFinding): void {
  for (const stop of evidence.stops ?? []) {
    const { place, ackedAt, wholeAt } = stop;
    if (ackedAt === undefined || wholeAt === undefined || isAskedAnew(stop, evidence)) continue;
    const within = isTroubled(ackedAt, evidence) ? STOPS_WITHIN_IN_TROUBLE_MS : STOPS_WITHIN_MS;
    if (wholeAt > ackedAt + within) report('stop ignored', `in ${place}: written for ${wholeAt - ackedAt} ms more`);
  }
}

function isAskedAnew({ place, ackedAt = 0, wholeAt = 0 }: Stop, { personMessages }: Evidence): boolean {
  const edits = personMessages.filter((message) => message.place === place).flatMap(({ edits: of = [] }) => of);
  return edits.some((at) => at === undefined || (ackedAt - STOPS_WITHIN_MS <= at && at <= wholeAt));
}

function isTroubled(at: number, { exits, hangs, redisFaults, keyLosses }: Evidence): boolean {
  const spans = [...exits.map((exit) => ({ from: exit, to: exit })), ...hangs, ...redisFaults, ...keyLosses];
  return spans.some(({ from, to }) => from <= at + STOPS_WITHIN_MS && at - STOPS_WITHIN_MS <= to);
}
