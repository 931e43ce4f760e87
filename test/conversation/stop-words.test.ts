import { describe, expect, test } from '@jest/globals';
import { stopIn } from '../../src/conversation/stop-words.js';

describe('a message that only tells the bot to stop', () => {
  test.each(
    [
      [
        'stop',
        'Stop!',
        'STOP.',
        ' stop … ',
        '/stop',
        '!stop',
        'halt',
        '"stop"',
        'stop it',
        'Please stop',
        'stop please',
        'stop, please!',
      ],
      ['停', '停止', '停止！', '请停止', '止めて', '停止。', 'ストップ'],
      ['Stopp!', 'halt', 'Stopp, bitte', 'para', '¡Detente!', 'Detente, por favor.', 'Arrête !', 'stop, merci'],
      ['stop <@U0BOT>', '<@U0BOT> stop', 'stop\nstop'],
    ].flat(),
  )('%s', (text) => expect(stopIn(text)).toBe('only'));
});

describe('a message that tells it to stop, and asks something', () => {
  test.each(
    [
      [
        'stop, do it in Python',
        'Stop! What is the time?',
        'stop. Use metres',
        'stop - shorter',
        'stop\nin French, please',
      ],
      [
        '停，用中文回答',
        '止めて、もっと短く',
        'Halt, auf Deutsch',
        'Stopp: kürzer',
        'para, en español',
        'arrête, en français',
      ],
      ['please stop, and say it in one line', '<@U0BOT> stop, shorter'],
    ].flat(),
  )('%s', (text) => expect(stopIn(text)).toBe('too'));
});

test('a very long message is looked at no further than its beginning', () => {
  expect(stopIn(`stop, ${'and '.repeat(300_000)}`)).toBe('too');
  expect(stopIn(`${' '.repeat(1_000_000)}stop`)).toBeUndefined();
});

describe('a message like any other', () => {
  test.each(
    [
      [
        '',
        'where does the bus stop?',
        'stop using tabs',
        'stop?',
        '!stopwatch',
        'stop.js is broken',
        'stop-motion films',
        'stopover',
        'please',
      ],
      ['para qué sirve', 'I said stop', 'don’t stop', '停车场在哪里', 'haltbar', 'please go on'],
    ].flat(),
  )('%s', (text) => expect(stopIn(text)).toBeUndefined());
});
