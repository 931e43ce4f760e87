import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { titleOf } from '../../../src/slack/outbound/title.js';

describe('the title of a conversation', () => {
  test.each([
    ['which wool?', 'which wool?'],
    ['*bold*, _it_, `code`, ~~gone~~ and snake_case_names', 'bold, it, code, gone and snake_case_names'],
    ['# Plan\n\n- one\n- two\n\n```js\nlet a;\n```\n> said', 'Plan one two let a; said'],
    ['| a | b |\n| - | - |\n| 1 | 2 |', 'a b 1 2'],
    ['see [the docs](https://example.com/x) or https://example.com/y', 'see the docs or https://example.com/y'],
    ['<@U0ADA00001> says a < b && c', 'says a < b && c'],
    ['two\r\n\tlines', 'two lines'],
    ['', undefined],
    [' \n ', undefined],
    ['<@U0ADA00001>', undefined],
  ])('of %j is %j', (question, title) => {
    expect(titleOf(question)).toBe(title);
  });

  test.each([
    '@channel',
    '<!here>',
    '<!subteam^S1|@team>',
    '<@W1|ada>',
    '@\u200Bchannel',
    '**@chan\u200Bnel**',
    '@chan**nel**',
    '\\`@channel\\`',
    '\\`<!here>\\`',
    'https://x.org/@channel',
  ])('does not ping: %s', (ping) => {
    expect(titleOf(`hey ${ping} all`)).not.toMatch(/@(channel|here|team|ada)|<[!@]/);
  });

  test('is cut between characters', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(titleOf(family.repeat(40))).toBe(`${family.repeat(18)}…`);
    expect(titleOf('x'.repeat(200))).toBe('x'.repeat(200));
    expect(titleOf('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  });

  test('is one line of at most 200 units, whatever the question', () => {
    const sign = fc.constantFrom(
      '*',
      '_',
      '`',
      '[',
      '](',
      '<',
      '!',
      '>',
      '#',
      '- ',
      '\n',
      '|',
      '@',
      'channel',
      '\u200B',
      '😀',
      'a',
    );
    const questions = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(sign, { maxLength: 700 }).map((signs) => signs.join('')),
    );
    fc.assert(
      fc.property(questions, (question) => {
        const title = titleOf(question) ?? '-';
        expect(title.length).toBeLessThanOrEqual(200);
        expect(title).toMatch(/^[^\p{Cc}]+$/u);
        expect(title).not.toMatch(/\p{Surrogate}/u);
        expect(title).not.toMatch(/(?<![A-Za-z0-9])@channel\b/);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['>', '*', '[', '- ', '`', '<', '[a](', '_a_'])('of a long run of %j is found at once', (sign) => {
    expect(() => titleOf(sign.repeat(40_000))).not.toThrow();
  });
});
