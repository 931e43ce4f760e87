/** Contract suite of `Limits`, run on every adapter. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LimitReached, Limits } from '../../src/core/ports.js';
import type { LimitSettings } from '../../src/core/settings.js';
import { until } from '../support/until.js';

export interface LimitsFixture {
  limits: Limits;
  /** The same limits in another process; the same object for an in-memory adapter. */
  other: Limits;
  close(): Promise<void>;
}

const TEAM = 'T1';
const [ANN, BEN, CLEO] = ['U0ANN', 'U0BEN', 'U0CLEO'] as const;
const MINUTE_MS = 60_000;
/** The shortest possible window, for tests of its end. */
const SECOND_MS = 1_000;

export function limitsContract(name: string, make: (settings: LimitSettings) => Promise<LimitsFixture>): void {
  describe(`Limits in ${name}`, () => {
    let fixture: LimitsFixture;
    afterEach(() => fixture.close());

    async function limits(perPerson: number, perWorkspace: number, windowMs = MINUTE_MS): Promise<Limits> {
      fixture = await make({ perPerson, perWorkspace, windowMs });
      return fixture.limits;
    }

    /** Results of `times` calls of `take`, one after another. */
    async function takeTimes(times: number, people: string[], team = TEAM): Promise<(LimitReached | undefined)[]> {
      const results: (LimitReached | undefined)[] = [];
      for (let count = 0; count < times; count += 1) results.push(await fixture.limits.take(team, people));
      return results;
    }

    const owners = (results: (LimitReached | undefined)[]): (string | undefined)[] =>
      results.map((reached) => reached?.owner);

    test('allows as many answers as the limit, and says how long the next one must wait', async () => {
      await limits(3, 0);
      const results = await takeTimes(4, [ANN]);
      expect(owners(results)).toEqual([undefined, undefined, undefined, 'person']);
      expect(results[3]?.waitMs).toBeGreaterThan(0);
      expect(results[3]?.waitMs).toBeLessThanOrEqual(MINUTE_MS);
    });

    test('allows answers again in the next window, however often somebody has asked meanwhile', async () => {
      const one = await limits(1, 1, SECOND_MS);
      expect(owners(await takeTimes(4, [ANN]))).toEqual([undefined, 'person', 'person', 'person']);
      await until(async () => (await one.take(TEAM, [ANN])) === undefined, 'room for an answer');
      expect(owners(await takeTimes(1, [ANN]))).toEqual(['person']);
    });

    test('counts every person and every workspace separately', async () => {
      await limits(1, 0);
      expect(owners(await takeTimes(2, [ANN]))).toEqual([undefined, 'person']);
      expect(owners(await takeTimes(1, [BEN]))).toEqual([undefined]);
      expect(owners(await takeTimes(1, [ANN], 'T2'))).toEqual([undefined]);
    });

    test('allows an answer for several people if one of them is within the limit', async () => {
      await limits(1, 0);
      await takeTimes(1, [ANN]);
      expect(owners(await takeTimes(2, [ANN, BEN]))).toEqual([undefined, 'person']);
    });

    test('allows no more answers than the limit of the workspace, whoever asks', async () => {
      await limits(10, 2);
      const results = [...(await takeTimes(1, [ANN])), ...(await takeTimes(1, [BEN])), ...(await takeTimes(1, [CLEO]))];
      expect(owners(results)).toEqual([undefined, undefined, 'workspace']);
      expect(results[2]?.waitMs).toBeGreaterThan(0);
      expect(owners(await takeTimes(1, [CLEO], 'T2'))).toEqual([undefined]);
    });

    test('does not count an answer for the workspace when the person is over the limit', async () => {
      await limits(1, 2);
      expect(owners(await takeTimes(5, [ANN]))).toEqual([undefined, 'person', 'person', 'person', 'person']);
      expect(owners(await takeTimes(1, [BEN]))).toEqual([undefined]);
    });

    test('does not count an answer for a person when the workspace is over the limit', async () => {
      await limits(2, 1);
      await takeTimes(1, [ANN]);
      expect(owners(await takeTimes(5, [BEN]))).toEqual([
        'workspace',
        'workspace',
        'workspace',
        'workspace',
        'workspace',
      ]);
    });

    test('works with one of the limits, or none', async () => {
      await limits(0, 1);
      expect(owners(await takeTimes(2, [ANN]))).toEqual([undefined, 'workspace']);
      await fixture.close();
      await limits(0, 0);
      expect(owners(await takeTimes(50, [ANN]))).toEqual(Array.from({ length: 50 }, () => undefined));
    });

    test('counts the answer to a question once, however often and in however many processes it is taken', async () => {
      const one = await limits(2, 3);
      for (let run = 0; run < 40; run += 1)
        expect(await (run % 2 === 0 ? one : fixture.other).take(TEAM, [ANN], 'one')).toBeUndefined();
      expect(await one.take(TEAM, [ANN, BEN], 'one')).toBeUndefined();
      expect(await one.take(TEAM, [ANN], 'two')).toBeUndefined();
      expect((await one.take(TEAM, [ANN], 'three'))?.owner).toBe('person');
      expect(await one.take(TEAM, [BEN], 'four')).toBeUndefined();
      expect((await one.take(TEAM, [CLEO], 'five'))?.owner).toBe('workspace');
      expect(await one.take('T2', [ANN], 'one')).toBeUndefined();
      expect(await one.take('T2', [ANN], 'two')).toBeUndefined();
      expect((await one.take('T2', [ANN], 'three'))?.owner).toBe('person');
    });

    test('does not allow a question because it was refused before', async () => {
      await limits(1, 0);
      await takeTimes(1, [ANN]);
      for (let run = 0; run < 3; run += 1)
        expect((await fixture.limits.take(TEAM, [ANN], 'one'))?.owner).toBe('person');
    });

    test('counts an answer that was refused once there is room', async () => {
      const one = await limits(1, 0, SECOND_MS);
      await takeTimes(1, [ANN]);
      await until(async () => (await one.take(TEAM, [ANN], 'one')) === undefined, 'room for an answer');
      expect((await one.take(TEAM, [ANN], 'two'))?.owner).toBe('person');
      expect(await one.take(TEAM, [ANN], 'one')).toBeUndefined();
    });

    test('names everybody to notify once, when a person is over the limit', async () => {
      await limits(1, 0);
      await takeTimes(1, [ANN, BEN]);
      expect((await takeTimes(2, [ANN])).map((reached) => reached?.notify)).toEqual([[ANN], []]);
      expect((await takeTimes(2, [ANN, BEN])).map((reached) => reached?.notify)).toEqual([[BEN], []]);
    });

    test('names nobody to notify while it is not certain that the question gets an answer', async () => {
      const one = await limits(1, 0);
      await takeTimes(1, [ANN]);
      expect((await one.take(TEAM, [ANN], 'one', true))?.notify).toEqual([]);
      expect((await fixture.other.take(TEAM, [ANN], 'one'))?.notify).toEqual([ANN]);
    });

    test('names everybody to notify once, when the workspace is over the limit', async () => {
      await limits(5, 1);
      await takeTimes(1, [ANN]);
      expect((await takeTimes(2, [ANN, BEN])).map((reached) => reached?.notify)).toEqual([[ANN, BEN], []]);
    });

    test('counts correctly and notifies once when several processes ask at the same moment', async () => {
      const one = await limits(5, 0);
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : fixture.other).take(TEAM, [ANN])),
      );
      expect(results.filter((reached) => reached === undefined)).toHaveLength(5);
      expect(results.flatMap((reached) => reached?.notify ?? [])).toEqual([ANN]);
    });
  });
}
