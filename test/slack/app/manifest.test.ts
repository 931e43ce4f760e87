import { expect, test } from '@jest/globals';
import { BASE_NEEDS, manifest } from '../../../src/slack/app/manifest.js';

interface Manifest {
  features: { slash_commands?: object[]; shortcuts?: object[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] }; interactivity: { is_enabled: boolean } };
}
const manifestOf = (...needs: Parameters<typeof manifest>[0]): Manifest => manifest(needs) as Manifest;

test('without features there is no command, no shortcut and no interactivity', () => {
  const { features, oauth_config: oauth, settings } = manifestOf(...BASE_NEEDS);
  expect(features).not.toHaveProperty('slash_commands');
  expect(features).not.toHaveProperty('shortcuts');
  expect(oauth.scopes.bot).not.toContain('commands');
  expect(settings.interactivity).toEqual({ is_enabled: false });
});

test('scopes and events of all parts are merged and sorted', () => {
  const one = { scopes: ['users:read', 'chat:write'], events: ['message.im'] };
  const other = { scopes: ['chat:write'], events: ['app_mention', 'message.im'] };
  const { oauth_config: oauth, settings } = manifestOf(one, other);
  expect(oauth.scopes.bot).toEqual(['chat:write', 'users:read']);
  expect(settings.event_subscriptions.bot_events).toEqual(['app_mention', 'message.im']);
});

test('commands of all features are words of one command, which needs the scope `commands`', () => {
  const { features, oauth_config: oauth } = manifestOf({ commands: ['help'] }, { commands: ['stop', 'why'] });
  expect(features.slash_commands).toMatchObject([{ command: '/skein', usage_hint: 'help | stop | why' }]);
  expect(oauth.scopes.bot).toEqual(['commands']);
});

test('shortcuts and buttons need interactivity', () => {
  const shortcut = { name: 'Ask', type: 'message', callback_id: 'ask', description: 'Ask Skein about this' } as const;
  const { features, oauth_config: oauth, settings } = manifestOf({ shortcuts: [shortcut] });
  expect([features.shortcuts, oauth.scopes.bot, settings.interactivity]).toEqual([
    [shortcut],
    ['commands'],
    { is_enabled: true },
  ]);
  expect(manifestOf({ interactivity: true }).settings.interactivity).toEqual({ is_enabled: true });
});
