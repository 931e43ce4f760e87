import { checkApologies } from './check-apologies.js';
import type { Evidence, PersonMessage } from './evidence.js';
import type { ReportFinding, Verdict } from './findings.js';
import { groupBy } from './group-by.js';
import { isRootOf } from './prompts.js';
import type { Reply } from './replies.js';

/**
 * A reply already being written when its question is deleted may still be finished; within this time, even with faults.
 */
const IN_PROGRESS_MS = 45_000;

/** Each question has exactly one reply, in its place and in order, and nothing else was posted. */
export function checkReplies(
  evidence: Evidence,
  repliesByPlace: ReadonlyMap<string, readonly Reply[]>,
  report: ReportFinding,
): Omit<Verdict, 'findings'> {
  const byToken = new Map(evidence.personMessages.map((message) => [message.token, message]));
  const replies = [...repliesByPlace.values()].flat();
  const repliesByToken = groupBy(replies, ({ tokens }) => tokens);
  /** Slack refused a reply there after `message`: that reply was given up, and a later one may answer again. */
  const isRefused = (message: PersonMessage): boolean =>
    evidence.refusals.some(({ place, at }) => place === message.place && at > millisOf(message.ts));
  /** Somebody told the bot to stop after `message`: that may have reached it before it had written a word. */
  const mayBeStopped = (message: PersonMessage): boolean =>
    (evidence.stops ?? []).some(
      ({ place, said = '', ackedAt }) => place === message.place && said > message.ts && ackedAt !== undefined,
    );
  const unanswered: PersonMessage[] = [];
  let answered = 0;
  let refused = 0;

  for (const question of evidence.personMessages.filter(({ asks }) => asks)) {
    const { token, place, ts } = question;
    const own = (repliesByToken.get(token) ?? []).filter((reply) => !isRootOf(reply.place, question));
    for (const reply of own)
      if (reply.place !== place) report('wrong thread', `${token} of ${place} is answered in ${reply.place}`);
    for (const reply of own) if (reply.ts < ts) report('out of order', `the reply to ${token} was posted before it`);
    // Whoever stopped a reply may not have seen a question that was delivered later: it is answered again.
    const whole = own.filter((reply) => reply.stoppedAt === undefined || !cameAfter(question, reply));
    if (whole.length > 1 && !isRefused(question)) report('doubled', `${token} has ${whole.length} replies in ${place}`);
    if (own.length > 0) answered += 1;
    else if (question.deleted || mayBeStopped(question)) continue;
    else if (isRefused(question)) refused += 1;
    else unanswered.push(question);
  }
  for (const reply of replies) checkAsked(reply, byToken, report);
  for (const [, inPlace] of repliesByPlace) {
    for (const [at, later] of inPlace.entries()) {
      // A DM message quoted in its thread was not asked there.
      const questions = later.tokens
        .flatMap((token) => byToken.get(token) ?? [])
        .filter((message) => message.place === later.place && !isRefused(message));
      for (const earlier of inPlace.slice(0, at)) checkOrder(earlier, questions, byToken, report);
    }
  }
  return { answered, refused, apologies: checkApologies(evidence, unanswered, report) };
}

function cameAfter({ ackedAt = Number.POSITIVE_INFINITY }: PersonMessage, { ts }: Reply): boolean {
  return ackedAt > millisOf(ts);
}

/** Milliseconds since 1970. */
function millisOf(ts: string): number {
  return Number(ts) * 1_000;
}

function checkAsked(
  { place, ts, tokens }: Reply,
  byToken: ReadonlyMap<string, PersonMessage>,
  report: ReportFinding,
): void {
  const questions = tokens.flatMap((token) => byToken.get(token) ?? []).filter(({ asks }) => asks);
  if (questions.length === 0 || questions.length < tokens.length)
    report('unasked', `a reply in ${place} to "${tokens.join()}"`);
  const deletedAt = Math.max(...questions.map(({ deletionAckedAt = Number.POSITIVE_INFINITY }) => deletionAckedAt));
  if (deletedAt + IN_PROGRESS_MS < millisOf(ts))
    report('unasked', `a reply in ${place} to ${tokens.join()}, deleted long before`);
}

/** A question acknowledged before a newer one was even sent is answered first. */
function checkOrder(
  earlier: Reply,
  later: readonly PersonMessage[],
  byToken: ReadonlyMap<string, PersonMessage>,
  report: ReportFinding,
): void {
  const answered = earlier.tokens.flatMap((token) => byToken.get(token) ?? []);
  for (const { token, ts, ackedAt = Number.POSITIVE_INFINITY } of later) {
    const overtakers = answered.filter((other) => other.ts > ts && ackedAt < (other.sentAt ?? 0));
    if (overtakers.length > 0)
      report('out of order', `${overtakers.map((other) => other.token).join()} answered before ${token}`);
  }
}
