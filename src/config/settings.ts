/** All settings, in the order of the table in `docs/settings.md`. A test keeps that table and `.env.example` in step with them. */
import { ACCESS } from './settings/access.js';
import { CONVERSATION } from './settings/conversation.js';
import { FILES } from './settings/files.js';
import { LIMITS } from './settings/limits.js';
import { MODEL } from './settings/model.js';
import { NETWORK } from './settings/network.js';
import { PROCESS } from './settings/process.js';
import { REDIS } from './settings/redis.js';
import type { Setting } from './settings/setting.js';

export const SETTINGS = {
  ...ACCESS,
  ...MODEL,
  ...REDIS,
  ...NETWORK,
  ...CONVERSATION,
  ...FILES,
  ...LIMITS,
  ...PROCESS,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** The table of `docs/settings.md`, in Markdown. */
export function settingsTable(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, { description, default: fallback, required, where }]) => {
    const requirement = required ? `required ${required === 'always' ? '' : required}`.trim() : '';
    const meaning = where ? `${description} (${where})` : description;
    return `| \`${name}\` | ${fallback === undefined ? requirement : `\`${fallback}\``} | ${meaning} |`;
  });
  return ['| Setting | Default | What it is |', '| --- | --- | --- |', ...rows].join('\n');
}
