import type { Feature } from '../slack/app/feature.js';
import { BASE_NEEDS, COMMAND, manifest } from '../slack/app/manifest.js';
import { aboutMessage } from '../slack/features/about-message.js';
import { ask } from '../slack/features/ask.js';
import { exportConversation } from '../slack/features/export.js';
import { feedback } from '../slack/features/feedback.js';
import { forget } from '../slack/features/forget.js';
import { hello } from '../slack/features/hello.js';
import { help } from '../slack/features/help.js';
import { home } from '../slack/features/home.js';
import { model } from '../slack/features/model.js';
import { prompt } from '../slack/features/prompt.js';
import { replyButtons } from '../slack/features/reply-buttons.js';
import { reset } from '../slack/features/reset.js';
import { settings } from '../slack/features/settings.js';
import { stopButton } from '../slack/features/stop-button.js';
import { stop } from '../slack/features/stop.js';
import { suggestedPrompts } from '../slack/features/suggested-prompts.js';
import { summarizeThread } from '../slack/features/summarize-thread.js';
import { usage } from '../slack/features/usage.js';
import { why } from '../slack/features/why.js';

/** Features of the bot, in the order of their commands in the help. Adding one is a file in `slack/features/` and an entry here. */
export const FEATURES: readonly Feature[] = [
  help,
  ask,
  stop,
  usage,
  why,
  settings,
  model,
  prompt,
  reset,
  exportConversation,
  forget,
  home,
  aboutMessage,
  summarizeThread,
  stopButton,
  replyButtons,
  feedback,
  hello,
  suggestedPrompts,
];

/** The Slack app's manifest, from what the bot's parts need. */
export function appManifest(): object {
  return manifest([...BASE_NEEDS, ...FEATURES.map(({ needs }) => needs)]);
}

/** The slash commands of the manifest, with their slash. */
export function slashCommands(): string[] {
  return FEATURES.some(({ needs }) => needs.commands?.length) ? [COMMAND] : [];
}
