import type { Feature } from '../slack/app/feature.js';
import { BASE_NEEDS, COMMAND, manifest } from '../slack/app/manifest.js';
import { help } from '../slack/features/help.js';
import { suggestedPrompts } from '../slack/features/suggested-prompts.js';

/** Features of the bot, in the order of their commands in the help. Adding one is a file in `slack/features/` and an entry here. */
export const FEATURES: readonly Feature[] = [help, suggestedPrompts];

/** The Slack app's manifest, from what the bot's parts need. */
export function appManifest(): object {
  return manifest([...BASE_NEEDS, ...FEATURES.map(({ needs }) => needs)]);
}

/** The slash commands of the manifest, with their slash. */
export function slashCommands(): string[] {
  return FEATURES.some(({ needs }) => needs.commands?.length) ? [COMMAND] : [];
}
