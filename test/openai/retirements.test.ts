import { describe, expect, test } from '@jest/globals';
import { openAiModel } from '../../src/openai/model.js';
import { limitsOf } from '../../src/openai/models.js';
import { retirementWarning } from '../../src/openai/retirements.js';
import { FakeClock } from '../support/clock.js';
import { RecordingLogger } from '../support/doubles.js';

const NOVEMBER = Date.UTC(2026, 10, 28);

test.each([
  ['gpt-5', '2026-12-11', 'gpt-6.1-sol'],
  ['gpt-5-2025-08-07', '2026-12-11', 'gpt-6.1-sol'],
  ['gpt-5-mini', '2026-12-11', 'gpt-6.1-terra'],
  ['gpt-5-nano-2025-08-07', '2026-12-11', 'gpt-6-luna'],
  ['o3', '2026-12-11', 'gpt-6.1-sol'],
  ['o3-2025-04-16', '2026-12-11', 'gpt-6.1-sol'],
  ['gpt-4.1', '2027-01-14', 'gpt-6-luna'],
  ['gpt-4.1-mini-2025-04-14', '2027-01-14', 'gpt-6-luna'],
  ['gpt-4o', '2027-01-14', 'gpt-6-luna'],
  ['gpt-4o-2024-08-06', '2027-01-14', 'gpt-6-luna'],
  ['gpt-4o-mini', '2027-01-14', 'gpt-6-luna'],
  ['ft:gpt-4o-mini-2024-07-18:acme::B2aX', '2027-01-14', 'gpt-6-luna'],
  ['gpt-5.1-2025-11-13', '2027-04-01', 'gpt-6.1-sol'],
  ['gpt-5.4-nano', '2027-04-01', 'gpt-6-luna'],
])('%s will be retired on %s, and %s takes its place', (model, date, replacement) => {
  expect(retirementWarning({ model }, NOVEMBER)).toBe(
    `OpenAI's model ${model} will be retired on ${date}: set OPENAI_MODEL to another, such as ${replacement}`,
  );
  // A replacement that the bot does not know, or that goes as well, would be bad advice.
  expect(limitsOf({ model: replacement }).contextWindow).toBe(1_050_000);
  expect(retirementWarning({ model: replacement }, NOVEMBER)).toBeUndefined();
});

test.each([
  ['gpt-4.1-nano', NOVEMBER, /gpt-4\.1-nano was retired on 2026-10-23: set OPENAI_MODEL/],
  ['gpt-4o-2024-05-13', NOVEMBER, /gpt-4o-2024-05-13 was retired on 2026-10-23/],
  ['gpt-5', Date.UTC(2026, 11, 11) - 1, /will be retired on 2026-12-11/],
  ['gpt-5', Date.UTC(2026, 11, 11), /was retired on 2026-12-11/],
])('%s is gone from its day on', (model, now, warning) => {
  expect(retirementWarning({ model }, now)).toMatch(warning);
});

test.each(['gpt-5.6-luna', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.2', 'gpt-6-luna', 'o3000', 'my-gpt-5', 'constructor'])(
  '%s is not mistaken for a model that goes',
  (model) => {
    expect(retirementWarning({ model }, NOVEMBER)).toBeUndefined();
  },
);

describe('at the start', () => {
  function warnings(model: string, baseUrl?: string): unknown[] {
    const logger = new RecordingLogger();
    const config = { api: 'chat', headers: {}, query: {}, timeoutMs: 1, idleTimeoutMs: 1 } as const;
    openAiModel({ ...config, model, ...(baseUrl !== undefined && { baseUrl }) }, { clock: new FakeClock(), logger });
    return logger.lines.filter(({ level }) => level === 'warn');
  }

  test.each([undefined, 'https://api.openai.com/v1', 'https://eu.api.openai.com/v1'])(
    "one line warns, at OpenAI's address %s",
    (baseUrl) => {
      expect(warnings('gpt-4o', baseUrl)).toMatchObject([
        { message: expect.stringMatching(/gpt-4o will be retired on 2027-01-14/) },
      ]);
    },
  );

  test.each([
    ['gpt-6-luna', undefined],
    ['gpt-4o', 'http://localhost:4000/v1'],
    ['gpt-4o', 'https://me.openai.azure.com/openai/v1'],
  ])('none does for %s at %s', (model, baseUrl) => {
    expect(warnings(model, baseUrl)).toEqual([]);
  });
});
