import { describe, expect, test } from '@jest/globals';
import { classify } from '../../src/conversation/intent.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import { ANN, tsAt } from '../support/turns.js';

const MODES = ['auto', 'all', 'mention'] as const;

function message(addressed: IncomingMessage['addressed'], thread = tsAt(0), ts = tsAt(5)): IncomingMessage {
  return { conversation: { team: 'T1', channel: 'C1', thread }, ts, author: ANN, text: 'hi', addressed };
}

describe.each(MODES)('with thread replies "%s"', (mode) => {
  test('a message that names the bot is a question, in threads and outside', () => {
    expect(classify(message('bot'), mode)).toBe('yes');
    expect(classify(message('bot', tsAt(5)), mode)).toBe('yes');
    expect(classify(message('bot', 'dm'), mode)).toBe('yes');
  });

  test.each(['others', 'open'] as const)('a channel message outside threads is ignored: %s', (addressed) => {
    expect(classify(message(addressed, tsAt(5)), mode)).toBeUndefined();
  });
});

test.each([
  ['auto', 'open', 'auto'],
  ['auto', 'others', 'no'],
  ['all', 'open', 'known'],
  ['all', 'others', 'known'],
  ['mention', 'open', 'no'],
  ['mention', 'others', 'no'],
] as const)(
  'with thread replies "%s", a thread message addressed to "%s" has the intent "%s"',
  (mode, addressed, intent) => {
    expect(classify(message(addressed), mode)).toBe(intent);
  },
);
