import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Thoughts } from '../../../src/slack/outbound/thinking.js';

function after(...texts: string[]): Thoughts {
  const thoughts = new Thoughts();
  for (const text of texts) thoughts.add(text);
  return thoughts;
}

const SUMMARY =
  '\n\n**Weighing the options**\n\nI could **not** say it better.\n\n**Choosing one**\n\nThe *first* one.';

describe('the newest headline of a summary', () => {
  test('is the last line that is bold as a whole', () => {
    expect(after(SUMMARY).newest).toBe('Choosing one');
  });

  test('is the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(SUMMARY.length)), (cuts) => {
        const points = [0, ...cuts.toSorted((a, b) => a - b), SUMMARY.length];
        expect(after(...points.map((point, at) => SUMMARY.slice(points[at - 1] ?? 0, point))).newest).toBe(
          'Choosing one',
        );
      }),
    );
  });

  test('is there as soon as it is written, and stays while the text below it grows', () => {
    const thoughts = after('**Weighing', ' the options**');
    expect(thoughts.newest).toBe('Weighing the options');
    thoughts.add('\n\nI could');
    expect(thoughts.newest).toBe('Weighing the options');
  });

  test.each([
    ['nothing was thought yet', ''],
    ['the headline is not whole', '**Weighing the'],
    ['the text has none', 'Hm, let me see.\nWhat **did** they ask?'],
    ['a bold word only begins the line', '**First:** look at the question'],
    ['it is blank', '** **'],
    ['it goes on and on', `**${'very '.repeat(60)}long**`],
  ])('is not there when %s', (_, text) => {
    expect(after(text).newest).toBeUndefined();
  });

  test("fits a status of Slack's, with whole characters", () => {
    const newest = after(`**${'🦊'.repeat(60)}**`).newest ?? '';
    expect(newest).toBe(`${'🦊'.repeat(24)}…`);
    expect(newest.length).toBeLessThanOrEqual(50);
  });

  test('pings nobody', () => {
    expect(after('**Asking <!channel> and <@U0123ABC>**').newest).toBe('Asking @\u200Bchannel and @\u200BU0123ABC');
  });
});
