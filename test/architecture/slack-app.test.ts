import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { appManifest } from '../../src/bot.js';

const ROOT = new URL('../..', import.meta.url).pathname;

interface Manifest {
  features: { slash_commands?: unknown[]; shortcuts?: unknown[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] } };
}
const manifestText = readFileSync(join(ROOT, 'manifest.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const { slash_commands: commands, shortcuts } = manifest.features;

/** Scopes of each method. https://docs.slack.dev/reference/methods */
const HISTORY = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const METHOD_SCOPES: Record<string, string[]> = {
  'agents.sessions.setStatus': ['chat:write'],
  // With the app token.
  'apps.connections.open': [],
  'assistant.threads.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'assistant.threads.setTitle': ['assistant:write'],
  'auth.test': [],
  'chat.appendStream': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': HISTORY,
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.replies': HISTORY,
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'views.open': [],
  'views.publish': [],
};
/** The scope of each event; '' if it needs none. https://docs.slack.dev/reference/events */
const EVENT_SCOPES: Record<string, string> = {
  agent_session_stopped: 'assistant:write',
  app_home_opened: '',
  app_mention: 'app_mentions:read',
  channel_rename: 'channels:read',
  file_deleted: 'files:read',
  group_rename: 'groups:read',
  // Of private channels with `groups:read`.
  member_joined_channel: 'channels:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
};
/** Scopes of other parts of the manifest: commands and shortcuts. */
const FEATURE_SCOPES = commands || shortcuts ? ['commands'] : [];

const methodsCalled = new Set(
  readdirSync(join(ROOT, 'src/slack'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(ROOT, 'src/slack', file), 'utf8').matchAll(/client\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g)].map(
        (match) => match[1] ?? '',
      ),
    ),
);

test('the manifest is what the parts of the bot need (`npm run manifest` writes it)', () => {
  expect(JSON.parse(manifestText)).toEqual(appManifest());
});

test('every called method and every event has its scope, and no scope is unused', () => {
  expect([...methodsCalled].toSorted()).toEqual(Object.keys(METHOD_SCOPES).toSorted());
  const events = manifest.settings.event_subscriptions.bot_events;
  expect(events.toSorted()).toEqual(Object.keys(EVENT_SCOPES).toSorted());
  const needed = [
    ...[...methodsCalled].flatMap((method) => METHOD_SCOPES[method] ?? []),
    ...events.flatMap((event) => EVENT_SCOPES[event] || []),
    ...FEATURE_SCOPES,
  ];
  expect(manifest.oauth_config.scopes.bot).toEqual([...new Set(needed)].toSorted());
});

test('the link in the README creates an app from this manifest', () => {
  const link = /https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=([^)\s]+)/.exec(
    readFileSync(join(ROOT, 'README.md'), 'utf8'),
  );
  expect(JSON.parse(decodeURIComponent(link?.[1] ?? 'null'))).toEqual(JSON.parse(manifestText));
});

test('the Procfile starts the file that the build writes', () => {
  const lines = readFileSync(join(ROOT, 'Procfile'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const { main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { main: string };
  expect(lines).toEqual([`worker: node ${main}`, `web: node ${main}`]);
});
