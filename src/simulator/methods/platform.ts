import { optional } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Method } from './method.js';

const authTest: Method = {
  name: 'auth.test',
  token: 'bot',
  tier: 'special',
  rules: {},
  run(_args, { workspace }) {
    const { team, bot } = workspace;
    return {
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: bot.name,
      team_id: team.id,
      user_id: bot.id,
      bot_id: bot.botId,
      is_enterprise_install: false,
    };
  },
};

const apiTest: Method = {
  name: 'api.test',
  token: 'none',
  tier: 'special',
  rules: { error: optional('string'), foo: optional('string') },
  run(args) {
    const error = args.string('error');
    const foo = args.string('foo');
    const echo = { ...(error === undefined ? {} : { error }), ...(foo === undefined ? {} : { foo }) };
    if (error !== undefined) throw new MethodError(error, { args: echo });
    return { args: echo };
  },
};

const connectionsOpen: Method = {
  name: 'apps.connections.open',
  token: 'app',
  tier: 'tier3',
  rules: {},
  run: (_args, { socketUrl }) => ({ url: socketUrl() }),
};

export const platformMethods: readonly Method[] = [authTest, apiTest, connectionsOpen];
