/**
 * Whether the promise was kept: every message that asks gets exactly one reply, whole, in order, in its place, and the
 * model read what it should. Reads only what stands in the workspace and what the model was sent. Pure.
 */
import { checkPrompts } from './check-prompts.js';
import { checkReplies } from './check-replies.js';
import type { Evidence } from './evidence.js';
import type { Find, Finding, Verdict } from './findings.js';
import { repliesIn } from './replies.js';

export function verdictOn(evidence: Evidence): Verdict {
  const findings: Finding[] = [];
  const find: Find = (kind, detail) => void findings.push({ kind, detail });
  const refused = new Set(evidence.refusals.map(({ place }) => place));
  const replies = repliesIn(evidence.shown, (place, detail) => {
    // Nor did Slack let anybody finish it, or take it back.
    if (!refused.has(place)) find('half-written', `in ${place}: ${detail}`);
  });
  const counts = checkReplies(evidence, replies, find);
  checkPrompts(evidence, replies, find);
  for (const place of evidence.statuses) find('status left', place);
  for (const event of evidence.unacknowledged) find('not acknowledged', event);
  return { findings, ...counts };
}
