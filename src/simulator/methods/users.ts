import { optional, required } from '../arguments.js';
import { MethodError } from '../errors.js';
import { botJson, userJson } from '../wire-users.js';
import type { Method } from './method.js';
import { page, pageFields } from './paging.js';

/** Slack recommends at most 200; without a limit it tries to return all users. */
const MAX_PAGE = 1000;

const info: Method = {
  name: 'users.info',
  token: 'bot',
  tier: 'tier4',
  rules: { user: required('string'), include_locale: optional('boolean') },
  run(args, { workspace, baseUrls, timers }) {
    const user = workspace.users.get(args.required('user'));
    if (user === undefined) throw new MethodError('user_not_found');
    const locale = args.boolean('include_locale') ? { locale: user.locale } : {};
    return { user: { ...userJson(user, workspace, baseUrls().avatars, timers.now()), ...locale } };
  },
};

const list: Method = {
  name: 'users.list',
  token: 'bot',
  tier: 'tier2',
  rules: { cursor: optional('string'), limit: optional('number'), include_locale: optional('boolean') },
  run(args, { workspace, baseUrls, timers }) {
    const { items, next } = page([...workspace.users.values()], (user) => user.id, args, MAX_PAGE, MAX_PAGE);
    const members = items.map((user) => ({
      ...userJson(user, workspace, baseUrls().avatars, timers.now()),
      ...(args.boolean('include_locale') && { locale: user.locale }),
    }));
    return { members, cache_ts: Math.floor(timers.now() / 1000), ...pageFields(next) };
  },
};

const botsInfo: Method = {
  name: 'bots.info',
  token: 'bot',
  tier: 'tier3',
  rules: { bot: optional('string') },
  run(args, { workspace, baseUrls }) {
    const id = args.string('bot') ?? workspace.bot.botId;
    const bot = [...workspace.users.values()].find((user) => user.botId !== undefined && user.botId === id);
    if (bot === undefined) throw new MethodError('bot_not_found');
    return { bot: botJson(bot, baseUrls().avatars) };
  },
};

const teamInfo: Method = {
  name: 'team.info',
  token: 'bot',
  tier: 'tier3',
  rules: { team: optional('string'), domain: optional('string') },
  run(args, { workspace }) {
    const { team } = workspace;
    const found =
      (args.string('team') ?? team.id) === team.id && (args.string('domain') ?? team.domain) === team.domain;
    if (!found) throw new MethodError('team_not_found');
    return { team: { ...team, email_domain: '', icon: { image_default: true } } };
  },
};

export const userMethods: readonly Method[] = [info, list, botsInfo, teamInfo];
