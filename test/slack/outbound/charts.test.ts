import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CHART_FORM } from '../../../src/prompt/prompt.js';
import { checkedBlocks } from '../../../src/simulator/methods/blocks.js';
import { contentArguments } from '../../../src/slack/outbound/blocks.js';
import { hasPings } from '../../../src/slack/outbound/pings.js';
import { safeBlocks } from '../../../src/slack/outbound/safe-blocks.js';

const fenced = (source: string): string => `\`\`\`chart\n${source}\n\`\`\``;
const blocks = (markdown: string): { type: string }[] => safeBlocks(markdown, { complete: true });
const types = (markdown: string): string[] => blocks(markdown).map(({ type }) => type);
/** Slack takes them. */
const taken = (markdown: string): unknown[] => checkedBlocks(blocks(markdown), () => 'b');
const rows = (count: number): string => Array.from({ length: count }, (_, at) => `c${at},${at + 1}`).join('\n');
const columns = (count: number): string =>
  `x,${Array.from({ length: count }, (_, at) => `s${at}`).join()}\na,${Array.from({ length: count }, () => 1).join()}`;

const SALES = 'bar: Sales by region\nQuarter,EMEA,US\nQ1,10,12.5\nQ2,-3,+.5e1';

describe('a chart', () => {
  test('of series is a block in its place in the answer', () => {
    expect(blocks(`Look:\n\n${fenced(SALES)}\n\nThat is all.`)).toMatchObject([
      { type: 'markdown' },
      {
        type: 'data_visualization',
        title: 'Sales by region',
        chart: {
          type: 'bar',
          series: [
            {
              name: 'EMEA',
              data: [
                { label: 'Q1', value: 10 },
                { label: 'Q2', value: -3 },
              ],
            },
            {
              name: 'US',
              data: [
                { label: 'Q1', value: 12.5 },
                { label: 'Q2', value: 5 },
              ],
            },
          ],
          axis_config: { categories: ['Q1', 'Q2'], x_label: 'Quarter' },
        },
      },
      { type: 'markdown' },
    ]);
  });

  test('of segments is a pie', () => {
    expect(blocks(fenced('pie: Browsers\nName,Share\n"Chrome, all",65\n Safari , 18 '))).toEqual([
      {
        type: 'data_visualization',
        title: 'Browsers',
        chart: {
          type: 'pie',
          segments: [
            { label: 'Chrome, all', value: 65 },
            { label: 'Safari', value: 18 },
          ],
        },
      },
    ]);
  });

  test.each([
    ['lines', fenced('line: T\n,2024,2025\nJan,1,2')],
    ['an area', fenced('AREA : T\n\nx,y\n\na,1')],
    ['a negative value with a typographic sign', fenced('bar: T\nx,y\na,\u22121')],
    ['another fence', '~~~~ Chart\nbar: T\nx,y\na,1\n~~~~'],
    ['as many rows as Slack takes', fenced(`bar: T\nx,y\n${rows(20)}`)],
    ['as many segments', fenced(`pie: T\nx,y\n${rows(12)}`)],
    ['as many series', fenced(`line: T\n${columns(12)}`)],
    ['the longest words', fenced(`bar: ${'t'.repeat(50)}\n${'x'.repeat(50)},${'y'.repeat(20)}\n${'a'.repeat(20)},1`)],
  ])('is drawn: %s', (_what, markdown) => {
    expect(types(markdown)).toEqual(['data_visualization']);
    expect(taken(markdown)).toHaveLength(1);
  });

  test.each([
    ['without a heading', 'x,y\na,1'],
    ['of another kind', 'donut: T\nx,y\na,1'],
    ['in JSON', '{"type":"bar","title":"T"}'],
    ['without rows', 'bar: T\nx,y'],
    ['without values', 'bar: T\nx\na'],
    ['without anything', ''],
    ['with only a heading', 'bar: T'],
    ['without a title', 'bar:\nx,y\na,1'],
    ['with rows of unequal lengths', 'bar: T\nx,y\na,1\nb'],
    ['with a missing value', 'bar: T\nx,y,z\na,1,'],
    ['with words for a value', 'bar: T\nx,y\na,many'],
    ['with NaN', 'bar: T\nx,y\na,NaN'],
    ['with an infinite value', 'bar: T\nx,y\na,1e999'],
    ['with a quote that does not end', 'bar: T\nx,y\n"a,1'],
    ['without a header', 'bar: T\na,1\nb,2'],
    ['with a category twice', 'bar: T\nx,y\na,1\na,2'],
    ['with a series twice', 'bar: T\nx,y,y\na,1,2'],
    ['with a category without a name', 'bar: T\nx,y\n,1'],
    ['with too many rows', `bar: T\nx,y\n${rows(21)}`],
    ['with too many series', `bar: T\n${columns(13)}`],
    ['with a label that is too long', `bar: T\nx,y\n${'a'.repeat(21)},1`],
    ['with the name of a series that is too long', `bar: T\nx,${'y'.repeat(21)}\na,1`],
    ['with a title that is too long', `bar: ${'t'.repeat(51)}\nx,y\na,1`],
    ['with a name of the axis that is too long', `bar: T\n${'x'.repeat(51)},y\na,1`],
    ['a pie with a negative part', 'pie: T\nx,y\na,-1\nb,2'],
    ['a pie with an empty part', 'pie: T\nx,y\na,0\nb,2'],
    ['a pie of two series', 'pie: T\nx,y,z\na,1,2'],
    ['a pie with too many parts', `pie: T\nx,y\n${rows(13)}`],
    ['enormous', `bar: T\nx,y\n${'a,1\n'.repeat(5_000)}`],
    ['cut off', 'bar: T\nx,y\na,1\n…'],
  ])('stays code, as it was written: %s', (_what, source) => {
    expect(blocks(fenced(source))).toEqual([{ type: 'markdown', text: fenced(source) }]);
  });

  test.each([
    ['that is not closed', '```chart\nbar: T\nx,y\na,1'],
    ['of another language', '```charts\nbar: T\nx,y\na,1\n```'],
    ['within a list', '- ```chart\n  bar: T\n  x,y\n  a,1\n  ```'],
  ])('is not made of a block %s', (_what, markdown) => {
    expect(blocks(markdown)).toEqual([{ type: 'markdown', text: markdown }]);
  });

  test('is drawn twice in a message at most; a third one is code', () => {
    const one = fenced(SALES);
    expect(types(`${one}\n\n${one}\n\n${one}`)).toEqual(['data_visualization', 'data_visualization', 'markdown']);
  });

  test('is code until the answer is whole', () => {
    expect(safeBlocks(fenced(SALES), { complete: false })).toEqual([{ type: 'markdown', text: fenced(SALES) }]);
  });

  test('pings nobody, whatever its words are', () => {
    const [block] = blocks(fenced('bar: <!channel> @here\n<@U0ADA00001>,@everyone\n<!here>,1'));
    expect(block).toMatchObject({ type: 'data_visualization' });
    const texts = JSON.stringify(block).match(/"[^"]*"/g) ?? [];
    expect(texts.filter(hasPings)).toEqual([]);
  });
});

