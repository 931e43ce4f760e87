import type { Prompt, Said, Span } from './evidence.js';

/** Between an ack and what it changes in a prompt that is just being built, on a machine that has much to do. */
const SLACK_MS = 5_000;

/** The newest question that the model is to answer; undefined when nobody asks. */
export function newestQuestion({ open }: Prompt, byToken: ReadonlyMap<string, Said>): Said | undefined {
  const questions = open.flatMap((token) => byToken.get(token) ?? []).filter(({ asks }) => asks);
  return questions.reduce<Said | undefined>(
    (newest, said) => (newest && newest.ts > said.ts ? newest : said),
    undefined,
  );
}

/** A thread in a DM begins with a message of the DM's own top level: the model reads it there as well. */
export function isRootOf(place: string, said: Said): boolean {
  return place !== said.place && place.endsWith(`/${said.ts}`);
}

/** What the bot knew by then, in milliseconds since 1970, has to be in a prompt of the time `at`. A process that hung asks with what it had read before. */
export function knownBefore(at: number, hangs: readonly Span[]): number {
  return Math.min(at, ...disturbing(at, hangs).map(({ from }) => from)) - SLACK_MS;
}

/** Sent by a process that hung, it may be: another one may have answered meanwhile. */
export function isStale({ sentAt }: Prompt, hangs: readonly Span[]): boolean {
  return disturbing(sentAt, hangs).length > 0;
}

function disturbing(at: number, hangs: readonly Span[]): readonly Span[] {
  return hangs.filter(({ from, to }) => from <= at && to >= at - SLACK_MS);
}
