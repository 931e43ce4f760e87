import { createHash } from 'node:crypto';
import { colorOf } from './avatars.js';
import { timeZoneAt } from './time-zones.js';
import type { Json, User } from './types.js';
import type { Workspace } from './workspace.js';

/** The pictures' sizes that Slack names in a profile, in pixels. https://docs.slack.dev/reference/objects/user-object#profile */
const PROFILE_SIZES = [24, 32, 48, 72, 192, 512];
/** https://docs.slack.dev/reference/methods/bots.info */
const BOT_SIZES = [36, 48, 72];
/** Nobody changes their profile here: one moment in the past, in seconds, does for all. */
const UPDATED = 1_766_422_444;

/** The bot of an app, as `bots.info` and `bot_profile` show it. `avatarsUrl` is where pictures are, with a slash at its end. */
export function botJson(bot: User, avatarsUrl: string): Json {
  return {
    id: bot.botId,
    deleted: bot.deleted,
    name: bot.name,
    updated: UPDATED,
    app_id: bot.appId,
    user_id: bot.id,
    icons: images(bot, BOT_SIZES, avatarsUrl),
  };
}

/** A user, as `users.info` and `users.list` show it: without `email`, which needs a scope of its own. */
export function userJson(user: User, workspace: Workspace, avatarsUrl: string, nowMs: number): Json {
  const { label, offset } = timeZoneAt(user.timeZone, nowMs);
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.deleted,
    color: colorOf(user, workspace),
    real_name: user.displayName,
    tz: user.timeZone,
    tz_label: label,
    tz_offset: offset,
    profile: profile(user, avatarsUrl),
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.botId !== undefined,
    is_stranger: user.team !== workspace.team.id,
    is_app_user: false,
    updated: UPDATED,
  };
}

function profile(user: User, avatarsUrl: string): Json {
  return {
    title: '',
    phone: '',
    skype: '',
    avatar_hash: createHash('sha256').update(user.id).digest('hex').slice(0, 12),
    status_text: '',
    status_emoji: '',
    real_name: user.displayName,
    real_name_normalized: normalized(user.displayName),
    display_name: user.displayName,
    display_name_normalized: normalized(user.displayName),
    ...images(user, PROFILE_SIZES, avatarsUrl),
    team: user.team,
    ...(user.botId === undefined ? {} : { bot_id: user.botId, api_app_id: user.appId }),
  };
}

function images(user: User, sizes: readonly number[], avatarsUrl: string): Json {
  return Object.fromEntries(sizes.map((size) => [`image_${size}`, `${avatarsUrl}${user.id}-${size}.svg`]));
}

/** Without the accents: what somebody types who looks for the name. */
function normalized(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .normalize('NFC');
}
