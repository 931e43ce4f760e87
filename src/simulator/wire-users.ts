import { createHash } from 'node:crypto';
import { colorOf } from './avatars.js';
import { timeZoneAt } from './time-zones.js';
import type { Json, User } from './types.js';
import type { Workspace } from './workspace.js';

/** Sizes of the profile's images, in pixels. https://docs.slack.dev/reference/objects/user-object#profile */
const PROFILE_SIZES = [24, 32, 48, 72, 192, 512];
/** Sizes of a bot's icons, in pixels. https://docs.slack.dev/reference/methods/bots.info */
const BOT_SIZES = [36, 48, 72];
/** Time of the last profile change, in seconds: the same past time for all, because profiles never change here. */
const UPDATED = 1_766_422_444;

/** An app's bot as returned by `bots.info` and `bot_profile`. @param avatarsUrl ends with a slash */
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

/** A user as returned by `users.info` and `users.list`, without `email`, which needs an extra scope. */
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
    is_admin: user.role === 'admin' || user.role === 'owner',
    is_owner: user.role === 'owner',
    is_primary_owner: false,
    is_restricted: user.role === 'guest',
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

/** The name without accents, as used for searching. */
function normalized(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .normalize('NFC');
}
