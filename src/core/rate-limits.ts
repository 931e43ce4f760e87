/** What the limits on answers are, over whatever counts. */
import type { LimitOwner, LimitReached, Limits } from './ports.js';
import type { LimitSettings } from './settings.js';

/** How many there are by now, and for how many milliseconds they count. */
interface Counted {
  points: number;
  restMs: number;
}

/** Adds `points`, which may be below 0, to what is counted under `name` in its window. Atomic. */
export type Count = (name: string, points: number) => Promise<Counted>;

export function limitsOver({ perPerson, perWorkspace }: LimitSettings, count: Count): Limits {
  const countAll = (names: string[], points: number): Promise<Counted[]> =>
    Promise.all(names.map((name) => count(name, points)));

  async function reached(owner: LimitOwner, restMs: number, team: string, people: string[]): Promise<LimitReached> {
    const told = await countAll(
      people.map((person) => `${team}:${person}:told`),
      1,
    );
    // What is over just now has no time left.
    return { owner, waitMs: Math.max(1, restMs), notify: people.filter((_, at) => told[at]?.points === 1) };
  }

  return {
    async take(team, people) {
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
    },
  };
}
