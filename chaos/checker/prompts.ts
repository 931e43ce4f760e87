import type { PersonMessage, Prompt, TimeSpan } from './evidence.js';

/** A prompt being built may miss what was acknowledged this recently; generous, for a busy machine. */
const TOLERANCE_MS = 5_000;

/** The newest question that the model is asked to answer; undefined when the prompt has none. */
export function newestQuestion(
  { open }: Prompt,
  byToken: ReadonlyMap<string, PersonMessage>,
): PersonMessage | undefined {
  const questions = open.flatMap((token) => byToken.get(token) ?? []).filter(({ asks }) => asks);
  return questions.reduce<PersonMessage | undefined>(
    (newest, question) => (newest && newest.ts > question.ts ? newest : question),
    undefined,
  );
}

/** Whether `message` is the DM message that starts the thread `place`: the thread's prompts contain it too. */
export function isRootOf(place: string, message: PersonMessage): boolean {
  return place !== message.place && place.endsWith(`/${message.ts}`);
}

/** A prompt must contain what was acknowledged before this time. */
export function cutoffOf({ firstSentAt, waitedSince }: Prompt, hangs: readonly TimeSpan[]): number {
  return knowledgeCutoff(Math.min(firstSentAt, waitedSince ?? firstSentAt), hangs);
}

/**
 * A prompt sent at `at` must contain what was acknowledged before this time. A process that hung may send a prompt from
 * before the hang.
 */
function knowledgeCutoff(at: number, hangs: readonly TimeSpan[]): number {
  return Math.min(at, ...hangsAround(at, hangs).map(({ from }) => from)) - TOLERANCE_MS;
}

/** Possibly sent by a process that hung: another process may have answered since. */
export function isStale({ sentAt }: Prompt, hangs: readonly TimeSpan[]): boolean {
  return hangsAround(sentAt, hangs).length > 0;
}

function hangsAround(at: number, hangs: readonly TimeSpan[]): readonly TimeSpan[] {
  return hangs.filter(({ from, to }) => from <= at && to >= at - TOLERANCE_MS);
}
