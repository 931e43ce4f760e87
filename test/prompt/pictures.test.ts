import { expect, test } from '@jest/globals';
import type { ContentPart } from '../../src/core/content.js';
import { shorten } from '../../src/prompt/shorten.js';
import { messageTokens } from '../../src/prompt/tokens.js';

const picture = (name: string, tokens = 1_000): ContentPart => ({ type: 'image', text: name, data: 'AAAA', tokens });

test('a picture counts with the tokens that the model counts', () => {
  expect(messageTokens([picture('wool')]) - messageTokens('wool')).toBe(1_000);
});

test('pictures take half of a prompt at most: the oldest are only named', () => {
  const cut = shorten([{ type: 'text', text: 'look' }, picture('one'), picture('two')], 2_500);
  expect(cut).toEqual([
    { type: 'text', text: 'look' },
    { type: 'text', text: 'one [left out: there is no room for it]' },
    picture('two'),
  ]);
  expect(messageTokens(cut)).toBeLessThan(2_500);
});