test('a chart is what the model is told to write', () => {
  expect(types(CHART_FORM)).toEqual(['markdown', 'data_visualization', 'markdown']);
});

describe('the text of a message with charts', () => {
  const textOf = (markdown: string): string => {
    const shown = contentArguments({ markdown, rich: { complete: true } });
    return 'text' in shown ? shown.text : '';
  };

  test('has their values, without the fence', () => {
    expect(textOf(`Look:\n\n${fenced(SALES)}\n\nThat is all.`)).toBe(`Look:\n\n${SALES}\n\n\n\nThat is all.`);
  });

  test('has them once, whatever the ends of its lines are', () => {
    const text = textOf(`Look:\n\n${fenced(SALES)}\n\nThat is all.`.replaceAll('\n', '\r\n'));
    expect(text.split('Q1,10,12.5')).toHaveLength(2);
    expect(text).not.toContain('```');
  });

  test('leaves code that shows how to write such a chart as it is', () => {
    const code = `\`\`\`\`md\n${fenced(SALES)}\n\`\`\`\``;
    expect(textOf(`${code}\n\n${fenced(SALES)}`)).toBe(`${code}\n\n${SALES}\n\n`);
  });

  test('has them behind a long text too, and stays short enough for an edit', () => {
    const text = textOf(`${'word '.repeat(1_000)}\n\n${fenced(SALES)}`);
    expect(text).toContain(SALES);
    expect(text.length).toBeLessThan(4_000);
  });
});

test('Slack takes whatever a chart is made of, and nothing in it pings', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 24 }),
    fc.constantFrom('Q1', '@here', '<!channel>', '"', ',', '2025', '12', '', '…', '`', '😀'.repeat(9), 'Q\n2'),
  );
  const cell = fc.oneof(word, fc.double().map(String), fc.integer().map(String));
  const cells = fc.array(cell, { maxLength: 5 }).map((list) => list.join(','));
  const heading = fc
    .tuple(fc.constantFrom('bar', 'pie', 'line', 'area', 'Bar ', 'box'), word)
    .map((one) => one.join(': '));
  const clean = fc
    .tuple(
      fc.constantFrom('bar', 'pie', 'line'),
      fc.uniqueArray(fc.constantFrom('a', 'b', '@here', '<@U1>', 'é'.repeat(20))),
      fc.integer(),
    )
    .map(([kind, names, value]) => `${kind}: T\nx,y\n${names.map((name) => `${name},${value}`).join('\n')}`);
  const source = fc.oneof(
    fc.tuple(heading, fc.array(cells, { maxLength: 25 })).map(([head, all]) => [head, ...all].join('\n')),
    clean,
  );
  let drawn = 0;
  fc.assert(
    fc.property(fc.array(source, { maxLength: 4 }), (sources) => {
      for (const block of taken(sources.map(fenced).join('\n\n')) as { type: string }[]) {
        drawn += block.type === 'data_visualization' ? 1 : 0;
        const texts = block.type === 'rich_text' ? [] : (JSON.stringify(block).match(/"(?:[^"\\]|\\.)*"/g) ?? []);
        expect(texts.map((text) => String(JSON.parse(text))).filter(hasPings)).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
  expect(drawn).toBeGreaterThan(50);
});
