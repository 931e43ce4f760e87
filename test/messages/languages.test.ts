/** The catalogues: complete, with the same placeholders, and chosen by the person's locale. */
import { describe, expect, test } from '@jest/globals';
import { FILE_PROBLEMS } from '../../src/core/files.js';
import { LANGUAGES } from '../../src/core/layers/table.js';
import { english } from '../../src/messages/english.js';
import { botMessagesIn, SENTENCES } from '../../src/messages/translated.js';
import { CATALOGUES, languageOf, sayIn } from '../../src/messages/words.js';

const others = LANGUAGES.filter((language) => language !== 'en');
/** Placeholders, and what stands in code: commands and settings stay as they are. */
const fixed = (text: string): string[] =>
  [...text.matchAll(/\{\w+\}|`(?:\/skein|!|[A-Z_]{4,}|settings|forget)[^`]*`/g)]
    .map(([found]) => found)
    // An example is in the language.
    .filter((found) => !found.startsWith('`/skein ask'))
    .toSorted();

describe.each(others)('%s', (language) => {
  test('has every word, with the placeholders and the commands of the English one', () => {
    const words = CATALOGUES[language];
    expect(Object.keys(words).toSorted()).toEqual(Object.keys(CATALOGUES.en).toSorted());
    for (const [key, text] of Object.entries(CATALOGUES.en)) {
      const translated = words[key as keyof typeof words];
      expect({ key, fixed: fixed(translated) }).toEqual({ key, fixed: fixed(text) });
      expect({ key, empty: translated.trim() === '' }).toEqual({ key, empty: false });
    }
  });

  test('has its own words: few are the same as in English', () => {
    const same = Object.entries(CATALOGUES.en).filter(
      ([key, text]) => CATALOGUES[language][key as keyof typeof CATALOGUES.en] === text,
    );
    expect(same.length).toBeLessThan(6);
  });

  test("has every sentence of the bot's own, and none in English", () => {
    const [mine, theirs] = [botMessagesIn(language), english];
    const samples = (messages: typeof english): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(messages)
          // For the operator.
          .filter(([name]) => name !== 'budgetNeedsPrice')
          .map(([name, value]) => [
            name,
            typeof value === 'function'
              ? (value as (...args: unknown[]) => unknown)(ARGS[name]?.[0], ...(ARGS[name] ?? []).slice(1))
              : value,
          ]),
      );
    for (const [name, value] of Object.entries(samples(theirs)))
      expect({ name, isEnglish: JSON.stringify(samples(mine)[name]) === JSON.stringify(value) }).toEqual({
        name,
        isEnglish: false,
      });
    expect(JSON.stringify(samples(mine))).not.toMatch(/\{\w+\}/);
  });

  test('says of a file what is wrong with it, and its name as it is', () => {
    for (const problem of [...FILE_PROBLEMS, undefined]) {
      const notes = [{ name: '{reason}.pdf', ...(problem && { problem }) }];
      const mine = botMessagesIn(language).filesNotRead(notes);
      expect(mine).toMatch(/^\n\n_.*`\{reason\}\.pdf`.*_$/);
      const reasons = [english.filesNotRead(notes), mine].map((text) => text.split(/[:：] ?/u, 2)[1]);
      expect(reasons[1]).not.toBe(reasons[0]);
    }
  });

  test('has titles and buttons that Slack takes', () => {
    for (const key of [
      'settings_title',
      'about_title',
      'summary_title',
      'save',
      'cancel',
      'close',
      'send',
      'home_forget',
    ] as const)
      expect({ key, fits: CATALOGUES[language][key].length <= 24 }).toEqual({ key, fits: true });
    const messages = botMessagesIn(language);
    const { stopButton, continueButton, feedbackForm } = messages;
    const { title, submit, close, share } = feedbackForm;
    const again = messages.againButton({ number: 10, of: 10 });
    for (const text of [title, submit, close, stopButton, continueButton, again])
      expect({ text, fits: text.length <= 24 }).toEqual({ text, fits: true });
    expect(share.length).toBeLessThanOrEqual(75);
  });

  test('has the placeholders of the others', () => {
    for (const [key, text] of Object.entries(SENTENCES[language]))
      expect({ key, fixed: fixed(text) }).toEqual({
        key,
        fixed: fixed(SENTENCES.de[key as keyof typeof SENTENCES.de]),
      });
  });
});

/** Sample arguments of the sentences that need some. */
const ARGS: Record<string, unknown[]> = {
  modelProblem: ['unavailable'],
  placeRefused: ['C1', 'refused', 'some_code', 'An answer.'],
  budgetUsedUp: ['person', Date.UTC(2026, 10, 6)],
  rateLimited: ['person', 3_000],
  notAnswered: ['off'],
  fileBelow: ['plan.py', { unit: 'lines', count: 3 }],
  makingPicture: ['fox.png'],
  pictureBelow: ['fox.png'],
  pictureNotMade: ['fox.png', 'busy'],
  filesNotRead: [[{ name: 'plan.pdf', problem: 'broken' }, { name: 'plan.pdf' }]],
  nearBudget: ['person', 1, 2, Date.UTC(2026, 10, 6)],
  earlierAnswerStands: [''],
};

test('the language is that of the locale, English where there is none', () => {
  expect(['de-DE', 'fr-CA', 'zh-TW', 'ja-JP', 'es-LA', 'pt-BR', 'en-GB', undefined].map(languageOf)).toEqual([
    'de',
    'fr',
    'zh',
    'ja',
    'es',
    'en',
    'en',
    'en',
  ]);
  expect(sayIn('de')('usage_of', { budget: '$1' })).toBe(' von $1');
});
