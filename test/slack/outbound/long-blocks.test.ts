/** What of an answer goes out as a file, and what its messages show and stand for then. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fileName } from '../../../src/core/file-name.js';
import { abridgedParts } from '../../../src/slack/outbound/abridge.js';
import { guardedCsv } from '../../../src/slack/outbound/csv.js';
import { longBlocks, type TextEdit } from '../../../src/slack/outbound/long-blocks.js';
import { splitReply } from '../../../src/slack/outbound/split.js';

const lines = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, at) => `line ${from + at}`).join('\n');
const fenced = (count: number, info = 'python', marker = '```'): string =>
  `${marker}${info}\n${lines(count)}\n${marker}`;
const rows = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `| ${from + at} | \`a\\|b\` |`).join('\n');
const HEAD = '| n | **what** |\n|---|:--|\n';

const editsOf = (text: string): TextEdit[] => longBlocks(text).flatMap((block) => block.edits(`_${block.name}_`));
const whole = (text: string, source = text) => [{ source, shown: text }];
const shownOf = (text: string): string => abridgedParts(text, editsOf(text), whole)[0]?.shown ?? '';
const found = (text: string): string[] =>
  longBlocks(text).map(({ name, size }) => `${name} ${size.count} ${size.unit}`);

describe('a file is', () => {
  test.each([
    ['code over 200 lines', `Look:\n\n${fenced(201)}\n\nDone.`, ['code.py 201 lines']],
    ['no shorter code', fenced(200), []],
    ['a table over 50 rows', `${HEAD}${rows(1, 51)}\n`, ['table.csv 51 rows']],
    ['no shorter table', `${HEAD}${rows(1, 50)}\n`, []],
    [
      'a table without outer borders',
      `n | what\n--|--\n${rows(1, 60).replaceAll(/^\| | \|$/gm, '')}`,
      ['table.csv 60 rows'],
    ],
    ['short code with a name', fenced(2, 'sql name=a.sql'), ['a.sql 2 lines']],
    ['code with a name in quotes', fenced(1, 'text name="to do.txt"'), ['to do.txt 1 lines']],
    ['code with a name and no language', fenced(1, 'name=a.ini'), ['a.ini 1 lines']],
    [
      'each of several',
      `${fenced(201)}\n\n${fenced(202)}\n\n${HEAD}${rows(1, 60)}`,
      ['code.py 201 lines', 'code-2.py 202 lines', 'table.csv 60 rows'],
    ],
    ['code in a list', `1. Run:\n\n   ${fenced(300, 'sh').replaceAll('\n', '\n   ')}\n`, ['code.sh 300 lines']],
    [
      'code fenced by tildes around backticks',
      fenced(300, 'md', '~~~~').replace('line 5\n', '```\n'),
      ['code.md 300 lines'],
    ],
    ['no code that is not closed', fenced(300).slice(0, -3), []],
    ['no table in code', fenced(100).replace('line 1', `${HEAD}${rows(1, 80)}`), []],
    ['no word of a caption', fenced(3, 'js title="name=a.js"').replace('name=', 'file '), []],
    [
      'no table nested too deep to be read',
      `${HEAD}${rows(1, 60)}\n| ${'*a '.repeat(5_000)}${' a*'.repeat(5_000)} | b |`,
      [],
    ],
  ])('%s', (_what, text, expected) => expect(found(text)).toEqual(expected));

  test('ten of an answer at most', () => expect(found(Array(12).fill(fenced(201)).join('\n\n'))).toHaveLength(10));
});

describe('the message shows', () => {
  test('the first ten lines, and the note', () =>
    expect(shownOf(`Look:\n\n${fenced(201)}\n\nDone.`)).toBe(`Look:\n\n${fenced(10)}\n\n_code.py_\n\nDone.`));

  test('words right behind the code apart from the note', () =>
    expect(shownOf(`${fenced(201)}\nDone.`)).toBe(`${fenced(10)}\n\n_code.py_\n\nDone.`));

  test('short code as a whole, without the name in its fence', () =>
    expect(shownOf(`${fenced(2, 'sql name=a.sql')}\n`)).toBe(`${fenced(2, 'sql')}\n\n_a.sql_\n`));

  test('long lines in part, and no half of a character', () => {
    const shown = shownOf(`\`\`\`js name=a.js\n${'🧶'.repeat(4_000)}\n\`\`\``);
    expect(shown).toBe(`\`\`\`js\n${'🧶'.repeat(750)}\n\`\`\`\n\n_a.js_`);
  });

  test('the first ten rows', () =>
    expect(shownOf(`So:\n\n${HEAD}${rows(1, 60)}\nDone.`)).toBe(
      `So:\n\n${HEAD}${rows(1, 10)}\n\n_table.csv_\n\nDone.`,
    ));

  test('code in a list in that list', () => {
    const inList = (count: number): string => `1. Run:\n\n   ${fenced(count, 'sh').replaceAll('\n', '\n   ')}`;
    expect(shownOf(`${inList(300)}\n`)).toBe(`${inList(10)}\n   \n   _code.sh_\n`);
  });
});

test('the file has the code as it is, without the indent of its list', () => {
  const [block] = longBlocks(`- a\n\n  \`\`\`py\n  if x:\n    y\n\n${lines(200).replaceAll(/^/gm, '  ')}\n  \`\`\``);
  expect(block?.content).toBe(`if x:\n  y\n\n${lines(200)}\n`);
});

test('a table becomes values without markup', () => {
  const table = `| n | **what** |\n|---|---|\n${rows(1, 51)}\n| 52 | =cmd\\|"x", [here](https://a.example) |`;
  expect(longBlocks(table)[0]?.content).toBe(
    `n,what\r\n${Array.from({ length: 51 }, (_, at) => `${at + 1},a|b\r\n`).join('')}` +
      `52,"'=cmd|""x"", here (https://a.example)"\r\n`,
  );
});

test('whatever the length of messages, their sources are the whole text', () => {
  const words = fc.constantFrom(
    'Some words.\n\n',
    'more ',
    fenced(201),
    `${HEAD}${rows(1, 70)}\n`,
    '\n',
    fenced(3, 'sh name=x'),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), fc.constantFrom(1, 0.5, 0.25, 0.125), (parts, share) => {
      const text = parts.join('\n');
      const shown = abridgedParts(text, editsOf(text), (abridged) => splitReply(abridged, share));
      expect(shown.map(({ source }) => source).join('')).toBe(text.trim() === '' ? '' : text);
      expect(shown.filter(({ source }) => source === '')).toEqual([]);
    }),
  );
});

describe('a name', () => {
  test.each([
    ['report.csv', '', 'report.csv'],
    ['../../etc/passwd', 'text', 'passwd.txt'],
    ['C:\\temp\\a b.PY', '', 'a b.PY'],
    ['.bashrc', 'bash', 'bashrc.sh'],
    ['..', 'python', 'code.py'],
    ['a\u202Efdp.exe\u0000.txt', '', 'afdp.exe.txt'],
    ['a:b|c?*.md', '', 'a_b_c__.md'],
    ['`x`.js', '', '_x_.js'],
    ['no ending', 'c++', 'no ending.cpp'],
    ['naïve.txt', '', 'naïve.txt'],
    [undefined, 'brainfuck', 'code.txt'],
    [undefined, '', 'code.txt'],
    [undefined, 'TypeScript', 'code.ts'],
    [`${'x'.repeat(300)}.json`, '', `${'x'.repeat(70)}.json`],
  ])('%j (%s) is %s', (wanted, language, name) => expect(fileName(wanted, language, 'code', new Map())).toBe(name));

  test('that is taken gets a number', () => {
    const taken = new Map<string, number>();
    expect(['a.md', 'A.md', 'a.md'].map((name) => fileName(name, '', 'code', taken))).toEqual([
      'a.md',
      'A-2.md',
      'a-3.md',
    ]);
  });
});

describe('comma-separated values', () => {
  test.each([
    ['=1+1,+x,-x,@x', "'=1+1,'+x,'-x,'@x"],
    ['a;=1;b\t=2', "a;'=1;b\t'=2"],
    ['"=1+1","a, =b","say ""=x"""', `"'=1+1","a, =b","say ""=x"""`],
    ['-5,+3.14,-1e-3,- 7 €,-', '-5,+3.14,-1e-3,- 7 €,-'],
    ['-5+cmd,  =x,＝x', "'-5+cmd,'  =x,'＝x"],
    ['"\t=x"\r\n=y\r\n', `"'\t=x"\r\n'=y\r\n`],
    ['"open,=x', `"open,'=x`],
    ['a,,b\n\nc', 'a,,b\n\nc'],
  ])('%j', (text, guarded) => expect(guardedCsv(text)).toBe(guarded));

  test('of any form take no longer than they are long', () => {
    for (const text of ['"'.repeat(200_001), ',"'.repeat(100_000), '"\n'.repeat(100_000), `-1${' '.repeat(200_000)}x`])
      guardedCsv(text);
  });

  test('that many want is not looked for from the beginning each time', () => {
    let looks = 0;
    class Counted extends Map<string, number> {
      override has(name: string): boolean {
        looks += 1;
        return super.has(name);
      }
    }
    const taken = new Counted();
    const names = Array.from({ length: 1_000 }, () => fileName('a.md', '', 'code', taken));
    expect([new Set(names).size, looks]).toEqual([1_000, 1_000]);
  });
});
