/** Nothing of an answer is lost, or in another place, where it goes out as blocks. */
import { describe, expect, test } from '@jest/globals';
import { readableMarkdown } from '../../../src/simulator/methods/readable.js';
import { safeBlocks } from '../../../src/slack/outbound/safe-blocks.js';

/** What people read. */
const shown = (markdown: string): string => readableMarkdown(safeBlocks(markdown, { complete: true })).trim();

describe('a list with code that could ping', () => {
  test('keeps the paragraphs of an item apart', () => {
    expect(shown('- `<!here>` first\n\n  second\n\n- third')).toBe('- `<!here>` first\nsecond\n- third');
  });

  test('keeps what follows the code of an item behind it', () => {
    const text = '1. Run this:\n\n   ```\n   npm i @here/maps\n   ```\n\n   Then *that*.\n2. Done';
    expect(shown(text)).toBe('- Run this:\n```\nnpm i @here/maps\n```\nThen _that_.\n- Done');
  });

  test('keeps the order of lists and paragraphs within an item', () => {
    expect(shown('- `<!here>`\n  - inner\n\n  outer')).toBe('- `<!here>`\n  - inner\nouter');
  });
});

describe('a table', () => {
  const head = '| command | what |\n|---|---|\n';
  const table = (row: string): string => `| **command** | **what** |\n| --- | --- |\n${row}`;

  test.each([
    ['| `ls | wc` | counts |', '| `ls | wc` | counts |'],
    ['| ``a ` | b`` | x |', '| `a ` | b` | x |'],
    ['| `ls \\| wc` | counts |', '| `ls | wc` | counts |'],
    ['`ls | wc` | counts', '| `ls | wc` | counts |'],
    ['| `a | b` | `c | d` |', '| `a | b` | `c | d` |'],
    ['| a | b | |', '| a | b |'],
    ['| a |', '| a |   |'],
    ['| a \\| b | c |', '| a | b | c |'],
    ['| one<br>two | a<br/>b |', '| one\ntwo | a\nb |'],
  ])('shows all of the row %s', (row, seen) => {
    expect(shown(head + row).replaceAll(/ +\|/g, ' |')).toBe(table(seen).replaceAll(/ +\|/g, ' |'));
  });

  test('keeps the alignment of its columns', () => {
    const text = '| a | b | c |\n| :-- | :-: | --: |\n| 1 | 2 | 3 |';
    expect(shown(text)).toBe('| **a** | **b** | **c** |\n| --- | :---: | ---: |\n| 1 | 2 | 3 |');
  });

  test('with more cells in a row than in its head is shown as it was written', () => {
    const text = `${head}| a | b | c | d |\n| e | f |`;
    expect(shown(text)).toBe(`\`\`\`\n${text}\n\`\`\``);
  });
});

describe('links by reference', () => {
  test('keep their addresses, which could ping', () => {
    const text =
      'See [the docs][1] and [maps][].\n\n- [more][1]\n\n[1]: https://x.org/@here/a\n[maps]: https://x.org/@everyone "Maps"\n';
    expect(shown(text)).toBe(
      'See [the docs](https://x.org/@here/a) and [maps](https://x.org/@everyone).\n- [more](https://x.org/@here/a)',
    );
  });

  test('are not parted from their addresses by a block between them', () => {
    expect(shown('See [docs][1].\n\n`<!here>`\n\n[1]: https://x.org/a')).toBe(
      'See [docs](https://x.org/a).\n`<!here>`',
    );
  });
});
