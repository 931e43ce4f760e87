/** The Home tab: what the bot can do here, my usage, my settings, my conversations, and for admins the workspace. */
import type { KnownBlock } from '@slack/web-api';
import { idOf } from '../../core/conversation-id.js';
import { mayChange } from '../../core/layers/rights.js';
import { SETTING_KEYS } from '../../core/layers/table.js';
import type { Say } from '../../messages/words.js';
import type { Feature, FeatureDeps, FeatureServices } from '../app/feature.js';
import { isDirectMessage } from '../channels.js';
import { FORGET_ME } from './forget.js';
import { introduction } from './help.js';
import { EDIT_MINE, EDIT_WORKSPACE, logLines } from './settings.js';
import { labelOf, plain } from './settings/fields.js';
import { shownDate, shownValue } from './settings/shown.js';
import { usageLines } from './usage.js';

const MOST_RECENT = 10;
const LINES_OF_LOG = 5;
const OPENED = 'home';
/** Of a section: https://docs.slack.dev/reference/block-kit/blocks/section-block */
const MAX_SECTION = 2_900;

export const home: Feature = {
  name: 'home',
  needs: { events: ['app_home_opened'], interactivity: true, home: true },
  register(app, deps) {
    // May be lost: opening the tab again shows it.
    app.bolt.event('app_home_opened', async ({ event: { tab, user }, context }) => {
      if (tab === 'home') await showHome(context.teamId ?? context.enterpriseId ?? '', user, deps);
    });
  },
};

/** Shows the tab as it is now. */
export async function showHome(
  team: string,
  user: string,
  { services, workspaces, clock }: Pick<FeatureDeps, 'services' | 'workspaces' | 'clock'>,
): Promise<void> {
  const { client, bot } = await workspaces.of(team);
  const place = { team, person: user };
  const [say, stored, usage, recent, isAdmin] = await Promise.all([
    services.wordsFor(place),
    services.settings.read(place),
    usageLines({ ...place, channel: '' }, services, clock.now()),
    services.ledger.recent(team, user),
    mayChange({ team, layer: 'workspace', id: '' }, user, services.settingsBy, services.directory).catch(() => false),
  ]);
  const mine = SETTING_KEYS.flatMap((key) => {
    const value = stored.person?.[key];
    return value === undefined ? [] : [`• *${say(labelOf(key))}*: ${shownValue(key, value, say)}`];
  });
  const blocks: KnownBlock[] = [
    header(say('home_hello', { bot: 'Skein' })),
    section(introduction(bot.userId, say).join('\n')),
    header(say('home_usage')),
    section(
      usage(say)
        .slice(0, 2)
        .map((line) => `• ${line}`)
        .join('\n'),
    ),
    header(say('home_settings')),
    section(mine.length > 0 ? mine.join('\n') : say('nothing')),
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: EDIT_MINE, text: plain(say('home_edit')), style: 'primary' },
        {
          type: 'button',
          action_id: FORGET_ME,
          text: plain(say('home_forget')),
          style: 'danger',
          confirm: {
            title: plain(say('home_forget')),
            text: plain(say('home_forget_sure')),
            confirm: plain(say('home_forget')),
            deny: plain(say('cancel')),
          },
        },
      ],
    },
    header(say('home_recent')),
    section(await recentLines(recent.slice(0, MOST_RECENT), client, say)),
    ...(isAdmin ? await forAdmins(team, services, say, usage(say).at(-1) ?? '') : []),
  ];
  await client.views.publish({ user_id: user, view: { type: 'home', callback_id: OPENED, blocks } });
}

async function recentLines(
  recent: readonly { key: string; at: number }[],
  client: { chat: { getPermalink(args: { channel: string; message_ts: string }): Promise<{ permalink?: string }> } },
  say: Say,
): Promise<string> {
  const lines = await Promise.all(
    recent.map(async ({ key, at }) => {
      const { channel, thread } = idOf(key);
      const place = isDirectMessage(channel) ? say('home_place_dm') : `<#${channel}>`;
      const words = say('home_conversation', { date: shownDate(at), place });
      const found = await client.chat.getPermalink({ channel, message_ts: thread }).catch(() => undefined);
      return found?.permalink === undefined ? `• ${words}` : `• ${words} <${found.permalink}|↗>`;
    }),
  );
  return lines.length > 0 ? lines.join('\n') : say('home_recent_none');
}

async function forAdmins(team: string, services: FeatureServices, say: Say, spent: string): Promise<KnownBlock[]> {
  const [{ workspace = {} }, log] = await Promise.all([services.settings.read({ team }), services.settings.log(team)]);
  const set = SETTING_KEYS.flatMap((key) => {
    const value = workspace[key];
    return value === undefined ? [] : [`• *${say(labelOf(key))}*: ${shownValue(key, value, say)}`];
  });
  const newest = log.slice(0, LINES_OF_LOG).flatMap((change) => logLines(change, say));
  return [
    { type: 'divider' },
    header(say('home_admin')),
    section([`• ${spent}`, ...set].join('\n')),
    section(newest.length > 0 ? [say('log_title'), ...newest].join('\n') : say('log_empty')),
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: EDIT_WORKSPACE, text: plain(say('home_edit_workspace')) }],
    },
  ];
}

function header(text: string): KnownBlock {
  return { type: 'header', text: plain(text.slice(0, 150)) };
}

function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, MAX_SECTION) } };
}
