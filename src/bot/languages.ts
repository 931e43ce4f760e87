/** In which language the bot speaks to a person: as they set it, or that of their Slack. */
import type { SettingsReader } from '../core/layers/reader.js';
import type { Language } from '../core/layers/table.js';
import type { BotMessagesFor, Directory, SettingsPlace } from '../core/ports.js';
import { botMessagesIn } from '../messages/translated.js';
import { languageOf } from '../messages/words.js';

export async function languageFor(
  place: SettingsPlace,
  rules: SettingsReader,
  directory: Pick<Directory, 'person'>,
): Promise<Language> {
  const { language } = await rules.at(place);
  if (language) return language.value;
  const facts = place.person === undefined ? undefined : await directory.person(place.team, place.person);
  return languageOf(facts?.locale);
}

export function messagesForPeople(rules: SettingsReader, directory: Pick<Directory, 'person'>): BotMessagesFor {
  // Settings that cannot be read just now are no reason to say nothing.
  return async (team, person) =>
    botMessagesIn(await languageFor({ team, person }, rules, directory).catch(() => 'en' as const));
}
