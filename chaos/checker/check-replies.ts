import { checkApologies } from './check-apologies.js';
import type { Evidence, Said } from './evidence.js';
import type { Find, Verdict } from './findings.js';
import { groupedBy } from './group-by.js';
import { isRootOf } from './prompts.js';
import type { Reply } from './replies.js';

/** A reply that was under way when its question was deleted is finished; by then, whatever fails and hangs meanwhile. */
const UNDER_WAY_MS = 45_000;

/** What people see: that each question has its one reply, in its place and in order, and that nothing else stands there. */
export function checkReplies(
  evidence: Evidence,
  repliesByPlace: ReadonlyMap<string, readonly Reply[]>,
  find: Find,
): Omit<Verdict, 'findings'> {
  const byToken = new Map(evidence.said.map((said) => [said.token, said]));
  const replies = [...repliesByPlace.values()].flat();
  const repliesByToken = groupedBy(replies, ({ tokens }) => tokens);
  /** Slack has refused a reply there since: what stood of it was given up, and may be answered with what comes later. */
  const isRefused = (said: Said): boolean =>
    evidence.refusals.some(({ place, at }) => place === said.place && at > millisOf(said.ts));
  const unanswered: Said[] = [];
  let answered = 0;
  let refused = 0;

  for (const said of evidence.said.filter(({ asks }) => asks)) {
    const own = (repliesByToken.get(said.token) ?? []).filter(({ place }) => !isRootOf(place, said));
    for (const reply of own)
      if (reply.place !== said.place)
        find('wrong thread', `${said.token} of ${said.place} is answered in ${reply.place}`);
    for (const reply of own)
      if (reply.ts < said.ts) find('out of order', `the reply to ${said.token} stands before it`);
    if (own.length > 1 && !isRefused(said)) find('doubled', `${said.token} has ${own.length} replies in ${said.place}`);
    if (own.length > 0) answered += 1;
    else if (said.deleted) continue;
    else if (isRefused(said)) refused += 1;
    else unanswered.push(said);
  }
  for (const reply of replies) checkAsked(reply, byToken, find);
  for (const [, inPlace] of repliesByPlace) {
    for (const [at, later] of inPlace.entries()) {
      // A DM's message that is quoted in its thread was not asked there.
      const questions = later.tokens
        .flatMap((token) => byToken.get(token) ?? [])
        .filter((said) => said.place === later.place && !isRefused(said));
      for (const earlier of inPlace.slice(0, at)) checkOrder(earlier, questions, byToken, find);
    }
  }
  return { answered, refused, apologies: checkApologies(evidence, unanswered, find) };
}

/** Milliseconds since 1970 of a `ts`. */
function millisOf(ts: string): number {
  return Number(ts) * 1_000;
}

function checkAsked({ place, ts, tokens }: Reply, byToken: ReadonlyMap<string, Said>, find: Find): void {
  const questions = tokens.flatMap((token) => byToken.get(token) ?? []).filter(({ asks }) => asks);
  if (questions.length === 0 || questions.length < tokens.length)
    find('unasked', `a reply in ${place} to "${tokens.join()}"`);
  const goneAt = Math.max(...questions.map(({ deletionAckedAt = Number.POSITIVE_INFINITY }) => deletionAckedAt));
  if (goneAt + UNDER_WAY_MS < millisOf(ts))
    find('unasked', `a reply in ${place} to ${tokens.join()}, deleted long before`);
}

/** What was said and known earlier is answered earlier: known before the other one was so much as sent. */
function checkOrder(earlier: Reply, later: readonly Said[], byToken: ReadonlyMap<string, Said>, find: Find): void {
  const answered = earlier.tokens.flatMap((token) => byToken.get(token) ?? []);
  for (const { token, ts, ackedAt = Number.POSITIVE_INFINITY } of later) {
    const overtakers = answered.filter((other) => other.ts > ts && ackedAt < (other.sentAt ?? 0));
    if (overtakers.length > 0)
      find('out of order', `${overtakers.map((other) => other.token).join()} answered before ${token}`);
  }
}
