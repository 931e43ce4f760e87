import type { Evidence, Prompt, Said } from './evidence.js';
import type { Find } from './findings.js';
import { groupedBy } from './group-by.js';
import { isRootOf, knownBefore, newestQuestion } from './prompts.js';
import type { Reply } from './replies.js';

/** What the model was told: every turn of the conversation once, in order, as it was worded last, and no other. */
export function checkPrompts(
  evidence: Evidence,
  repliesByPlace: ReadonlyMap<string, readonly Reply[]>,
  find: Find,
): void {
  const byToken = new Map(evidence.said.map((said) => [said.token, said]));
  const saidByPlace = groupedBy(evidence.said, ({ place }) => [place]);
  const refused = new Set(evidence.refusals.map(({ place }) => place));
  const promptsByPlace = groupedBy(evidence.prompts, (prompt) => [newestQuestion(prompt, byToken)?.place ?? '']);
  for (const prompt of evidence.prompts) {
    const newest = newestQuestion(prompt, byToken);
    if (!newest) {
      find('unasked', `the model was asked to answer "${prompt.open.join()}"`);
      continue;
    }
    const here: Find = (kind, detail) => find(kind, `${detail} in the prompt for ${newest.token} of ${newest.place}`);
    checkTurns(prompt, newest, byToken, here);
    checkKnown(prompt, newest, saidByPlace.get(newest.place) ?? [], knownBefore(prompt.at, evidence.hangs), here);
    const later = (promptsByPlace.get(newest.place) ?? []).filter(({ sentAt }) => sentAt > prompt.sentAt);
    if (!refused.has(newest.place))
      checkReadReplies(prompt, newest, repliesByPlace.get(newest.place) ?? [], later, byToken, here);
  }
}

/** Once each, of this place, and by time; what waits for an answer stands behind the rest, and is by time itself. */
function checkTurns({ turns }: Prompt, { place }: Said, byToken: ReadonlyMap<string, Said>, find: Find): void {
  const tokens = turns.map(({ token }) => token);
  for (const token of new Set(tokens.filter((one, at) => tokens.indexOf(one) !== at))) find('turn twice', token);
  const said = tokens.flatMap((token) => byToken.get(token) ?? []);
  for (const one of said)
    if (one.place !== place && !isRootOf(place, one)) find('wrong thread', `${one.token} of ${one.place}`);
  const steps = said.filter(({ ts }, at) => ts < (said[at - 1]?.ts ?? ''));
  if (steps.length > 1) find('out of order', tokens.join());
}

/** Up to the newest question: a reply that another process goes on with leaves later ones out, for a reply of their own. */
function checkKnown({ turns }: Prompt, newest: Said, said: readonly Said[], known: number, find: Find): void {
  const read = new Map(turns.map(({ token, wording }) => [token, wording]));
  for (const { token, ts, ackedAt, deleted, deletionAckedAt, edits = [] } of said) {
    const wording = read.get(token);
    if (wording !== undefined && isBefore(deletionAckedAt, known)) find('deleted turn read', token);
    if (wording === undefined && !deleted && ts < newest.ts && isBefore(ackedAt, known)) find('turn missing', token);
    if (wording !== undefined && wording < 1 + edits.findLastIndex((at) => isBefore(at, known)))
      find('old wording read', token);
  }
}

/** Those that people see, as they see them; all of them that were there before, to what was asked before. What was written anew since reads otherwise now. */
function checkReadReplies(
  { at, replies: read }: Prompt,
  newest: Said,
  shown: readonly Reply[],
  later: readonly Prompt[],
  byToken: ReadonlyMap<string, Said>,
  find: Find,
): void {
  const askedLater = later.map(({ open }) => [...new Set(open)].filter((token) => byToken.get(token)?.asks));
  for (const { tokens, count, whole } of read) {
    const isAnew = askedLater.some(
      (questions) => questions.length > 0 && questions.every((token) => tokens.includes(token)),
    );
    if (!whole) find('other reply read', `half a reply to ${tokens.join()}`);
    else if (!isAnew && !shown.some((reply) => isSame(reply, { tokens, count })))
      find('other reply read', `a reply to ${tokens.join()} that nobody sees`);
  }
  for (const reply of shown) {
    const isEarlier =
      Number(reply.ts) * 1_000 < at && reply.tokens.every((token) => (byToken.get(token)?.ts ?? '') < newest.ts);
    const isAnew = askedLater.some((questions) => questions.join() === reply.tokens.join());
    if (isEarlier && !isAnew && !read.some((other) => isSame(reply, other)))
      find('turn missing', `the reply to ${reply.tokens.join()}`);
  }
}

function isSame(reply: Pick<Reply, 'tokens' | 'count'>, other: Pick<Reply, 'tokens' | 'count'>): boolean {
  return reply.count === other.count && reply.tokens.join() === other.tokens.join();
}

function isBefore(at: number | undefined, time: number): boolean {
  return at !== undefined && at < time;
}
