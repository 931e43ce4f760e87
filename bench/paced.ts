import { setTimeout as wait } from 'node:timers/promises';

/** Calls `act` with 1 to `count`, at an even rate. */
export async function paced(perSecond: number, count: number, act: (number: number) => void): Promise<void> {
  const start = performance.now();
  for (let done = 0; done < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1_000) * perSecond));
    while (done < due) act((done += 1));
    await wait(1);
  }
}
