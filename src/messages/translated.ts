/** The bot's own sentences in other languages than English: the same as in `english.ts`, from a catalogue of texts. */
import { BUDGET_SETTINGS } from '../config/settings/limits.js';
import type { Language } from '../core/layers/table.js';
import { MAX_PICTURES } from '../core/pictures.js';
import type { BotMessages } from '../core/ports.js';
import { english } from './english.js';
import { fileLines } from './file-lines.js';
import { DE } from './sentences/de.js';
import { ES } from './sentences/es.js';
import { FR } from './sentences/fr.js';
import { JA } from './sentences/ja.js';
import type { SentenceKey, Sentences } from './sentences/sentences.js';
import { ZH } from './sentences/zh.js';

/** Of all languages but English. */
export const SENTENCES: Readonly<Record<Exclude<Language, 'en'>, Sentences>> = {
  zh: ZH,
  ja: JA,
  de: DE,
  es: ES,
  fr: FR,
};

const catalogues = new Map<Language, BotMessages>([['en', english]]);
for (const [language, sentences] of Object.entries(SENTENCES))
  catalogues.set(language as Language, messagesFrom(sentences, language));

export function botMessagesIn(language: Language): BotMessages {
  return catalogues.get(language) ?? english;
}

function messagesFrom(texts: Sentences, locale: string): BotMessages {
  const utcDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  const startOf = (ms: number): string => `${utcDate.format(ms)}, 00:00 UTC`;
  const usd = (amount: number): string => `$${amount.toFixed(2)}`;
  const say = (key: SentenceKey, values: Readonly<Record<string, string | number>> = {}): string =>
    texts[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  const warning = (text: string): string => `:warning: ${text}`;

  return {
    ...english,
    greeting: say('greeting'),
    modelProblem: (problem) => warning(say(problem)),
    answerRefused: warning(say('answerRefused')),
    placeRefused(channel, problem, code, answer) {
      const place = channel.startsWith('D') ? say('placeThread') : `<#${channel}>`;
      const sentence = warning(say('place', { place, reason: say(problem, { code }) }));
      return answer ? `${sentence} ${say('placeAnswer')}\n\n${answer}` : sentence;
    },
    unexpected: warning(say('unexpected')),
    poisoned: warning(say('poisoned')),
    budgetUsedUp(owner, freeAt) {
      const rest = say('budgetFrom', { when: startOf(freeAt), setting: BUDGET_SETTINGS[owner] });
      return warning(`${say(`budget_${owner}`)} ${rest}`);
    },
    cutOff: `\n\n_${say('cutOff')}_`,
    stopped: `\n\n_${say('stopped')}_`,
    stopButton: say('stopButton'),
    againButton: (version) => (version ? say('againVersion', version) : say('againButton')),
    continueButton: say('continueButton'),
    goodAnswer: say('goodAnswer'),
    badAnswer: say('badAnswer'),
    feedbackForm: {
      title: say('formTitle'),
      submit: say('formSubmit'),
      close: say('formClose'),
      reason: say('formReason'),
      share: say('formShare'),
      question: say('formQuestion'),
      answer: say('formAnswer'),
    },
    badAnswerIn(link) {
      const answer = link === undefined ? say('anAnswer') : `<${link}|${say('anAnswer')}>`;
      return `:thumbsdown: ${say('badAnswerIn', { answer })}`;
    },
    goOn: say('goOn'),
    onlyNewest: say('onlyNewest'),
    filtered: `\n\n_${say('filtered')}_`,
    oldestLeftOut: `\n\n_${say('oldestLeftOut')}_`,
    filesNotRead: (notes) =>
      fileLines(notes, (name, problem) =>
        problem === undefined ? say('fileCut', { name }) : say('fileNotRead', { name, reason: say(`file_${problem}`) }),
      ),
    fileBelow: (name, { unit, count }) => `_${say(`fileBelow_${unit}`, { name: `\`${name}\``, count })}_`,
    makingPicture: (name) => `_${say('makingPicture', { name: `\`${name}\`` })}_`,
    pictureBelow: (name) => `_${say('pictureBelow', { name: `\`${name}\`` })}_`,
    pictureNotMade: (name, problem) => {
      const reason = say(`picture_${problem}`, { count: MAX_PICTURES });
      return warning(say('pictureNotMade', { name: `\`${name}\``, reason }));
    },
    rateLimited(owner, waitMs) {
      const seconds = Math.ceil(waitMs / 1_000);
      return { sentence: `:hourglass: ${say(`rate_${owner}`, { seconds })}`, status: say('rateStatus', { seconds }) };
    },
    notAnswered: (reason) => ({ sentence: `:no_entry_sign: ${say(reason)} ${say('notAnsweredWhy')}` }),
    nearBudget(owner, spentUsd, budgetUsd, freeAt) {
      const sentence = say(`near_${owner}`, { spent: usd(spentUsd), budget: usd(budgetUsd) });
      return { sentence: `:hourglass: ${sentence} ${say('nearUntil', { when: startOf(freeAt) })}` };
    },
    earlierAnswerStands: (sentence) => ({ sentence: `${sentence}\n${say('earlierAnswerStands')}` }),
  };
}
