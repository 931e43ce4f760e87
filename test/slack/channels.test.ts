import { expect, test } from '@jest/globals';
import { isDirectMessage } from '../../src/slack/channels.js';

test.each([
  ['D1', true],
  ['C1', false],
  ['G1', false],
])('a direct message is recognized by its channel id: %s', (channel, isDirect) => {
  expect(isDirectMessage(channel)).toBe(isDirect);
});
