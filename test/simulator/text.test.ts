import { describe, expect, test } from '@jest/globals';
import { storedText } from '../../src/simulator/text.js';

describe('an address in a typed text becomes a link', () => {
  test.each([
    ['see https://x.test/?a=1&b=2 now', 'see <https://x.test/?a=1&amp;b=2> now'],
    ['[link](http://x.y)', '[link](<http://x.y>)'],
    ['(http://x.y), or http://x.y/a.', '(<http://x.y>), or <http://x.y/a>.'],
    ['*http://x.y*!', '*<http://x.y>*!'],
    ['http://x.y/a_(b)', '<http://x.y/a_(b)>'],
    ['(see http://x.y/a_(b))', '(see <http://x.y/a_(b)>)'],
    ['http://x.y/a?', '<http://x.y/a>?'],
    ['“http://x.y/”', '“<http://x.y/>”'],
    ['<@U1> http://x.y/<b>', '<@U1> <http://x.y/>&lt;b&gt;'],
  ])('%s', (typed, stored) => {
    expect(storedText(typed)).toBe(stored);
  });
});
