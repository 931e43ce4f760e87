/** Texts and bars of the inspector's runs, timeline, changes and reruns. They need no DOM. */
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Sections {
  captionText(runs: { state: string }[]): string;
  stateText(run: { state: string; ms?: number }): string;
  barsOf(phases: { name: string; from: number; to?: number }[], now: number): object[];
  sameText(count: number): string;
  changesOf(form: object, run: object): object;
  numbersText(answer: object): string;
}

let page: Sections;
beforeAll(async () => {
  page = {} as Sections;
  // One after another: Jest fails when two imports load the same module at once.
  for (const name of ['timeline', 'changes', 'rerun', 'runs'])
    Object.assign(page, await import(`../../src/playground/page/inspector/${name}.js`));
});

test.each<[string[], string]>([
  [[], '0 answers'],
  [['done'], '1 answer'],
  [['done', 'unanswered', 'failed'], '2 answers, 1 message without'],
])('%j: %s', (states, caption) => {
  expect(page.captionText(states.map((state) => ({ state })))).toBe(caption);
});

test.each<[object, string]>([
  [{ state: 'done', ms: 2_310 }, '2.31 s'],
  [{ state: 'failed', ms: 2_310 }, 'failed'],
  [{ state: 'unanswered' }, 'no answer'],
])('%j ends with: %s', (run, said) => {
  expect(page.stateText(run as { state: string })).toBe(said);
});

describe('bars', () => {
  test('have offset and width in percent of the whole, the last one until now', () => {
    expect(
      page.barsOf(
        [
          { name: 'queued', from: 100, to: 125 },
          { name: 'writing', from: 125 },
        ],
        200,
      ),
    ).toEqual([
      { name: 'queued', offset: 0, width: 25, text: '25 ms' },
      { name: 'writing', offset: 25, width: 75, text: '75 ms…' },
    ]);
  });

  test('can always be seen, and stay within the track', () => {
    const [first, last] = page.barsOf(
      [
        { name: 'model', from: 0, to: 9_999 },
        { name: 'finishing', from: 9_999, to: 10_000 },
      ],
      20_000,
    ) as { offset: number; width: number }[];
    expect(first?.width).toBeCloseTo(99.99);
    expect(last?.width).toBeGreaterThan(0.5);
    expect((last?.offset ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(100);
  });
});

test('a rerun sends only what differs from the run', () => {
  const run = { model: 'old', system: 'You are Skein.' };
  const same = { model: ' old ', temperature: '', system: 'You are Skein.' };
  expect(page.changesOf(same, run)).toEqual({});
  expect(page.changesOf({ ...same, model: '' }, run)).toEqual({});
  expect(page.changesOf({ model: 'new', temperature: '0', system: '' }, run)).toEqual({
    model: 'new',
    temperature: 0,
    system: '',
  });
});

test('the numbers of an answer are those that are known', () => {
  const usage = { promptTokens: 1_200, completionTokens: 30 };
  expect(page.numbersText({ model: 'm', ms: 1_500, usage, costUsd: 0.0012 })).toBe(
    'm, 1.50 s, 1,200 tokens in, 30 out, $0.0012',
  );
  expect(page.numbersText({ model: 'm' })).toBe('m');
  expect(page.sameText(1)).toBe('1 message unchanged');
});
