import { expect } from '@jest/globals';
import type { Json } from '../../../src/simulator/index.js';
import type { MethodCase, Fixture } from './fixture.js';

function images(id: string, sizes: readonly number[]): Json {
  return Object.fromEntries(
    sizes.map((size) => [
      `image_${size}`,
      expect.stringMatching(new RegExp(`^http://.*/avatars/${id}-${size}\\.svg$`)),
    ]),
  );
}

/** Ann's complete user object. The clock is in January: her time zone is on standard time. */
function annJson({ slack, ann }: Fixture): Json {
  return {
    id: ann,
    team_id: slack.team.id,
    name: 'ann',
    deleted: false,
    color: expect.stringMatching(/^[0-9a-f]{6}$/),
    real_name: 'Ann Lee',
    tz: 'Europe/Berlin',
    tz_label: 'Central European Standard Time',
    tz_offset: 3600,
    profile: {
      title: '',
      phone: '',
      skype: '',
      status_text: '',
      status_emoji: '',
      avatar_hash: expect.stringMatching(/^[0-9a-f]{12}$/),
      real_name: 'Ann Lee',
      real_name_normalized: 'Ann Lee',
      display_name: 'Ann Lee',
      display_name_normalized: 'Ann Lee',
      ...images(ann, [24, 32, 48, 72, 192, 512]),
      team: slack.team.id,
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: false,
    is_stranger: false,
    is_app_user: false,
    updated: expect.any(Number),
    locale: 'en-US',
  };
}

export const USERS: Record<string, MethodCase> = {
  'users.info': {
    args: ({ ann }) => ({ user: ann, include_locale: true }),
    response: (fixture) => ({ user: annJson(fixture) }),
    bad: { user_not_found: { user: 'U0NOBODY' } },
  },
  'users.list': {
    args: () => ({ include_locale: true }),
    response: (fixture) => ({
      members: [
        expect.objectContaining({ id: fixture.bot, is_bot: true }),
        annJson(fixture),
        expect.objectContaining({ id: fixture.bob }),
      ],
      cache_ts: Math.floor(fixture.clock.now() / 1000),
      response_metadata: { next_cursor: '' },
    }),
    bad: { invalid_cursor: { cursor: 'x' }, invalid_limit: { limit: -1 } },
  },
  'usergroups.list': {
    args: ({ slack, ann, bob }) => {
      slack.addUserGroup({ handle: 'oncall', name: 'On call', members: [ann, bob] });
      return { include_users: true, include_count: true };
    },
    response: ({ slack, ann, bob }) => ({
      usergroups: [
        {
          id: expect.stringMatching(/^S0/),
          team_id: slack.team.id,
          is_usergroup: true,
          is_external: false,
          name: 'On call',
          handle: 'oncall',
          description: '',
          date_create: expect.any(Number),
          date_update: expect.any(Number),
          date_delete: 0,
          auto_type: null,
          created_by: ann,
          updated_by: ann,
          deleted_by: null,
          prefs: { channels: [], groups: [] },
          users: [ann, bob],
          user_count: 2,
        },
      ],
    }),
    bad: {},
  },
  'bots.info': {
    args: ({ slack }) => ({ bot: slack.bot.botId }),
    response: ({ slack, bot }) => ({
      bot: {
        id: slack.bot.botId,
        app_id: slack.bot.appId,
        user_id: bot,
        name: 'skein',
        deleted: false,
        updated: expect.any(Number),
        icons: images(bot, [36, 48, 72]),
      },
    }),
    bad: { bot_not_found: [{ bot: 'B0NOBODY' }, ({ bot }) => ({ bot })] },
  },
  'team.info': {
    args: ({ slack }) => ({ team: slack.team.id }),
    response: ({ slack }) => ({ team: { ...slack.team, email_domain: '', icon: { image_default: true } } }),
    bad: { team_not_found: [{ team: 'T0ELSEWHERE' }, { domain: 'elsewhere' }] },
  },
};
