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

  async function reached(owner: LimitOwner, restMs: number, team: string, people: string[]): Promise<LimitReached> {
    const names = people.map((person) => `${team}:${person}:told`);
    const told = await countAll(names, 1);
    // A window that ends right now has no time left.
    return { owner, waitMs: Math.max(1, restMs), notify: people.filter((_, at) => told[at]?.points === 1) };
  }

  async function takeNew(team: string, people: string[]): Promise<LimitReached | undefined> {
    const nameOf = (person: string): string => `${team}:${person}`;
    const counted = perPerson > 0 ? await countAll(people.map(nameOf), 1) : [];
    const over = counted.filter(({ points }) => points > perPerson);
    if (over.length > 0 && over.length === people.length)
      return reached('person', Math.min(...over.map(({ restMs }) => restMs)), team, people);
    if (perWorkspace === 0) return undefined;

    const workspace = await count(team, 1);
    if (workspace.points <= perWorkspace) return undefined;
    const within = people.filter((_, at) => (counted[at]?.points ?? Infinity) <= perPerson);
    await countAll(within.map(nameOf), -1);
    return reached('workspace', workspace.restMs, team, people);
  }

  return {
    async take(team, people, question) {
      if (perPerson === 0 && perWorkspace === 0) return undefined;
      if (question === undefined) return takeNew(team, people);
      const countQuestion = (points: number): Promise<Counted> =>
        count(`${team}:${question}:allowed`, points, ALLOWED_FOR_MS);
      // First, so that a process that dies here has counted nothing twice.
      if ((await countQuestion(1)).points > 1) return undefined;
      const refused = await takeNew(team, people);
      if (refused) await countQuestion(-1);
      return refused;
    },
  };
}
