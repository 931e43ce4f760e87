import { expect, test } from '@jest/globals';
import { usageJson, usageTable } from '../../src/cli/usage/table.js';
import type { OwnerUsage } from '../../src/core/ports.js';

const used = (
  owner: OwnerUsage['owner'],
  id: string,
  costNanos: number,
  more: Partial<OwnerUsage> = {},
): OwnerUsage => ({
  owner,
  id,
  calls: 2,
  promptTokens: 1_200,
  cachedTokens: 400,
  cacheWriteTokens: 300,
  completionTokens: 56,
  costNanos,
  unpriced: 0,
  ...more,
});

const workspaces = [
  {
    workspace: 'T1',
    totals: [
      used('person', 'U0ANN', 2_000_000),
      used('person', 'U0BEN', 1_234_567_890, { calls: 1_000, unpriced: 3 }),
      used('channel', 'C1', 1_236_567_890),
      used('person', 'U0CLEO', 0, { unpriced: 2 }),
      used('workspace', 'T1', 1_236_567_890),
    ],
  },
  { workspace: 'T2', totals: [used('workspace', 'T2', 0)] },
];

test('a table lists the workspace, then channels, then people, the most expensive first', () => {
  expect(usageTable('2026-11', workspaces)).toBe(
    [
      'T1, 2026-11 (UTC)',
      '',
      '                   calls  tokens in  cached  cache writes  tokens out              cost',
      'workspace  T1          2      1,200     400           300          56           $1.2366',
      'channel    C1          2      1,200     400           300          56           $1.2366',
      'person     U0BEN   1,000      1,200     400           300          56  at least $1.2346',
      'person     U0ANN       2      1,200     400           300          56           $0.0020',
      'person     U0CLEO      2      1,200     400           300          56   price not known',
      '',
      'T2, 2026-11 (UTC)',
      '',
      '               calls  tokens in  cached  cache writes  tokens out     cost',
      'workspace  T2      2      1,200     400           300          56  $0.0000',
    ].join('\n'),
  );
});

test('an empty period gives a sentence, or an empty array in JSON', () => {
  expect(usageTable('2026-11-05', [])).toBe('Nothing was used in 2026-11-05 (UTC).');
  expect(usageJson('2026-11-05', [])).toBe('[]');
});

test('JSON has one object per owner', () => {
  expect(JSON.parse(usageJson('2026-11', workspaces.slice(1)))).toEqual([
    {
      workspace: 'T2',
      period: '2026-11',
      owner: 'workspace',
      id: 'T2',
      calls: 2,
      promptTokens: 1_200,
      cachedTokens: 400,
      cacheWriteTokens: 300,
      completionTokens: 56,
      costNanos: 0,
      costUsd: 0,
      unpriced: 0,
    },
  ]);
});
