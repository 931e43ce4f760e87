import { describe, expect, test } from '@jest/globals';
import { classify, reasonAfterEdit, reasonFor } from '../../src/conversation/intent.js';
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

describe('what no person wrote', () => {
  test.each(MODES)('is context in threads and direct messages, and nothing outside, with "%s"', (mode) => {
    for (const addressed of ['bot', 'others', 'open'] as const) {
      const post = (thread?: string): IncomingMessage => ({ ...message(addressed, thread), from: 'app' });
      expect(classify(post(), mode)).toBe('no');
      expect(classify(post('dm'), mode)).toBe('no');
      expect(classify(post(tsAt(5)), mode)).toBeUndefined();
    }
  });

  test.each(MODES)('asks if it is a workflow that names the bot, with "%s"', (mode) => {
    expect(classify({ ...message('bot'), from: 'workflow' }, mode)).toBe('workflow');
  });
});

test.each([
  [{ addressed: 'others' }, 'no', 'others'],
  [{ addressed: 'open' }, 'auto', 'between'],
  [{ addressed: 'open' }, 'no', 'mention'],
  [{ addressed: 'others' }, undefined, 'channel'],
  [{ addressed: 'open', from: 'app' }, 'no', 'app'],
  [{ addressed: 'open', from: 'app' }, undefined, 'app'],
] as const)('%j with the intent "%s" asks nothing because: %s', (more, intent, reason) => {
  expect(reasonFor({ ...message('open'), ...more }, intent)).toBe(reason);
});

test.each([
  [{ addressed: 'others' }, 'others'],
  [{ addressed: 'open' }, 'edited'],
  [{ addressed: 'bot' }, undefined],
  [{ addressed: 'open', from: 'app' }, 'app'],
] as const)('edited, %j asks nothing because: %s', (more, reason) => {
  expect(reasonAfterEdit({ ...message('open'), ...more })).toBe(reason);
});
