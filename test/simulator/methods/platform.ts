import { expect } from '@jest/globals';
import type { MethodCase } from './fixture.js';

export const PLATFORM: Record<string, MethodCase> = {
  'api.test': { args: () => ({ foo: 'bar' }), response: () => ({ args: { foo: 'bar' } }), bad: {} },
  'auth.test': {
    args: () => ({}),
    response: ({ slack, bot }) => ({
      url: 'https://playground.slack.com/',
      team: 'Playground',
      user: 'skein',
      team_id: slack.team.id,
      user_id: bot,
      bot_id: slack.bot.botId,
      is_enterprise_install: false,
    }),
    bad: {},
  },
  'apps.connections.open': {
    args: () => ({}),
    response: ({ slack }) => ({
      url: expect.stringMatching(
        new RegExp(`^ws://127\\.0\\.0\\.1:\\d+/link/\\?ticket=[\\w-]+&app_id=${slack.bot.appId}$`),
      ),
    }),
    bad: {},
  },
};
