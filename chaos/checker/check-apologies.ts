import { POISONED, UNEXPECTED } from '../../src/messages/english.js';
import type { Evidence, Prompt, Said, Shown, Span } from './evidence.js';
import type { Find } from './findings.js';
import { groupedBy } from './group-by.js';
import { isStale, newestQuestion } from './prompts.js';
import { isApology } from './replies.js';

/** Sentences that are not about the model. */
const OWN_FAULT = new Set([POISONED, UNEXPECTED]);
/** The bot says that it broke down when so many processes have died over a question, or hung for so long that another one took over. */
const DEATHS = 3;

/**
 * An apology stands for an answer only where the model was asked and failed, and for one round of questions only.
 * Questions without a reply that no apology can stand for are lost. Returns how many one does.
 */
export function checkApologies(
  { said, shown, prompts, hangs, ends }: Evidence,
  unanswered: readonly Said[],
  find: Find,
): number {
  const byToken = new Map(said.map((one) => [one.token, one]));
  const apologiesByPlace = groupedBy(shown.filter(isApology), ({ place }) => [place]);
  const promptsByPlace = groupedBy(prompts, (prompt) => placesOf(newestQuestion(prompt, byToken)));
  const promptsByToken = groupedBy(prompts, ({ open }) => open);
  const unansweredByPlace = groupedBy(unanswered, ({ place }) => [place]);

  for (const [place, apologies] of apologiesByPlace) {
    const failures = (promptsByPlace.get(place) ?? []).filter(({ outcome }) => outcome === 'failed').length;
    const aboutTheModel = apologies.filter(({ text }) => !OWN_FAULT.has(text)).length;
    if (aboutTheModel > failures)
      find('unasked', `${aboutTheModel} apologies in ${place}, where the model failed ${failures} times`);
  }
  const hasOwnFault = (question: Said, apologies: readonly Shown[]): boolean =>
    brokeDownOver(question, apologies, [...ends, ...hangs.map(({ to }) => to)]);
  let apologised = 0;
  for (const [place, questions] of unansweredByPlace) {
    const apologies = apologiesByPlace.get(place) ?? [];
    const rounds = new Set<Prompt>();
    for (const question of questions) {
      const asked = promptsByToken.get(question.token) ?? [];
      const last = decisive(asked, hangs);
      const problem = hasOwnFault(question, apologies) ? undefined : apologyProblem(question, last, apologies);
      if (problem !== undefined) find('lost', `${question.token} in ${place} ${problem}`);
      else if (last && !hasOwnFault(question, apologies)) rounds.add(last);
      if (problem === undefined) apologised += 1;
    }
    if (rounds.size > apologies.length)
      find('lost', `${rounds.size} rounds of questions in ${place} share ${apologies.length} apologies`);
  }
  return apologised;
}

/**
 * Whoever left had no say in what stands there. Nor has whoever hung before; but what was asked while a process hung may
 * have been asked by another one: then any of it may be what stands there.
 */
function decisive(asked: readonly Prompt[], hangs: readonly Span[]): Prompt | undefined {
  const sent = asked.filter(({ outcome }) => outcome !== 'left');
  const candidates = sent.slice(
    Math.max(
      0,
      sent.findLastIndex((prompt) => !isStale(prompt, hangs)),
    ),
  );
  return candidates.findLast(({ outcome }) => outcome === 'failed') ?? candidates.at(-1) ?? asked.at(-1);
}

function placesOf(said: Said | undefined): string[] {
  return said ? [said.place] : [];
}

/** Before it asked the model perhaps; and of how many rounds that was one, nobody can say. */
function brokeDownOver({ ts }: Said, apologies: readonly Shown[], deaths: readonly number[]): boolean {
  const since = deaths.filter((at) => at > Number(ts) * 1_000).length;
  return apologies.some(
    (apology) => apology.ts > ts && OWN_FAULT.has(apology.text) && (apology.text !== POISONED || since >= DEATHS),
  );
}

/** Why no apology stands for the answer; undefined when one does. */
function apologyProblem(question: Said, last: Prompt | undefined, apologies: readonly Shown[]): string | undefined {
  if (!apologies.some(({ ts }) => ts > question.ts)) return 'has no reply';
  if (!last) return 'has an apology, and the model was never asked';
  return last.outcome === 'failed' ? undefined : 'has an apology, and the model had not failed';
}
