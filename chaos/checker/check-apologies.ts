import { POISONED, UNEXPECTED } from '../../src/messages/english.js';
import type { BotMessage, Evidence, PersonMessage, Prompt, TimeSpan } from './evidence.js';
import type { ReportFinding } from './findings.js';
import { groupBy } from './group-by.js';
import { isStale, newestQuestion } from './prompts.js';
import { isApology } from './replies.js';

/** Apologies for a failure of the bot, not of the model. More may follow: that the earlier answer stands, for example. */
const BOT_FAILURES = [POISONED, UNEXPECTED];
/** For who asked where Slack refuses the answer. */
const PLACE_REFUSES = ":warning: I can't answer in ";

/**
 * An apology replaces an answer only where the model failed, and only for one round of questions. Reports as lost each
 * unanswered question without a valid apology. Returns how many have one.
 */
export function checkApologies(
  { personMessages, botMessages, prompts, hangs, exits, refusals, keyLosses }: Evidence,
  unanswered: readonly PersonMessage[],
  report: ReportFinding,
): number {
  const byToken = new Map(personMessages.map((message) => [message.token, message]));
  const apologiesByPlace = groupBy(
    botMessages.filter(
      (message) => isApology(message) && !(refusals.length > 0 && message.text.startsWith(PLACE_REFUSES)),
    ),
    ({ place }) => [place],
  );
  const promptsByPlace = groupBy(prompts, (prompt) => placesOf(newestQuestion(prompt, byToken)));
  const promptsByToken = groupBy(prompts, ({ open }) => open);
  const unansweredByPlace = groupBy(unanswered, ({ place }) => [place]);

  for (const [place, apologies] of apologiesByPlace) {
    if (apologies.some(({ text }) => text.startsWith(POISONED)))
      report('blamed', `a question in ${place} kills nothing`);
    const failures = (promptsByPlace.get(place) ?? []).filter(({ outcome }) => outcome === 'failed').length;
    const aboutTheModel = apologies.filter(({ text }) => botFailureIn(text) === undefined).length;
    if (aboutTheModel > failures)
      report('unasked', `${aboutTheModel} apologies in ${place}, where the model failed ${failures} times`);
  }
  const failedInBot = (question: PersonMessage, apologies: readonly BotMessage[]): boolean =>
    hasBotFailure(question, apologies, [...exits, ...hangs.map(({ to }) => to)]);
  let apologised = 0;
  for (const [place, questions] of unansweredByPlace) {
    const apologies = apologiesByPlace.get(place) ?? [];
    const rounds = new Set<Prompt>();
    for (const question of questions) {
      const prompt = decisivePrompt(promptsByToken.get(question.token) ?? [], [...hangs, ...keyLosses]);
      const problem = failedInBot(question, apologies) ? undefined : apologyProblem(question, prompt, apologies);
      if (problem !== undefined) report('lost', `${question.token} in ${place} ${problem}`);
      else if (prompt && !failedInBot(question, apologies)) rounds.add(prompt);
      if (problem === undefined) apologised += 1;
    }
    if (rounds.size > apologies.length)
      report('lost', `${rounds.size} rounds of questions in ${place} share ${apologies.length} apologies`);
  }
  return apologised;
}

/**
 * The prompt whose outcome was posted; undefined when the model was never asked. A disconnected client posts nothing.
 * During a hang two processes may have asked, and either outcome may be posted: a failure is then accepted. `hangs`: the
 * same goes for lost keys.
 */
function decisivePrompt(prompts: readonly Prompt[], hangs: readonly TimeSpan[]): Prompt | undefined {
  const completed = prompts.filter(({ outcome }) => outcome !== 'disconnected');
  const candidates = completed.slice(
    Math.max(
      0,
      completed.findLastIndex((prompt) => !isStale(prompt, hangs)),
    ),
  );
  return candidates.findLast(({ outcome }) => outcome === 'failed') ?? candidates.at(-1) ?? prompts.at(-1);
}

function placesOf(message: PersonMessage | undefined): string[] {
  return message ? [message.place] : [];
}

/** The bot may have failed before it asked the model, and such an apology may cover any number of rounds. */
function hasBotFailure({ ts }: PersonMessage, apologies: readonly BotMessage[], crashes: readonly number[]): boolean {
  const since = crashes.filter((at) => at > Number(ts) * 1_000).length;
  return apologies.some((apology) => {
    const failure = apology.ts > ts ? botFailureIn(apology.text) : undefined;
    return failure === UNEXPECTED || (failure === POISONED && since > 0);
  });
}

function botFailureIn(text: string): string | undefined {
  return BOT_FAILURES.find((failure) => text.startsWith(failure));
}

/** Why no apology is valid for this question; undefined when one is. */
function apologyProblem(
  question: PersonMessage,
  prompt: Prompt | undefined,
  apologies: readonly BotMessage[],
): string | undefined {
  if (!apologies.some(({ ts }) => ts > question.ts)) return 'has no reply';
  if (!prompt) return 'has an apology, but the model was never asked';
  return prompt.outcome === 'failed' ? undefined : 'has an apology, but the model had not failed';
}
