import { expect, test } from '@jest/globals';
import {
  mention,
  mentionedIn,
  placeMention,
  placesIn,
  replaceMentions,
  replacePlaces,
} from '../../src/core/mentions.js';

test.each(['U012AB', 'W012AB'])('a person is mentioned: %s', (id) => {
  expect(mentionedIn(`ask ${mention(id)}, please`)).toEqual([id]);
  expect(replaceMentions(`ask ${mention(id)}`, () => '@Ada')).toBe('ask @Ada');
});

// Code that people paste: Java's annotations, for example.
test.each(['List<@NONNULL>', '<@B012AB>', '<@u012ab>', '<@U>', '<@U012AB|ada>'])('nobody is mentioned: %s', (text) => {
  expect(mentionedIn(text)).toEqual([]);
  expect(replaceMentions(text, () => '@Ada')).toBe(text);
});

test.each([
  ['channel', 'C012AB'],
  ['group', 'S012AB'],
] as const)('a %s is mentioned, and no person', (kind, id) => {
  const text = `see ${placeMention({ kind, id })} and ${mention('U012AB')}`;
  expect(placesIn(text)).toEqual([{ kind, id }]);
  expect(mentionedIn(text)).toEqual(['U012AB']);
  expect(replacePlaces(text, (place) => `${place.kind} ${place.id}`)).toBe(`see ${kind} ${id} and <@U012AB>`);
});
