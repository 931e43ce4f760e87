import type { Evidence } from './evidence.js';
import type { ReportFinding } from './findings.js';

/** A process that dies, or loses Redis, this close to an answer may not have recorded it: another one answers again. */
const UNRECORDED_MS = 1_500;

/** What people have chosen is in force on every process: each shows the same, and one of their choices. */
export function checkSettings({ settings = [] }: Evidence, report: ReportFinding): void {
  for (const { user, chosen, shown } of settings) {
    const isKept = shown.length > 0 && shown.every((model) => model === shown[0] && chosen.includes(model));
    if (!isKept) report('setting lost', `${user}: ${shown.join(', ') || 'nothing'} is shown`);
  }
}

/** A channel is told of every acknowledged thumb down, once unless a fault hit right then. */
export function checkComplaints(evidence: Evidence, report: ReportFinding): void {
  for (const { reply, acked, toldAt } of evidence.complaints ?? []) {
    if (acked && toldAt.length === 0) report('feedback lost', reply);
    if (toldAt.length > 1 && !mayRepeat(toldAt, evidence))
      report('feedback doubled', `${reply}: ${toldAt.length} times`);
  }
}

/** The bot says hello in every channel that it was added to, unless Slack refused it, and once unless a fault hit right then. */
export function checkHellos(evidence: Evidence, report: ReportFinding): void {
  const refused = new Set(evidence.refusals.map(({ place }) => place.split('/')[0]));
  for (const { channel, acked, saidAt } of evidence.invitations ?? []) {
    if (acked && saidAt.length === 0 && !refused.has(channel)) report('hello lost', channel);
    if (saidAt.length > 1 && !mayRepeat(saidAt, evidence))
      report('hello doubled', `${channel}: ${saidAt.length} times`);
  }
}

/** Every acknowledged command is answered: to the person who typed it, and once unless a fault hit right then. */
export function checkCommands(evidence: Evidence, report: ReportFinding): void {
  for (const command of evidence.commands) {
    const { token, acked, shownAt, shownToOthers } = command;
    if (acked && shownAt.length === 0) report('command lost', token);
    if (shownToOthers) report('command shown to others', token);
    if (shownAt.length > 1 && !mayRepeat(shownAt, evidence))
      report('command doubled', `${token}: ${shownAt.length} times`);
  }
}

function mayRepeat(shownAt: readonly number[], { exits, hangs, redisFaults, keyLosses }: Evidence): boolean {
  const spans = [...exits.map((at) => ({ from: at, to: at })), ...hangs, ...redisFaults, ...keyLosses];
  return shownAt
    .slice(0, -1)
    .every((at) => spans.some(({ from, to }) => from - UNRECORDED_MS <= at && at <= to + UNRECORDED_MS));
}
