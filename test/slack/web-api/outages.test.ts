import { beforeEach, expect, test } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import { Outages } from '../../../src/slack/web-api/outages.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

const refused = (error: string): Error => new WebAPIPlatformError({ ok: false, error });
const revoked = refused('token_revoked');

let clock: FakeClock;
let logger: RecordingLogger;
let outages: Outages;
beforeEach(() => {
  clock = new FakeClock();
  logger = new RecordingLogger();
  outages = new Outages(clock, logger);
});

test('ordinary failures and refusals are none', () => {
  for (const error of [refused('not_in_channel'), refused('internal_error'), new Error('socket hang up')])
    expect(outages.note('T1', error)).toBeUndefined();
  expect(outages.pauseMs('T1')).toBe(0);
  expect(logger.lines).toEqual([]);
});

test('one at a time is tried, ever more rarely', async () => {
  const waits: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    waits.push(outages.note('T1', revoked));
    await clock.advance(outages.pauseMs('T1'));
    expect([outages.pauseMs('T1'), outages.pauseMs('T1')]).toEqual([0, 30_000]);
  }
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test('one that is tried and never heard of again is followed by another', async () => {
  outages.note('T1', revoked);
  await clock.advance(5_000);
  expect(outages.pauseMs('T1')).toBe(0);
  await clock.advance(30_000);
  expect(outages.pauseMs('T1')).toBe(0);
});

test('calls that were under way together count once, and other workspaces are not held up', () => {
  expect([outages.note('T1', revoked), outages.note('T1', revoked)]).toEqual([5_000, 5_000]);
  expect(outages.pauseMs('T2')).toBe(0);
});

test('the operator reads one line an hour, which says what to do, and one when it is over', async () => {
  for (let minutes = 0; minutes < 90; minutes += 5) {
    outages.note('T1', revoked);
    await clock.advance(5 * 60_000);
  }
  expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'error']);
  expect(logger.lines[0]?.message).toMatch(/token_revoked.*SLACK_BOT_TOKEN/);
  outages.over('T1');
  outages.over('T1');
  expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'error', 'info']);
  expect(outages.pauseMs('T1')).toBe(0);
});
