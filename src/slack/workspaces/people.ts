import type { Clock, Logger, People } from '../../core/ports.js';
import { isCurable } from '../web-api/failure.js';
import { cleanName } from './clean-name.js';
import { nameCache } from './name-cache.js';
import type { Workspaces } from './workspaces.js';

/** One message can mention hundreds of people, and `users.info` tells of one: Slack allows about 100 calls a minute. */
const MAX_LOOK_UPS = 50;

export interface SlackPeople extends People {
  /** Starts to look up these people, so that a prompt soon after need not wait. Never throws. */
  lookUpAhead(team: string, ids: Iterable<string>): void;
}

/** Display names from `users.info`, kept as `nameCache` says. */
export function slackPeople(workspaces: Workspaces, clock: Clock, logger: Logger): SlackPeople {
  const cache = nameCache<{ team: string; id: string }, string>({
    keyOf: ({ team, id }) => `${team}:${id}`,
    async lookUp({ team, id }) {
      try {
        const { client } = await workspaces.of(team);
        const { user } = await client.users.info({ user: id });
        const { profile } = user ?? {};
        return { value: cleanName(profile?.display_name || profile?.real_name || user?.real_name || user?.name || '') };
      } catch (error) {
        // Whoever posts says what is wrong with the token, once.
        const level = isCurable(error) ? 'debug' : 'warn';
        logger[level]({ err: error, user: id }, 'cannot look up the name of a person');
        return 'failed';
      }
    },
    most: MAX_LOOK_UPS,
    clock,
  });

  return {
    async names(team, ids) {
      const people = Array.from(ids, (id) => ({ team, id }));
      await cache.prepare(people);
      return new Map(
        people.flatMap((person) => {
          const name = cache.known(person);
          return name ? [[person.id, name] as const] : [];
        }),
      );
    },

    lookUpAhead(team, ids) {
      cache.lookUpAhead(Array.from(ids, (id) => ({ team, id })));
    },
  };
}
