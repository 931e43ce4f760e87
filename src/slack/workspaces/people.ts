import type { Clock, Logger, People, PersonFacts } from '../../core/ports.js';
import { isCurable } from '../web-api/failure.js';
import { cleanName } from './clean-name.js';
import { firstPeople, type User } from './first-people.js';
import { nameCache } from './name-cache.js';
import type { BotIdentity, Workspaces } from './workspaces.js';

/** One message can mention hundreds of people, and `users.info` tells of one: Slack allows about 100 calls a minute. */
const MAX_LOOK_UPS = 50;

export interface SlackPeople extends People {
  /** Starts to look up these people, so that a prompt soon after need not wait. Never throws. */
  lookUpAhead(team: string, ids: Iterable<string>): void;
  /** As `Directory.person`. */
  facts(team: string, id: string): Promise<PersonFacts | undefined>;
}

interface Known {
  name: string;
  facts: PersonFacts;
}

/** Names and facts from `users.list` and `users.info`, kept as `nameCache` says. */
export function slackPeople(workspaces: Workspaces, clock: Clock, logger: Logger): SlackPeople {
  const firstPerson = firstPeople(workspaces, knownFrom, clock);
  const cache = nameCache<{ team: string; id: string }, Known>({
    keyOf: ({ team, id }) => `${team}:${id}`,
    async lookUp({ team, id }) {
      const first = await firstPerson(team, id);
      if (first) return { value: first };
      try {
        const { client, bot } = await workspaces.of(team);
        const { user = {} } = await client.users.info({ user: id, include_locale: true });
        return { value: knownFrom(user, bot) };
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
          const name = cache.known(person)?.name;
          return name ? [[person.id, name] as const] : [];
        }),
      );
    },

    async facts(team, id) {
      await cache.prepare([{ team, id }]);
      return cache.known({ team, id })?.facts;
    },

    lookUpAhead(team, ids) {
      cache.lookUpAhead(Array.from(ids, (id) => ({ team, id })));
    },
  };
}

function knownFrom(user: User, bot: BotIdentity): Known {
  const { profile } = user;
  const name = cleanName(profile?.display_name || profile?.real_name || user.real_name || user.name || '');
  return { name, facts: factsFrom(user, bot) };
}

export function factsFrom(user: User, bot: BotIdentity): PersonFacts {
  const { team_id: home, is_restricted: isRestricted, is_stranger: isStranger, locale } = user;
  const organization = user.enterprise_user?.enterprise_id;
  const isColleague = organization !== undefined && organization === bot.enterpriseId;
  return {
    isGuest: isRestricted === true || user.is_ultra_restricted === true,
    isExternal: !isColleague && (isStranger === true || (home !== undefined && home !== bot.teamId)),
    isAdmin: home === bot.teamId && (user.is_admin === true || user.is_owner === true),
    ...(locale !== undefined && { locale }),
  };
}
