/** What `Limits` promises, checked on every adapter alike. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LimitSettings } from '../../src/core/settings.js';
import type { LimitReached, Limits } from '../../src/core/ports.js';
import { until } from '../support/until.js';

export interface LimitsBench {
  limits: Limits;
  /** The same limits seen from another process, where the adapter is for several. */
  other: Limits;
  close(): Promise<void>;
}

const TEAM = 'T1';
const [ANN, BEN, CLEO] = ['U0ANN', 'U0BEN', 'U0CLEO'] as const;
const MINUTE_MS = 60_000;
/** The shortest window there is: for what happens when it is over. */
const SECOND_MS = 1_000;

export function limitsContract(name: string, make: (settings: LimitSettings) => Promise<LimitsBench>): void {
  describe(`Limits in ${name}`, () => {
    let bench: LimitsBench;
    afterEach(() => bench.close());

    async function limits(perPerson: number, perWorkspace: number, windowMs = MINUTE_MS): Promise<Limits> {
      bench = await make({ perPerson, perWorkspace, windowMs });
      return bench.limits;
    }

    /** What `take` says to each of so many answers, one after another. */
    async function taking(times: number, people: string[], team = TEAM): Promise<(LimitReached | undefined)[]> {
      const said: (LimitReached | undefined)[] = [];
      for (let count = 0; count < times; count += 1) said.push(await bench.limits.take(team, people));
      return said;
    }

    const owners = (said: (LimitReached | undefined)[]): (string | undefined)[] =>
      said.map((reached) => reached?.owner);

    test('lets as many answers pass as are allowed, and says of the next how long it waits', async () => {
      await limits(3, 0);
      const said = await taking(4, [ANN]);
      expect(owners(said)).toEqual([undefined, undefined, undefined, 'person']);
      expect(said[3]?.waitMs).toBeGreaterThan(0);
      expect(said[3]?.waitMs).toBeLessThanOrEqual(MINUTE_MS);
    });

    test('lets answers pass again when the window is over, however often somebody has asked meanwhile', async () => {
      const one = await limits(1, 1, SECOND_MS);
      expect(owners(await taking(4, [ANN]))).toEqual([undefined, 'person', 'person', 'person']);
      await until(async () => (await one.take(TEAM, [ANN])) === undefined, 'room for an answer');
      expect(owners(await taking(1, [ANN]))).toEqual(['person']);
    });

    test('counts every person, and every workspace, apart', async () => {
      await limits(1, 0);
      expect(owners(await taking(2, [ANN]))).toEqual([undefined, 'person']);
      expect(owners(await taking(1, [BEN]))).toEqual([undefined]);
      expect(owners(await taking(1, [ANN], 'T2'))).toEqual([undefined]);
    });

    test('lets an answer pass that is for one who is within the limit as well', async () => {
      await limits(1, 0);
      await taking(1, [ANN]);
      expect(owners(await taking(2, [ANN, BEN]))).toEqual([undefined, 'person']);
    });

    test('lets no more pass than the workspace is allowed, of whomever they are', async () => {
      await limits(10, 2);
      const said = [...(await taking(1, [ANN])), ...(await taking(1, [BEN])), ...(await taking(1, [CLEO]))];
      expect(owners(said)).toEqual([undefined, undefined, 'workspace']);
      expect(said[2]?.waitMs).toBeGreaterThan(0);
      expect(owners(await taking(1, [CLEO], 'T2'))).toEqual([undefined]);
    });

    test('charges the workspace nothing for who is over the limit alone', async () => {
      await limits(1, 2);
      expect(owners(await taking(5, [ANN]))).toEqual([undefined, 'person', 'person', 'person', 'person']);
      expect(owners(await taking(1, [BEN]))).toEqual([undefined]);
    });

    test('charges a person nothing while the workspace is over', async () => {
      await limits(2, 1);
      await taking(1, [ANN]);
      expect(owners(await taking(5, [BEN]))).toEqual(['workspace', 'workspace', 'workspace', 'workspace', 'workspace']);
    });

    test('has one limit without the other, or none', async () => {
      await limits(0, 1);
      expect(owners(await taking(2, [ANN]))).toEqual([undefined, 'workspace']);
      await bench.close();
      await limits(0, 0);
      expect(owners(await taking(50, [ANN]))).toEqual(Array.from({ length: 50 }, () => undefined));
    });

    test('has everybody told once who has to wait', async () => {
      await limits(1, 0);
      await taking(1, [ANN, BEN]);
      expect((await taking(2, [ANN])).map((reached) => reached?.notify)).toEqual([[ANN], []]);
      expect((await taking(2, [ANN, BEN])).map((reached) => reached?.notify)).toEqual([[BEN], []]);
    });

    test('has everybody told who waits for the workspace', async () => {
      await limits(5, 1);
      await taking(1, [ANN]);
      expect((await taking(2, [ANN, BEN])).map((reached) => reached?.notify)).toEqual([[ANN, BEN], []]);
    });

    test('counts right and tells once when several processes ask at the same moment', async () => {
      const one = await limits(5, 0);
      const said = await Promise.all(
        Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : bench.other).take(TEAM, [ANN])),
      );
      expect(said.filter((reached) => reached === undefined)).toHaveLength(5);
      expect(said.flatMap((reached) => reached?.notify ?? [])).toEqual([ANN]);
    });
  });
}
