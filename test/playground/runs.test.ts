import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../src/core/observation.js';
import { phasesOf } from '../../src/playground/phases.js';
import { diffOf } from '../../src/playground/prompt-diff.js';
import { Runs } from '../../src/playground/runs.js';

const [ONE, TWO] = ['1766458026.000001', '1766458027.000001'];
const prompted = (content: string, answers: string[]): Observation => ({
  type: 'prompted',
  model: 'some-model',
  messages: [
    { role: 'system', content: 'You are Skein.' },
    { role: 'user', content },
  ],
  budgetTokens: 1_000,
  leftOut: { oldest: 0, shortened: 0, notices: 0 },
  answers,
});
const done: Observation = { type: 'completed', finishReason: 'stop' };

function runsOf(...noted: [number, Observation][]): Runs {
  const runs = new Runs();
  for (const [at, observation] of noted) runs.note(at, observation);
  return runs;
}

const first: [number, Observation][] = [
  [10, { type: 'queued' }],
  [20, { type: 'taken', crashes: 0 }],
  [30, { type: 'loaded', pending: [ONE] }],
  [40, prompted('one', [ONE])],
  [90, { type: 'first_text' }],
  [95, { type: 'posted', messages: ['r1'] }],
];
const end: [number, Observation][] = [
  [190, done],
  [195, { type: 'said', purpose: 'answer', text: 'Hello.' }],
  [200, { type: 'reply_stored', messages: ['r1', 'r2'], answered: [ONE] }],
  [200, { type: 'settled', answered: [ONE] }],
];

describe('a run', () => {
  test('goes from the first wake-up to the stored reply', () => {
    const { all, open } = runsOf(...first, ...end);
    expect(open).toBeUndefined();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      number: 1,
      openedAt: 10,
      closedAt: 200,
      questions: [ONE],
      replies: ['r1', 'r2'],
      answer: { state: 'done', firstTextAt: 90 },
      said: { text: 'Hello.' },
    });
    expect(all[0]?.steps.map(({ type }) => type).slice(0, 4)).toEqual(['queued', 'taken', 'loaded', 'prompted']);
  });

  test('goes on after the process ended', () => {
    const runs = runsOf(...first);
    runs.interrupted(100);
    runs.interrupted(101);
    for (const [at, step] of [
      [150, { type: 'taken', crashes: 1 }],
      [151, { type: 'loaded', pending: [ONE], reply: ['r1'] }],
    ] as [number, Observation][])
      runs.note(at, step);
    expect(runs.all).toHaveLength(1);
    expect(runs.open?.steps.slice(-3)).toMatchObject([
      { at: 100, type: 'gone' },
      { type: 'taken', crashes: 1 },
      { type: 'loaded', reply: ['r1'] },
    ]);
  });

  test('keeps a wake-up that came meanwhile for the next one, unless nothing is asked', () => {
    const meanwhile: [number, Observation] = [100, { type: 'queued' }];
    const answered = runsOf(...first, meanwhile, ...end, [210, { type: 'loaded', pending: [TWO] }]);
    expect(answered.all[0]?.steps.filter(({ type }) => type === 'queued')).toHaveLength(1);
    expect(answered.open?.steps).toMatchObject([{ at: 100, type: 'queued' }, { type: 'loaded' }]);
    const nothing = runsOf(...first, meanwhile, ...end, [210, { type: 'loaded', pending: [] }]);
    nothing.note(300, { type: 'loaded', pending: [TWO] });
    expect(nothing.open?.steps).toMatchObject([{ at: 300, type: 'loaded' }]);
  });

  test('whose question was deleted is withdrawn', () => {
    const { all } = runsOf(...first, [120, { type: 'reply_stored', messages: [], answered: [] }]);
    expect(all[0]).toMatchObject({ withdrawn: true, closedAt: 120 });
  });

  test('has its prompt and the one before, which share their messages', () => {
    const { all } = runsOf(...first, ...end, [210, { type: 'loaded', pending: [TWO] }], [220, prompted('two', [TWO])]);
    expect(all[0]?.before).toBeUndefined();
    expect(all[1]?.before).toBe(all[0]?.prompt?.messages);
    expect(all[1]?.prompt?.messages[0]).toBe(all[0]?.prompt?.messages[0]);
  });

  test('is forgotten when there are too many after it', () => {
    const runs = new Runs();
    for (let at = 0; at < 250; at += 1) {
      runs.note(at, { type: 'loaded', pending: [ONE] });
      runs.note(at, { type: 'settled', answered: [ONE] });
    }
    expect(runs.all).toHaveLength(200);
    expect(runs.all.at(-1)?.number).toBe(250);
  });
});

