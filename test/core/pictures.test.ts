import { describe, expect, test } from '@jest/globals';
import { formatOf, isSameName, pictureForms, pictureName } from '../../src/core/pictures.js';

const forms = (text: string): { name: string; from?: string; description: string; cut: string }[] =>
  pictureForms(text).map(({ start, end, ...form }) => ({ ...form, cut: text.slice(start, end) }));

describe('a picture that is asked for', () => {
  test('has a name and a description', () => {
    const fence = '```image name=fox.png\nA red fox\nin the snow\n```';
    expect(forms(`Here:\n\n${fence}\n\nEnjoy.`)).toEqual([
      { name: 'fox.png', description: 'A red fox\nin the snow', cut: fence },
    ]);
  });

  test('may be a change of another', () => {
    const [form] = forms('~~~~image from="my cat.jpg" name=\'night cat.webp\'\n```\nAt night\n~~~~');
    expect(form).toMatchObject({ name: 'night cat.png', from: 'my cat.jpg', description: '```\nAt night' });
  });

  test.each([
    ['image', 'picture.png'],
    ['image name=', 'picture.png'],
    ['image name=".png"', 'picture.png'],
    ['image name="../../etc/<b>.svg"', '_b_.png'],
    ['image name=a\u202Egnp.exe', 'agnp.exe.png'],
    ['image name=fox', 'fox.png'],
  ])('has a plain name: %s', (info, name) => {
    expect(forms(`\`\`\`${info}\nA fox\n\`\`\``)).toMatchObject([{ name }]);
  });

  test('has a name of its own', () => {
    const fence = '```image name=fox.png\nA fox\n```';
    expect(forms(`${fence}\n${fence}`).map(({ name }) => name)).toEqual(['fox.png', 'fox-2.png']);
  });

  test('may stand in a list or a quote', () => {
    expect(forms('1. one\n   ```image name=a.png\n   A fox\n   ```')).toMatchObject([{ description: 'A fox' }]);
    expect(forms('- ```image name=a.png\n  A fox\n  ```')).toMatchObject([{ description: 'A fox' }]);
    expect(forms('> ```image name=a.png\n> A fox\n> ```')).toMatchObject([{ description: 'A fox' }]);
  });

  test.each([
    ['whose lines end as on Windows', '```image name=fox.png\r\nA fox\r\n```\r\n'],
    ['behind a quote that ends within code', '> ```text\n> code\n\n```image name=fox.png\nA fox\n```'],
  ])('may be one %s', (_where, text) => {
    expect(forms(text)).toMatchObject([{ name: 'fox.png', description: 'A fox' }]);
  });

  test.each([
    ['not closed', '```image name=a.png\nA fox'],
    ['empty', '```image name=a.png\n \n```'],
    ['of another language', '```images name=a.png\nA fox\n```'],
    ['within other code', '````md\n```image name=a.png\nA fox\n```\n````'],
    ['closed by a shorter fence', '````image\nA fox\n```'],
    ['quoted within other code', '```md\n> ```image\n> A fox\n> ```\n\n> ```image\n> A dog\n> ```\n```'],
    ['in a quote that ends before it', '> ```image name=a.png\n> A fox\n\n```\ncode\n```'],
    ['within a line', 'Write ```image name=a.png``` for it'],
  ])('is none where it is %s', (_why, text) => {
    expect(forms(text)).toEqual([]);
  });

  test('is found in time, however the text is made', () => {
    for (const part of ['```image\n', '> ', '`', '~~~image name="', '1. ', ' \t>'])
      expect(pictureForms(part.repeat(50_000)).length).toBeLessThan(50_000);
  });
});

test('names of one picture', () => {
  expect(isSameName('Fox.png', 'fox.png')).toBe(true);
  expect(isSameName('fox', 'fox.jpg')).toBe(true);
  expect(isSameName('a/fox.png', 'fox.png')).toBe(true);
  expect(isSameName('fox-2.png', 'fox.png')).toBe(false);
  expect(pictureName('fox.png', 'jpeg')).toBe('fox.jpg');
});

test('formats, by their first bytes', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  expect(formatOf(bytes('\u0089PNG\r\n\u001A\n…'))).toBe('png');
  expect(formatOf(bytes('\u00FF\u00D8\u00FF\u00E0'))).toBe('jpeg');
  expect(formatOf(bytes('RIFF\0\0\0\0WEBPVP8 '))).toBe('webp');
  expect(['', 'GIF89a', '<svg>', 'RIFF\0\0\0\0WAVE'].map((text) => formatOf(bytes(text)))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
