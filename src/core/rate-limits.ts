/** The rules of the rate limits, over any counter. */
import type { LimitOwner, LimitReached, Limits } from './ports.js';
import type { LimitSettings } from './settings.js';

interface Counted {
  /** In the current window. */
  points: number;
  /** Milliseconds until the window ends. */
  restMs: number;
}

/**
 * Adds `points`, which may be negative, to the counter `name`, which lives for `lifeMs` from its first count. Default:
 * the window. Atomic.
 */
export type Count = (name: string, points: number, lifeMs?: number) => Promise<Counted>;

/** Longer than a question usually waits. One that waits longer is counted again. */
const ALLOWED_FOR_MS = 60 * 60_000;

export function limitsOver({ perPerson, perWorkspace }: LimitSettings, count: Count): Limits {
  const countAll = (names: string[], points: number): Promise<Counted[]> =>
    Promise.all(names.map((name) => count(name, points)));

  function reached(owner: LimitOwner, restMs: number): LimitReached {
    // A window that ends right now has no time left.
    return { owner, waitMs: Math.max(1, restMs), notify: [] };
  }

  /** Those who have not been told in this window. */
  async function toTell(team: string, people: string[]): Promise<string[]> {
    const told = await countAll(
      people.map((person) => `${team}:${person}:told`),
      1,
    );
    return people.filter((_, at) => told[at]?.points === 1);
  }

  const nameOf = (team: string, person: string): string => `${team}:${person}`;

  /** `counted`: of each person, with this question. */
  async function judge(team: string, people: string[], counted: Counted[]): Promise<LimitReached | undefined> {
    const over = counted.filter(({ points }) => points > perPerson);
    if (over.length > 0 && over.length === people.length)
      return reached('person', Math.min(...over.map(({ restMs }) => restMs)));
    if (perWorkspace === 0) return undefined;

    const workspace = await count(team, 1);
    if (workspace.points <= perWorkspace) return undefined;
    const within = people.filter((_, at) => (counted[at]?.points ?? Infinity) <= perPerson);
    const names = within.map((person) => nameOf(team, person));
    await countAll(names, -1);
    return reached('workspace', workspace.restMs);
  }

  return {
    async take(team, people, question, isAhead = false) {
      if (perPerson === 0 && perWorkspace === 0) return undefined;
      const names = perPerson > 0 ? people.map((person) => nameOf(team, person)) : [];
      const countQuestion = async (points: number): Promise<number> =>
        question === undefined ? points : (await count(`${team}:${question}:allowed`, points, ALLOWED_FOR_MS)).points;
      // The question first, so that a process that dies here has counted nothing twice; both in one round trip.
      const [times, counted] = await Promise.all([countQuestion(1), countAll(names, 1)]);
      if (times > 1) {
        await countAll(names, -1);
        return undefined;
      }
      const refused = await judge(team, people, counted);
      if (!refused) return undefined;
      await countQuestion(-1);
      return isAhead ? refused : { ...refused, notify: await toTell(team, people) };
    },
  };
}
