import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Layers, resolve } from '../../../src/core/layers/resolve.js';
import {
  ANSWERS,
  EFFORTS,
  fileLayer,
  LAYERS,
  layerFrom,
  type LayerValues,
  SETTING_KEYS,
  VERBOSITIES,
} from '../../../src/core/layers/table.js';

describe('which value is in force', () => {
  test('the lowest layer chooses, and says where it comes from', () => {
    const { effort } = resolve({
      deployment: { effort: 'low' },
      workspace: { effort: 'high' },
      person: { effort: 'max' },
    });
    expect(effort).toEqual({ value: 'max', origin: 'person' });
    const { model } = resolve({
      deployment: { model: 'a' },
      workspace: { models: ['a', 'c'] },
      person: { model: 'c' },
    });
    expect(model).toEqual({ value: 'c', origin: 'person' });
  });

  test('people choose no model for themselves where there is no list', () => {
    expect(resolve({ deployment: { model: 'a' }, channel: { model: 'b' }, person: { model: 'c' } }).model).toEqual({
      value: 'b',
      origin: 'channel',
      refused: [{ layer: 'person', by: 'channel', why: 'forbidden' }],
    });
  });

  test('not what a higher layer has locked', () => {
    const { model } = resolve({
      workspace: { model: 'a', models: ['a', 'b'], locked: ['model'] },
      person: { model: 'b' },
    });
    expect(model).toEqual({
      value: 'a',
      origin: 'workspace',
      refused: [{ layer: 'person', by: 'workspace', why: 'locked' }],
    });
  });

  test('instructions of all layers count, the higher ones first', () => {
    const { instructions } = resolve({ workspace: { instructions: 'One.' }, person: { instructions: 'Two.' } });
    expect(instructions?.value).toEqual([
      { layer: 'workspace', value: 'One.' },
      { layer: 'person', value: 'Two.' },
    ]);
  });

  test('of budgets the smallest', () => {
    const { channelDailyUsd } = resolve({ deployment: { channelDailyUsd: 5 }, channel: { channelDailyUsd: 9 } });
    expect(channelDailyUsd).toEqual({
      value: 5,
      origin: 'deployment',
      refused: [{ layer: 'channel', by: 'deployment', why: 'forbidden' }],
    });
  });

  test('a model that is not allowed gives way to the next higher one that is, or to the first in the list', () => {
    const chosen = resolve({ deployment: { model: 'a' }, workspace: { models: ['b', 'a'] }, person: { model: 'c' } });
    expect(chosen.model).toEqual({
      value: 'a',
      origin: 'deployment',
      refused: [{ layer: 'person', by: 'workspace', why: 'forbidden' }],
    });
    expect(resolve({ deployment: { model: 'x' }, workspace: { models: ['b', 'a'] } }).model?.value).toBe('b');
  });

  test('a channel cannot shut out the model that is locked', () => {
    const { model } = resolve({ workspace: { model: 'a', locked: ['model'] }, channel: { models: ['b'] } });
    expect(model?.value).toBe('a');
  });
});

const names = ['a', 'b', 'c', 'd'];
const usd = fc.integer({ min: 1, max: 1_000 });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 1 });
const layerValues: fc.Arbitrary<LayerValues> = fc
  .record({
    model: maybe(fc.constantFrom(...names)),
    models: maybe(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })),
    instructions: maybe(fc.constantFrom('One.', 'Two.')),
    answers: maybe(fc.constantFrom(...ANSWERS)),
    effort: maybe(fc.constantFrom(...EFFORTS)),
    verbosity: maybe(fc.constantFrom(...VERBOSITIES)),
    personDailyUsd: maybe(usd),
    channelDailyUsd: maybe(usd),
    workspaceMonthlyUsd: maybe(usd),
    who: maybe(fc.record({ people: fc.uniqueArray(fc.constantFrom('U1', 'U2')), groups: fc.constant([] as string[]) })),
    guests: maybe(fc.boolean()),
    externals: maybe(fc.boolean()),
    locked: maybe(fc.uniqueArray(fc.constantFrom(...SETTING_KEYS))),
  })
  .map((values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)));
const someLayers: fc.Arbitrary<Layers> = fc.record(
  Object.fromEntries(LAYERS.map((layer) => [layer, layerValues])),
) as fc.Arbitrary<Layers>;

/** Without the layers below `depth`. */
function above(layers: Layers, depth: number): Layers {
  return Object.fromEntries(LAYERS.slice(0, depth).map((layer) => [layer, layers[layer] ?? {}]));
}

test('a lower layer never widens what a higher one forbids', () => {
  fc.assert(
    fc.property(someLayers, fc.integer({ min: 1, max: LAYERS.length - 1 }), (layers, depth) => {
      const high = resolve(above(layers, depth));
      const all = resolve(layers);
      for (const budget of ['personDailyUsd', 'channelDailyUsd', 'workspaceMonthlyUsd'] as const)
        if (high[budget]) expect(all[budget]?.value).toBeLessThanOrEqual(high[budget].value);
      for (const one of ['guests', 'externals'] as const)
        if (high[one]?.value === false) expect(all[one]?.value).toBe(false);
      if (high.answers?.value === 'off') expect(all.answers?.value).toBe('off');
      if (high.models) expect(high.models.value).toEqual(expect.arrayContaining(all.models?.value ?? []));
      if (all.models) expect(all.models.value).toContain(all.model?.value);
      // Conditions and instructions are only added to.
      for (const one of ['who', 'instructions'] as const)
        expect(all[one]?.value.slice(0, high[one]?.value.length ?? 0)).toEqual(high[one]?.value);
      const locked = LAYERS.slice(0, depth).flatMap((layer) => layers[layer]?.locked ?? []);
      for (const key of locked) expect(all[key]?.value).toEqual(high[key]?.value);
    }),
    { numRuns: 2_000 },
  );
});

test('the origin is a layer that sets it, or for the model one that lists it', () => {
  fc.assert(
    fc.property(someLayers, (layers) => {
      for (const [key, found] of Object.entries(resolve(layers))) {
        const own = layers[found.origin];
        expect(own && (key in own || (key === 'model' && 'models' in own))).toBe(true);
      }
    }),
  );
});

describe('stored layers', () => {
  test('values of a later version, and invalid ones, are left out', () => {
    expect(layerFrom({ model: 'a', colour: 'red', answers: 'never', guests: 'no' })).toEqual({ model: 'a' });
    expect(layerFrom('nothing')).toEqual({});
  });
});

describe('the file', () => {
  test('names what is wrong, without its values', () => {
    const { problems } = fileLayer({ modell: 'a', answers: 'sometimes', about: 'me', channelDailyUsd: 0 });
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toMatch(/sometimes/);
    expect(fileLayer([]).problems).toEqual(['the top level must be a JSON object']);
    expect(fileLayer({ $schema: 'x', model: 'a' })).toEqual({ values: { model: 'a' }, problems: [] });
  });
});
