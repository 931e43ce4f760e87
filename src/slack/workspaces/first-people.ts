/** The first people of a workspace, by one call: of a small workspace these are all, and none needs a call of their own. */
import type { UsersInfoResponse } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import type { BotIdentity, Workspaces } from './workspaces.js';

/** https://docs.slack.dev/reference/objects/user-object */
export type User = NonNullable<UsersInfoResponse['user']>;

/** What Slack recommends at most. https://docs.slack.dev/reference/methods/users.list */
const PAGE_SIZE = 200;
const MAX_WORKSPACES = 100;
const TTL_MS = 10 * 60_000;
/** Then people are looked up one by one: a prompt does not wait long for names. */
const LIST_WAIT_MS = 200;

/**
 * Tells of a person, if they are among the first of the workspace; each once, as they were ten minutes ago at most. Where there
 * are more people than one page has, it is read once and never again. Never rejects.
 */
export function firstPeople<Known>(
  workspaces: Workspaces,
  read: (user: User, bot: BotIdentity) => Known,
  clock: Clock,
): (team: string, id: string) => Promise<Known | undefined> {
  const pages = new LRUCache<string, { at: number; people: Map<string, Known> }>({
    max: MAX_WORKSPACES,
    ttl: TTL_MS,
    perf: clock,
    ttlResolution: 0,
    async fetchMethod(team, _stale, { options }) {
      const page = { at: clock.now(), people: new Map<string, Known>() };
      try {
        const { client, bot } = await workspaces.of(team);
        // A token of an organization has to say which workspace.
        const asked = { limit: PAGE_SIZE, include_locale: true, team_id: team };
        const { members = [], response_metadata: { next_cursor: next = '' } = {} } = await client.users.list(asked);
        // The first page of thousands of people tells of few that talk to the bot.
        if (next !== '') options.ttl = 0;
        for (const user of members as User[]) page.people.set(user.id ?? '', read(user, bot));
      } catch {
        // Whoever looks up one person says what is wrong.
      }
      return page;
    },
  });

  return async function firstPerson(team, id) {
    const reading = pages.fetch(team);
    if (!(await settlesWithin(LIST_WAIT_MS, reading, clock))) return undefined;
    const { at = 0, people } = (await reading) ?? {};
    if (clock.now() - at > TTL_MS) return undefined;
    const known = people?.get(id);
    people?.delete(id);
    return known;
  };
}
