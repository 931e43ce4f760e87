/** The page's own modules are plain JavaScript for browsers; this one needs no page. */
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Named {
  id: string;
  name: string;
}
interface PageText {
  withMentions(typed: string, people: Named[]): string;
  asTyped(stored: string, people: Named[]): string;
  piecesOf(stored: string): object[];
}

const PEOPLE = [
  { id: 'U1', name: 'ada' },
  { id: 'U2', name: 'skein' },
];
let text: PageText;

beforeAll(async () => {
  const path: string = '../../src/playground/page/text.js';
  text = (await import(path)) as PageText;
});

describe('names become mentions', () => {
  test.each([
    ['@skein hello', '<@U2> hello'],
    ['hello @Ada, and @skein!', 'hello <@U1>, and <@U2>!'],
    ['@adam is nobody here', '@adam is nobody here'],
    ['mail ada@skein.dev', 'mail ada@skein.dev'],
    ['a < b & c', 'a < b & c'],
  ])('%s', (typed, said) => {
    expect(text.withMentions(typed, PEOPLE)).toBe(said);
  });
});

describe('a stored text in pieces', () => {
  test.each<[string, object[]]>([
    ['1 &lt; 2 &amp;amp; 3', [{ kind: 'text', text: '1 < 2 &amp; 3' }]],
    [
      '<@U1> see <https://x.test/?a=1&amp;b=2|this>',
      [
        { kind: 'mention', id: 'U1' },
        { kind: 'text', text: ' see ' },
        { kind: 'link', url: 'https://x.test/?a=1&b=2', label: 'this' },
      ],
    ],
    ['`a &lt; b`', [{ kind: 'code', text: 'a < b' }]],
    ['```\nx\n```', [{ kind: 'block', text: '\nx\n' }]],
    ['<javascript:alert(1)|click>', [{ kind: 'text', text: 'click' }]],
    ['<!here> <#C1|general>', [{ kind: 'text', text: '@here' }, { kind: 'text', text: ' ' }, { kind: 'text', text: '#general' }]],
  ])('%s', (stored, pieces) => {
    expect(text.piecesOf(stored)).toEqual(pieces);
  });
});

test.each([
  ['<@U1> &lt;b&gt; <https://x.test/>', '@ada <b> https://x.test/'],
  ['`x` and ```y```', '`x` and ```y```'],
])('%s is edited as %s', (stored, typed) => {
  expect(text.asTyped(stored, PEOPLE)).toBe(typed);
});
