/** A plain JavaScript module of the page that needs no DOM. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

interface Named {
  id: string;
  name: string;
  displayName: string;
}
interface Piece {
  kind: string;
  text?: string;
  url?: string;
  pieces?: Piece[];
}
interface PageText {
  withMentions(typed: string, people: Named[], channels?: Pick<Named, 'id' | 'name'>[]): string;
  asTyped(stored: string, people: Named[]): string;
  piecesOf(stored: string): Piece[];
  styledPieces(stored: string): Piece[];
}

const PEOPLE = [
  { id: 'U1', name: 'ada', displayName: 'Ada Lovelace' },
  { id: 'U2', name: 'skein', displayName: 'Skein' },
];
let text: PageText;

beforeAll(async () => {
  const path: string = '../../src/playground/page/message/text.js';
  text = (await import(path)) as PageText;
});

describe('names become mentions', () => {
  test.each([
    ['@skein hello', '<@U2> hello'],
    ['hello @Ada, and @skein!', 'hello <@U1>, and <@U2>!'],
    ['@adam is nobody here', '@adam is nobody here'],
    ['mail ada@skein.dev', 'mail ada@skein.dev'],
    ['a < b & c', 'a < b & c'],
    ['`@ada` is how @ada is written', '`@ada` is how <@U1> is written'],
    ['```\n@ada\n```', '```\n@ada\n```'],
  ])('%s', (typed, said) => {
    expect(text.withMentions(typed, PEOPLE)).toBe(said);
  });
});

test.each([
  ['see #general, and #random!', 'see <#C1|general>, and #random!'],
  ['#General', '<#C1|general>'],
  ['a#general https://x.test/#general', 'a#general https://x.test/#general'],
  ['`#general`', '`#general`'],
])('channels become links: %s', (typed, said) => {
  expect(text.withMentions(typed, PEOPLE, [{ id: 'C1', name: 'general' }])).toBe(said);
});

describe('stored text is parsed into pieces', () => {
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
    [
      '<!here> <#C1|general>',
      [
        { kind: 'text', text: '@here' },
        { kind: 'text', text: ' ' },
        { kind: 'channel', id: 'C1', text: '#general' },
      ],
    ],
  ])('%s', (stored, pieces) => {
    expect(text.piecesOf(stored)).toEqual(pieces);
  });
});

test.each([
  ['<@U1> &lt;b&gt; <https://x.test/>', '@ada <b> https://x.test/'],
  ['`x` and ```y```', '`x` and ```y```'],
  ['in <#C1|general>', 'in #general'],
])('%s is edited as %s', (stored, typed) => {
  expect(text.asTyped(stored, PEOPLE)).toBe(typed);
});

describe('styles', () => {
  /** Compact notation: text as it is, other pieces as `kind(…)`. */
  const short = (pieces: Piece[]): string =>
    pieces
      .map((piece) =>
        piece.kind === 'text'
          ? piece.text
          : `${piece.kind}(${piece.pieces ? short(piece.pieces) : (piece.text ?? '')})`,
      )
      .join('');

  test.each([
    ['a *bold* _italic_ ~struck~ word', 'a bold(bold) italic(italic) strike(struck) word'],
    ['*bold _and italic_*, (*so*)', 'bold(bold italic(and italic)), (bold(so))'],
    ['*<@U1>* and *`code`*', 'bold(mention()) and bold(code(code))'],
    ['`*code*` stays', 'code(*code*) stays'],
    ['snake_case_name 2*3*4 **x** __init__', 'snake_case_name 2*3*4 **x** __init__'],
    ['* a list', '* a list'],
    ['*two\nlines*', '*two\nlines*'],
    ['*never closed _and this_', '*never closed italic(and this)'],
    ['*crossed _over* again_', 'bold(crossed _over) again_'],
    ['a\n&gt; said\n&gt; twice\nb', 'aquote(said\ntwice)b'],
    ['a\n&gt;&gt;&gt; all\n&gt; the *rest*', 'aquote(all\n> the bold(rest))'],
    ['1 &gt; 0', '1 > 0'],
    ['a\n```x```\nb', 'ablock(x)b'],
    ['```\n&gt; no quote\n```', 'block(\n> no quote\n)'],
    ['` ```*```', 'code( )`code(*)``'],
    ['<https://x.test/```>```', 'link()```'],
    ['&gt; ```\n```', 'quote(```)```'],
  ])('%j', (stored, styled) => {
    expect(short(text.styledPieces(stored))).toBe(styled);
  });

  test('are parsed in linear time: a quadratic parser would time out', () => {
    for (const unit of ['*a ', '_*~', '*a*', '&gt; *', '`', '<', '```'])
      expect(text.styledPieces(unit.repeat(200_000 / unit.length)).length).toBeGreaterThan(0);
  });

  const stored = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '*',
          '_',
          '~',
          '`',
          '```',
          '\n',
          '&gt; ',
          '&lt;b&gt;',
          '<@U1>',
          '<javascript:x|y>',
          '<https://x.test|*l*>',
          ' ',
          'word',
        ),
        fc.string(),
      ),
    )
    .map((parts) => parts.join(''));

  test('keep every letter, and only safe links', () => {
    fc.assert(
      fc.property(stored, (said) => {
        // Here a quote ends with its line; `piecesOf` knows no quotes.
        fc.pre(!/^&gt;.*```/m.test(said));
        const flat = (pieces: Piece[]): Piece[] =>
          pieces.flatMap((piece) => (piece.pieces ? flat(piece.pieces) : [piece]));
        const words = (pieces: Piece[]): string =>
          pieces
            .map((piece) => piece.text ?? '')
            .join('')
            .replace(/[\s>*_~]/g, '');
        const styled = flat(text.styledPieces(said));
        expect(words(styled)).toBe(words(text.piecesOf(said)));
        for (const { kind, url } of styled) if (kind === 'link') expect(url).toMatch(/^(https?|mailto):/i);
      }),
    );
  });
});
