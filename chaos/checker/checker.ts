/**
 * Checks the bot's promise: every question gets exactly one reply, complete, in order and in its place, and the model
 * was sent the right prompt. Pure.
 */
import { checkChannels } from './check-channels.js';
import { checkCommands, checkComplaints, checkHellos, checkSettings } from './check-commands.js';
import { checkPictures } from './check-pictures.js';
import { checkPrompts } from './check-prompts.js';
import { checkReplies } from './check-replies.js';
import { checkStops } from './check-stops.js';
import type { Evidence } from './evidence.js';
import type { Finding, ReportFinding, Verdict } from './findings.js';
import { parseReplies } from './replies.js';

export function verdictOn(evidence: Evidence): Verdict {
  const findings: Finding[] = [];
  const report: ReportFinding = (kind, detail) => void findings.push({ kind, detail });
  const refused = new Set(evidence.refusals.map(({ place }) => place));
  const replies = parseReplies(evidence.botMessages, (place, detail) => {
    // After a refusal the bot can neither finish nor delete what it had written.
    if (!refused.has(place)) report('half-written', `in ${place}: ${detail}`);
  });
  const counts = checkReplies(evidence, replies, report);
  checkPrompts(evidence, replies, report);
  checkPictures(evidence, report);
  checkChannels(evidence, report);
  checkCommands(evidence, report);
  checkSettings(evidence, report);
  checkStops(evidence, report);
  checkComplaints(evidence, report);
  checkHellos(evidence, report);
  for (const place of evidence.statuses) report('status left', place);
  for (const event of evidence.unacknowledged) report('not acknowledged', event);
  return { findings, ...counts };
}
