/** The bot's words for commands, modals and the Home tab, in each language. */
import type { Language } from '../core/layers/table.js';
import { DE } from './words/de.js';
import { EN, type WordKey, type Words } from './words/en.js';
import { ES } from './words/es.js';
import { FR } from './words/fr.js';
import { JA } from './words/ja.js';
import { ZH } from './words/zh.js';

export const CATALOGUES: Readonly<Record<Language, Words>> = { en: EN, zh: ZH, ja: JA, de: DE, es: ES, fr: FR };

/** `values` fill in the placeholders. */
export type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

export function sayIn(language: Language): Say {
  const words = CATALOGUES[language];
  return (key, values = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** From a Slack locale, `de-DE` or `pt-BR`; English where there is no catalogue. */
export function languageOf(locale: string | undefined): Language {
  const language = locale?.slice(0, 2).toLowerCase() ?? '';
  return Object.hasOwn(CATALOGUES, language) ? (language as Language) : 'en';
}
