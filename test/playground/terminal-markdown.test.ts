import { describe, expect, test } from '@jest/globals';
import { blocksOf, linesOf, type Page, widthOf } from '../../src/playground/terminal-markdown.js';

const rendered = (markdown: string, page: Partial<Page> = {}): string[] =>
  blocksOf(markdown).flatMap((block) => linesOf(block, { columns: 41, color: false, ...page }));

describe('Markdown on a terminal', () => {
  test.each<[string, string, string[]]>([
    ['a heading', '## The *mill*', ['The mill']],
    ['styles and code', 'a **red** `one` ~~two~~ _three_', ['a red one two three']],
    ['a link', '[here](https://x.test/a) <https://x.test/b>', ['here (https://x.test/a) https://x.test/b']],
    [
      'a paragraph, wrapped at words',
      'Wool takes dye well, linen takes it slowly, and cotton wants to be asked.',
      ['Wool takes dye well, linen takes it', 'slowly, and cotton wants to be asked.'],
    ],
    ['line breaks', 'one\ntwo', ['one', 'two']],
    ['a long address, whole', `see https://x.test/${'a'.repeat(60)}`, ['see', `https://x.test/${'a'.repeat(60)}`]],
    [
      'nested lists',
      '3. first\n   - in it, and so long that it has to be wrapped\n4. second',
      ['3. first', '   • in it, and so long that it has to', '     be wrapped', '4. second'],
    ],
    ['tasks', '- [x] done\n- [ ] open', ['• ☑ done', '• ☐ open']],
    ['code as it is', '```js\nif (a) {\n  b();\n}\n```', ['  if (a) {', '    b();', '  }']],
    ['a quote', '> one\n>\n> two', ['│ one', '│ ', '│ two']],
    [
      'a table',
      '| Yarn | Metres |\n| --- | ---: |\n| Sock | 420 |\n| 中文 | 7 |',
      ['Yarn │ Metres', '─────┼───────', 'Sock │    420', '中文 │      7'],
    ],
    [
      'a table that is too wide',
      '| Yarn | Is good for |\n| --- | --- |\n| Sock | socks, and whatever else is worn on feet |',
      ['Yarn | Is good for', 'Sock | socks, and whatever else is worn', 'on feet'],
    ],
    ['HTML as text', 'a &lt;b&gt; &amp;lt; `&lt;` <i>c</i>', ['a <b> &lt; &lt; <i>c</i>']],
    ['control characters made visible', '\u001B[2J `\u0007` &#27;[2J', ['\uFFFD[2J \uFFFD \uFFFD[2J']],
  ])('%s', (_, markdown, lines) => {
    expect(rendered(markdown)).toEqual(lines);
  });

  test('has color where the terminal has it', () => {
    const [line = ''] = rendered('a **red one**', { color: true });
    expect(line).toBe('a \u001B[1mred\u001B[22m \u001B[1mone\u001B[22m');
    expect(widthOf(line)).toBe(9);
  });

  test.each([
    ['abc', 3],
    ['中文', 4],
    ['👋🏽', 2],
    ['é', 1],
  ])('%s is %d columns wide', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});
