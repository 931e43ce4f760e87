import type { Clock, Logger } from '../../core/ports.js';
import { refusalCode, refusesEverything } from '../web-api/failure.js';
import { type LookedUp, nameCache } from './name-cache.js';
import type { Workspaces } from './workspaces.js';

const MAX_LOOK_UPS = 10;

/** Somebody of another workspace than the bot. */
interface Colleague {
  /** The bot's workspace. */
  team: string;
  user: string;
  /** Their workspace. */
  home: string;
}

/** Which workspaces belong to the bot's organization, where messages do not say it. */
export interface Organization {
  /** Those of the workspaces that do. Waits half a second at most; never throws. */
  homes(authors: readonly Colleague[]): Promise<Set<string>>;
  /** Whether the author's workspace does; undefined if Slack has not told in half a second, or cannot. Never throws. */
  includes(author: Colleague): Promise<boolean | undefined>;
}

/** From `users.info` of one person of each workspace, kept as `nameCache` says. */
export function slackOrganization(workspaces: Workspaces, clock: Clock, logger: Logger): Organization {
  const cache = nameCache<Colleague, boolean>({
    keyOf: ({ team, home }) => `${team}:${home}`,
    async lookUp({ team, user }): Promise<LookedUp<boolean>> {
      try {
        const { client, bot } = await workspaces.of(team);
        const info = await client.users.info({ user });
        const enterprise = info.user?.enterprise_user?.enterprise_id;
        return { value: enterprise !== undefined && enterprise === bot.enterpriseId };
      } catch (error) {
        logger.debug({ err: error, user }, 'cannot look up the organization of a person');
        return refusalCode(error) === undefined || refusesEverything(error) ? 'failed' : { value: false };
      }
    },
    most: MAX_LOOK_UPS,
    clock,
  });

  return {
    async homes(authors) {
      // One person of each workspace is enough.
      const [...candidates] = new Map(authors.map((author) => [author.home, author])).values();
      await cache.prepare(candidates);
      return new Set(candidates.filter((author) => cache.known(author) === true).map(({ home }) => home));
    },

    async includes(author) {
      await cache.prepare([author]);
      return cache.known(author);
    },
  };
}
