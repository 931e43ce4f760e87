/** What the settings of a place, and the person who asks, add to the instructions. Pure. */
import type { Settings } from '../core/layers/resolve.js';
import type { Language, Layer } from '../core/layers/table.js';

const FROM: Readonly<Record<Layer, string>> = {
  deployment: 'Further instructions:',
  file: 'Further instructions:',
  workspace: 'Instructions of this workspace:',
  channel: 'Instructions of this channel:',
  person: 'What the person who asks now wishes, as far as the instructions above allow:',
};
const IN_ENGLISH: Readonly<Record<Language, string>> = {
  en: 'English',
  zh: 'Chinese',
  ja: 'Japanese',
  de: 'German',
  es: 'Spanish',
  fr: 'French',
};
const TONES = {
  neutral: 'in a neutral tone',
  friendly: 'in a friendly tone',
  formal: 'formally',
  direct: 'directly, without any padding',
} as const;

/** Those of a person last: what stands before them is the same for everybody, for the provider's cache. */
export function withWishes(system: string, { instructions, language, tone, about, memory }: Settings): string {
  const own = [
    ...(language ? [`Answer in ${IN_ENGLISH[language.value]}, unless asked in another language.`] : []),
    ...(tone ? [`Write ${TONES[tone.value]}.`] : []),
    ...(about && memory?.value !== false ? [`The person who asks now says about themselves: ${about.value}`] : []),
  ];
  const parts = (instructions?.value ?? []).map(({ layer, value }) => `${FROM[layer]}\n${value}`);
  return [system, ...parts, ...(own.length > 0 ? [own.join('\n')] : [])].join('\n\n');
}
