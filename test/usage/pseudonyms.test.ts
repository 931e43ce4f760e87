import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { pseudonyms } from '../../src/usage/pseudonyms.js';

const nameOf = pseudonyms('xoxb-hush');

test('a person keeps one name, which no other has', () => {
  expect(nameOf('T1', 'U1')).toMatch(/^[0-9a-f]{64}$/);
  expect(pseudonyms('xoxb-hush')('T1', 'U1')).toBe(nameOf('T1', 'U1'));
  const others = [nameOf('T1', 'U2'), nameOf('T2', 'U1'), nameOf('T1:U1', ''), pseudonyms('xoxb-other')('T1', 'U1')];
  expect(new Set([nameOf('T1', 'U1'), ...others]).size).toBe(5);
});

test('it cannot be found by hashing the ids', () => {
  for (const guess of ['U1', 'T1U1', 'T1:U1', 'skein:asker:T1:U1'])
    expect(createHash('sha256').update(guess).digest('hex')).not.toBe(nameOf('T1', 'U1'));
});
