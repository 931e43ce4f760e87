import type { Evidence, PersonMessage, Prompt, PromptTurn } from './evidence.js';
import type { ReportFinding } from './findings.js';
import { groupBy } from './group-by.js';
import { cutoffOf, newestQuestion } from './prompts.js';

/** Messages of its channel that a conversation gets: the setting's default. */
const MESSAGES_KEPT = 10;

/**
 * A conversation that begins with a mention has what was said before it in the channel, and was not deleted, in all its
 * prompts; other conversations have nothing of a channel.
 */
export function checkChannels(evidence: Evidence, report: ReportFinding): void {
  const byToken = new Map(evidence.personMessages.map((message) => [message.token, message]));
  const byPlace = new Map(evidence.personMessages.filter(isAtTopLevel).map((message) => [message.place, message]));
  const newestFirst = [...byPlace.values()].toSorted((a, b) => (a.ts > b.ts ? -1 : 1));
  const topLevel = groupBy(newestFirst, (message) => [channelOf(message)]);
  for (const prompt of evidence.prompts) {
    const newest = newestQuestion(prompt, byToken);
    if (!newest) continue;
    const reportHere: ReportFinding = (kind, detail) =>
      report(kind, `${detail} of the channel, in the prompt for ${newest.token} of ${newest.place}`);
    const root = byPlace.get(newest.place);
    const cutoff = cutoffOf(prompt, evidence.hangs);
    checkRead(prompt, root, byToken, cutoff, reportHere);
    // A reply to the mention may begin the conversation before the mention itself is delivered.
    const isKnown = root === newest || (root?.ackedAt ?? Infinity) < cutoff;
    // One that was deleted before it was delivered begins nothing.
    const mayHaveBegun = root?.asks && !root.deleted;
    if (mayHaveBegun && isKnown) checkMissing(prompt, root, topLevel.get(channelOf(root)) ?? [], reportHere);
  }
}

/** Nothing is read that stood elsewhere, nothing deleted, nothing in an old wording. */
function checkRead(
  { before = [] }: Prompt,
  root: PersonMessage | undefined,
  byToken: ReadonlyMap<string, PersonMessage>,
  cutoff: number,
  report: ReportFinding,
): void {
  for (const { token, wording } of before) {
    const message = byToken.get(token);
    if (!message) continue;
    const { deletionAckedAt = Infinity, edits = [] } = message;
    const isOfTheChannel = root?.asks && channelOf(root) === channelOf(message) && isAtTopLevel(message);
    if (!isOfTheChannel || message.ts >= root.ts) report('wrong thread', token);
    if (deletionAckedAt < cutoff) report('deleted turn read', token);
    if (wording < 1 + edits.findLastIndex((at) => at !== undefined && at < cutoff)) report('old wording read', token);
  }
}

/**
 * What was acknowledged before the mention was sent is there, unless newer messages may have taken its place. `topLevel`:
 * newest first.
 */
function checkMissing(
  { before = [] }: Prompt,
  { ts: rootTs, sentAt: from = 0, ackedAt: to = Infinity }: PersonMessage,
  topLevel: readonly PersonMessage[],
  report: ReportFinding,
): void {
  const read = new Set(before.map(({ token }: PromptTurn) => token));
  let newer = 0;
  for (const { token, ts, sentAt = Infinity, ackedAt = Infinity, deleted } of topLevel) {
    if (newer >= MESSAGES_KEPT) return;
    if (!deleted && ts < rootTs && ackedAt < from && !read.has(token)) report('turn missing', token);
    if (ts !== rootTs && sentAt <= to) newer += 1;
  }
}

function channelOf({ place }: PersonMessage): string {
  return place.split('/')[0] ?? '';
}

/** Of a channel: in a direct message all is meant for the bot. */
function isAtTopLevel({ place, ts }: PersonMessage): boolean {
  return place.endsWith(`/${ts}`) && !place.startsWith('D');
}
