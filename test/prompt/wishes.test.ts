import { expect, test } from '@jest/globals';
import { resolve } from '../../src/core/layers/resolve.js';
import { withWishes } from '../../src/prompt/wishes.js';

test('without settings the instructions stay as they are', () => {
  expect(withWishes('Be brief.', {})).toBe('Be brief.');
  expect(withWishes('Be brief.', resolve({ deployment: { model: 'a', answers: 'auto' } }))).toBe('Be brief.');
});

test('what everybody shares comes first, a person last', () => {
  const settings = resolve({
    workspace: { instructions: 'We bake bread.' },
    channel: { instructions: 'Talk about rye.' },
    person: { instructions: 'No emoji.', language: 'de', tone: 'direct', about: 'I am new.' },
  });
  expect(withWishes('Be brief.', settings)).toBe(
    [
      'Be brief.',
      'Instructions of this workspace:\nWe bake bread.',
      'Instructions of this channel:\nTalk about rye.',
      'What the person who asks now wishes, as far as the instructions above allow:\nNo emoji.',
      [
        'Answer in German, unless asked in another language.',
        'Write directly, without any padding.',
        'The person who asks now says about themselves: I am new.',
      ].join('\n'),
    ].join('\n\n'),
  );
});

test('with the memory switched off nothing is said about the person', () => {
  expect(withWishes('Be brief.', resolve({ person: { about: 'I am new.', memory: false } }))).toBe('Be brief.');
});
