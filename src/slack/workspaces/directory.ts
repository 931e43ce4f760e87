import type { Clock, Directory, Logger } from '../../core/ports.js';
import { refusalCode, refusesEverything } from '../web-api/failure.js';
import { nameCache } from './name-cache.js';
import { factsFrom, type SlackPeople } from './people.js';
import type { Workspaces } from './workspaces.js';

/** Who is in a group decides who is answered: not for longer than this after somebody has left it. */
const MEMBERS_TTL_MS = 5 * 60_000;

interface Named {
  team: string;
  id: string;
}

const keyOf = ({ team, id }: Named): string => `${team}:${id}`;

/** From `users.info`, `usergroups.list` and `conversations.info`, kept as `nameCache` says. */
export function slackDirectory(
  workspaces: Workspaces,
  people: Pick<SlackPeople, 'facts'>,
  clock: Clock,
  logger: Logger,
): Directory {
  async function asked<Value>(
    what: string,
    ask: () => Promise<Value>,
  ): Promise<{ value: Value | undefined } | 'failed'> {
    try {
      return { value: await ask() };
    } catch (error) {
      logger.debug({ err: error, what }, 'cannot look up what the settings need');
      return refusalCode(error) === undefined || refusesEverything(error) ? 'failed' : { value: undefined };
    }
  }

  /** All user groups of a workspace, which come in one call. */
  const groups = nameCache<string, ReadonlyMap<string, ReadonlySet<string>>>({
    keyOf: (team) => team,
    lookUp: (team) =>
      asked('the members of user groups', async () => {
        const { client } = await workspaces.of(team);
        const { usergroups = [] } = await client.usergroups.list({ include_users: true });
        return new Map(usergroups.map(({ id = '', users = [] }) => [id, new Set(users)] as const));
      }),
    most: 1,
    ttlMs: MEMBERS_TTL_MS,
    clock,
  });

  const creators = nameCache<Named, string>({
    keyOf,
    lookUp: ({ team, id }) =>
      asked('the creator of a channel', async () => {
        const { client } = await workspaces.of(team);
        const { channel } = await client.conversations.info({ channel: id });
        return channel?.creator;
      }),
    most: 1,
    clock,
  });

  async function freshFacts(team: string, id: string): ReturnType<Directory['person']> {
    const found = await asked('the role of a person', async () => {
      const { client, bot } = await workspaces.of(team);
      const { user } = await client.users.info({ user: id, include_locale: true });
      return user && factsFrom(user, bot);
    });
    return found === 'failed' ? undefined : found.value;
  }

  return {
    person: (team, id, fresh) => (fresh ? freshFacts(team, id) : people.facts(team, id)),
    async membersOfGroup(team, id) {
      await groups.prepare([team]);
      const known = groups.known(team);
      return known && (known.get(id) ?? new Set());
    },
    async creatorOf(team, id) {
      await creators.prepare([{ team, id }]);
      return creators.known({ team, id });
    },
  };
}