describe('phases', () => {
  const received = [
    { at: 4, type: 'received' as const, ts: ONE },
    { at: 6, type: 'stored' as const, ts: ONE, as: 'pending' as const },
  ];

  test('follow each other without gaps, from the message to the stored reply', () => {
    expect(phasesOf(1, received, runsOf(...first, ...end).all[0])).toEqual([
      { name: 'delivering', from: 1, to: 4 },
      { name: 'storing', from: 4, to: 6 },
      { name: 'queued', from: 6, to: 20 },
      { name: 'preparing', from: 20, to: 40 },
      { name: 'model', from: 40, to: 90 },
      { name: 'writing', from: 90, to: 190 },
      { name: 'finishing', from: 190, to: 200 },
    ]);
  });

  test('show breaks, retries, limits and a dead process; the last has no end while it lasts', () => {
    const runs = runsOf(
      ...first.slice(0, 3),
      [35, { type: 'rate_limited', owner: 'person', ms: 5 }],
      [40, { type: 'loaded', pending: [ONE] }],
      [50, prompted('one', [ONE])],
      [60, { type: 'retrying', problem: 'unavailable', reason: 'away', waitMs: 10 }],
      [80, { type: 'first_text' }],
      [90, { type: 'restarted' }],
    );
    runs.interrupted(100);
    expect(phasesOf(1, received, runs.all[0]).slice(3)).toEqual([
      { name: 'preparing', from: 20, to: 35 },
      { name: 'held', from: 35, to: 40 },
      { name: 'preparing', from: 40, to: 50 },
      { name: 'model', from: 50, to: 60 },
      { name: 'retrying', from: 60, to: 80 },
      { name: 'writing', from: 80, to: 90 },
      { name: 'model', from: 90, to: 100 },
      { name: 'down', from: 100 },
    ]);
  });
});

describe('what changed from one prompt to the next', () => {
  const said = (...contents: string[]) => contents.map((content) => ({ role: 'user' as const, content }));
  const drawn = (before: string[], after: string[]): string[] =>
    diffOf(said(...before), said(...after)).map((change) =>
      change.kind === 'same' ? `${change.count} same` : `${change.kind === 'added' ? '+' : '-'}${change.content}`,
    );

  test.each<[string[], string[], string[]]>([
    [['a', 'b'], ['a', 'b'], ['2 same']],
    [['a'], ['a', 'b', 'c'], ['1 same', '+b', '+c']],
    [
      ['a', 'x', 'c'],
      ['a', 'y', 'c'],
      ['1 same', '-x', '+y', '1 same'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['s', 'c', 'd', 'e'],
      ['-a', '-b', '+s', '2 same', '+e'],
    ],
    [
      ['a', 'b', 'c'],
      ['x', 'b', 'y'],
      ['-a', '+x', '1 same', '-c', '+y'],
    ],
    [['a', 'a'], ['a'], ['1 same', '-a']],
    [[], ['a'], ['+a']],
    [['a'], [], ['-a']],
  ])('%j, then %j', (before, after, changes) => {
    expect(drawn(before, after)).toEqual(changes);
  });
});
