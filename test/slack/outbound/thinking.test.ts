import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Thoughts } from '../../../src/slack/outbound/thinking.js';

function thoughtsAfter(...texts: string[]): Thoughts {
  const thoughts = new Thoughts();
  for (const text of texts) thoughts.add(text);
  return thoughts;
}

const SUMMARY =
  '\n\n**Weighing the options**\n\nI could **not** say it better.\n\n**Choosing one**\n\nThe *first* one.';

describe('the newest headline of a summary', () => {
  test('is the last line that is entirely bold', () => {
    expect(thoughtsAfter(SUMMARY).newest).toBe('Choosing one');
  });

  test('does not depend on how the text is split', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(SUMMARY.length)), (cuts) => {
        const points = [0, ...cuts.toSorted((a, b) => a - b), SUMMARY.length];
        expect(thoughtsAfter(...points.map((point, at) => SUMMARY.slice(points[at - 1] ?? 0, point))).newest).toBe(
          'Choosing one',
        );
      }),
    );
  });

  test('is available once complete, and stays while the text below it grows', () => {
    const thoughts = thoughtsAfter('**Weighing', ' the options**');
    expect(thoughts.newest).toBe('Weighing the options');
    thoughts.add('\n\nI could');
    expect(thoughts.newest).toBe('Weighing the options');
  });

  test.each([
    ['there is no text', ''],
    ['the headline is incomplete', '**Weighing the'],
    ['the text has none', 'Hm, let me see.\nWhat **did** they ask?'],
    ['only the start of the line is bold', '**First:** look at the question'],
    ['it is blank', '** **'],
    ['it is too long', `**${'very '.repeat(60)}long**`],
  ])('is undefined when %s', (_, text) => {
    expect(thoughtsAfter(text).newest).toBeUndefined();
  });

  test('fits into a Slack status, with whole characters', () => {
    const newest = thoughtsAfter(`**${'🦊'.repeat(60)}**`).newest ?? '';
    expect(newest).toBe(`${'🦊'.repeat(24)}…`);
    expect(newest.length).toBeLessThanOrEqual(50);
  });

  test('pings nobody', () => {
    expect(thoughtsAfter('**Asking <!channel> and <@U0123ABC>**').newest).toBe(
      'Asking @\u200Bchannel and @\u200BU0123ABC',
    );
  });
});
