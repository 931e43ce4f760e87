/** How far what people see is behind what the model has written. Pure. */
import type { Course, Growth } from './crowd.js';

const SAMPLE_EVERY_MS = 50;

/** Milliseconds for which the oldest text that is not shown yet has been written, at regular times until all was shown. */
export function lags({ written, shown }: Pick<Course, 'written' | 'shown'>): number[] {
  const [first] = written;
  const end = shown.at(-1);
  if (!first || !end) return [];
  const samples: number[] = [];
  for (let at = first.at; at <= end.at; at += SAMPLE_EVERY_MS) {
    const visible = lengthAt(shown, at);
    const oldest = written.find(({ length }) => length > visible);
    samples.push(oldest && oldest.at < at ? at - oldest.at : 0);
  }
  return samples;
}

/** Milliseconds from the model's first text until people see some of it; undefined if they never did. */
export function firstWordsMs({ written, shown }: Pick<Course, 'written' | 'shown'>): number | undefined {
  const [model, people] = [written[0], shown[0]];
  return model && people && people.at - model.at;
}

function lengthAt(growth: readonly Growth[], at: number): number {
  return growth.findLast((one) => one.at <= at)?.length ?? 0;
}
