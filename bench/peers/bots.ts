import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export type BotName = 'skein' | 'chat-sdk' | 'bolt' | 'bolt-edits';

export interface Bot {
  readonly name: BotName;
  readonly title: string;
  readonly program: string;
  /** What it prints when it is ready for events. */
  readonly ready: string;
}

export const SKEIN: Bot = {
  name: 'skein',
  title: 'Skein',
  program: path('../../dist/main.js'),
  ready: 'Skein is running',
};

export const BOTS: readonly Bot[] = [
  SKEIN,
  { name: 'chat-sdk', title: 'Chat SDK', program: path('bots/chat-sdk.mjs'), ready: 'ready' },
  { name: 'bolt', title: 'Bolt, plain', program: path('bots/bolt.mjs'), ready: 'ready' },
  { name: 'bolt-edits', title: 'Bolt, edits', program: path('bots/bolt-edits.mjs'), ready: 'ready' },
];

export const HOW_TO_INSTALL = 'npm ci --prefix bench/peers';

export function peersAreInstalled(): boolean {
  return existsSync(path('node_modules/chat/package.json'));
}
