import type { Evidence, PersonMessage, Prompt } from './evidence.js';
import type { ReportFinding } from './findings.js';
import { groupBy } from './group-by.js';
import { cutoffOf, isRootOf, newestQuestion } from './prompts.js';
import type { Reply } from './replies.js';

/** Each prompt has every turn of its conversation once, in order, in its latest wording, with what its files say, and nothing else. */
export function checkPrompts(
  evidence: Evidence,
  repliesByPlace: ReadonlyMap<string, readonly Reply[]>,
  report: ReportFinding,
): void {
  const byToken = new Map(evidence.personMessages.map((message) => [message.token, message]));
  const messagesByPlace = groupBy(evidence.personMessages, ({ place }) => [place]);
  const refused = new Set(evidence.refusals.map(({ place }) => place));
  const promptsByPlace = groupBy(evidence.prompts, (prompt) => [newestQuestion(prompt, byToken)?.place ?? '']);
  for (const summary of evidence.summaries ?? []) checkSummary(summary, byToken, evidence.hangs, report);
  for (const prompt of evidence.prompts) {
    const newest = newestQuestion(prompt, byToken);
    if (!newest) {
      report('unasked', `the model was asked to answer "${prompt.open.join()}"`);
      continue;
    }
    const reportHere: ReportFinding = (kind, detail) =>
      report(kind, `${detail} in the prompt for ${newest.token} of ${newest.place}`);
    checkTurns(prompt, newest, byToken, reportHere);
    for (const number of prompt.unread ?? []) reportHere('file not read', `file ${number}`);
    const cutoff = cutoffOf(prompt, evidence.hangs);
    checkKnown(prompt, newest, messagesByPlace.get(newest.place) ?? [], cutoff, reportHere);
    const later = (promptsByPlace.get(newest.place) ?? []).filter(({ sentAt }) => sentAt > prompt.sentAt);
    if (!refused.has(newest.place))
      checkEarlierReplies(prompt, newest, repliesByPlace.get(newest.place) ?? [], later, byToken, reportHere);
  }
}

/** After an edit the bot waits for so long with a summary; one that was begun before is not kept. */
const QUIET_AFTER_CHANGES_MS = 3_000;

/** A summary is made from turns of one conversation, none of them deleted or in an old wording. */
function checkSummary(
  summary: Prompt,
  byToken: ReadonlyMap<string, PersonMessage>,
  hangs: Evidence['hangs'],
  report: ReportFinding,
): void {
  const cutoff = cutoffOf(summary, hangs) - QUIET_AFTER_CHANGES_MS;
  const messages = summary.turns.flatMap(({ token, wording }) => {
    const message = byToken.get(token);
    return message ? [{ ...message, wording }] : [];
  });
  const [first] = messages;
  for (const { token, place, wording, deletionAckedAt, edits = [] } of messages) {
    if (place !== first?.place) report('wrong thread', `${token} of ${place} in a summary of ${first?.place}`);
    if (isBefore(deletionAckedAt, cutoff)) report('deleted turn read', `${token} in a summary of ${place}`);
    if (wording < 1 + edits.findLastIndex((at) => isBefore(at, cutoff)))
      report('old wording read', `${token} in a summary of ${place}`);
  }
}

/**
 * Turns are unique, of this place, and sorted by time. Open questions may come after newer turns, sorted themselves, and
 * a summary before turns that were delivered late.
 */
function checkTurns(
  { turns }: Prompt,
  { place }: PersonMessage,
  byToken: ReadonlyMap<string, PersonMessage>,
  report: ReportFinding,
): void {
  const tokens = turns.map(({ token }) => token);
  for (const token of new Set(tokens.filter((one, at) => tokens.indexOf(one) !== at))) report('turn twice', token);
  const messages = tokens.flatMap((token) => byToken.get(token) ?? []);
  for (const message of messages)
    if (message.place !== place && !isRootOf(place, message))
      report('wrong thread', `${message.token} of ${message.place}`);
  const verbatim = turns.flatMap(({ token, summarized }) => (summarized ? [] : (byToken.get(token) ?? [])));
  const stepsBack = verbatim.filter(({ ts }, at) => ts < (verbatim[at - 1]?.ts ?? ''));
  if (stepsBack.length > 1) report('out of order', tokens.join());
}

/**
 * Edits, deletions and messages known before `cutoff` are in the prompt. Messages after the newest question may be
 * missing: a process that takes over a reply leaves them for the next reply.
 */
function checkKnown(
  { turns }: Prompt,
  newest: PersonMessage,
  messages: readonly PersonMessage[],
  cutoff: number,
  report: ReportFinding,
): void {
  const wordings = new Map(turns.map(({ token, wording }) => [token, wording]));
  for (const { token, ts, ackedAt, deleted, deletionAckedAt, edits = [] } of messages) {
    const wording = wordings.get(token);
    if (wording !== undefined && isBefore(deletionAckedAt, cutoff)) report('deleted turn read', token);
    if (wording === undefined && !deleted && ts < newest.ts && isBefore(ackedAt, cutoff)) report('turn missing', token);
    if (wording !== undefined && wording < 1 + edits.findLastIndex((at) => isBefore(at, cutoff)))
      report('old wording read', token);
  }
}

/**
 * The replies in a prompt are those in Slack, unchanged; and it has every reply that is older than the prompt and
 * answers older questions. Not compared: replies that were regenerated later.
 */
function checkEarlierReplies(
  { firstSentAt, replies: inPrompt, open: asked, outcome }: Prompt,
  newest: PersonMessage,
  inSlack: readonly Reply[],
  later: readonly Prompt[],
  byToken: ReadonlyMap<string, PersonMessage>,
  report: ReportFinding,
): void {
  const askedLater = later.map(({ open }) => [...new Set(open)].filter((token) => byToken.get(token)?.asks));
  for (const { whole, ...read } of inPrompt) {
    const { tokens } = read;
    const isRegenerated = askedLater.some(
      (questions) => questions.length > 0 && questions.every((token) => tokens.includes(token)),
    );
    if (!whole) report('other reply read', `half a reply to ${tokens.join()}`);
    else if (!isRegenerated && !inSlack.some((reply) => isSame(reply, read)))
      report('other reply read', `a reply to ${tokens.join()} that is not in Slack`);
  }
  for (const reply of inSlack) {
    const isEarlier =
      Number(reply.ts) * 1_000 < firstSentAt &&
      reply.tokens.every((token) => (byToken.get(token)?.ts ?? '') < newest.ts);
    const isRegenerated = askedLater.some((questions) => questions.join() === reply.tokens.join());
    // A process that takes a reply over asks for it again, and cancels that if a person has stopped it, or dies with it.
    const isUnsaid = reply.stoppedAt !== undefined && !inSlack.some(({ tokens }) => tokens.join() === asked.join());
    const isCancelled = (outcome !== 'answered' || isUnsaid) && reply.tokens.every((token) => asked.includes(token));
    if (isEarlier && !isRegenerated && !isCancelled && !inPrompt.some((other) => isSame(reply, other)))
      report('turn missing', `the reply to ${reply.tokens.join()}`);
  }
}

type Answered = Pick<Reply, 'tokens' | 'count' | 'stoppedAt'>;

function isSame(reply: Answered, other: Answered): boolean {
  const hasSameLength = reply.count === other.count && reply.stoppedAt === other.stoppedAt;
  return hasSameLength && reply.tokens.join() === other.tokens.join();
}

function isBefore(at: number | undefined, time: number): boolean {
  return at !== undefined && at < time;
}
