import type { Figure } from '../goal.js';
import { TestBed, type TestBedOptions } from '../test-bed.js';
import { Crowd, type CrowdOptions } from './crowd.js';

/** Something that is measured: what it prints, and the figures. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  /** `scale` multiplies how much is asked. */
  readonly measure: (scale: number) => Promise<Figure[]>;
}

/** A bot, or several, and a crowd, while `act` runs. The bots are started, and have answered a first question. */
export async function withCrowd<T>(
  bed: TestBedOptions,
  crowdOptions: CrowdOptions,
  act: (testBed: TestBed, crowd: Crowd) => Promise<T>,
): Promise<T> {
  const testBed = await TestBed.start(bed);
  try {
    const crowd = new Crowd(testBed.slack, testBed.model, crowdOptions);
    crowd.ask();
    if (!(await crowd.allDone(WARM_UP_MS))) throw new Error('the bot does not answer');
    const result = await act(testBed, crowd);
    crowd.stop();
    return result;
  } finally {
    await testBed.stop();
  }
}

const WARM_UP_MS = 60_000;

/** At least one. */
export function scaled(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}
