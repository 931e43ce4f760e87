import type { ChannelId } from '../../core/channel.js';
import type { ConversationId } from '../../core/conversation-id.js';
import type { MentionedPlace } from '../../core/mentions.js';
import type { Clock, Logger, Places } from '../../core/ports.js';
import { refusalCode, refusesEverything } from '../web-api/failure.js';
import { cleanName } from './clean-name.js';
import { type LookedUp, nameCache } from './name-cache.js';
import type { Workspaces } from './workspaces.js';

/** `conversations.info` tells of one channel, and Slack allows about 50 calls a minute. */
const MAX_LOOK_UPS = 20;
/** A new scope needs a new installation, which the bot may hear of only by trying. */
const MISSING_SCOPE_TTL_MS = 60 * 60_000;
const CHANNEL_SCOPES = ['channels:read', 'groups:read'];

interface ChannelKey {
  team: string;
  id: string;
}

interface Channel {
  name: string;
  isPrivate: boolean;
}

export interface SlackPlaces extends Places {
  /** Starts to look up these places, so that a prompt soon after need not wait. Never throws. */
  lookUpAhead(team: string, places: Iterable<MentionedPlace>): void;
  /** The channel has another name now, or has become private or public. */
  renamed(channel: ChannelId): void;
}

/** Names from `conversations.info` and `usergroups.list`, kept as `nameCache` says. */
export function slackPlaces(workspaces: Workspaces, clock: Clock, logger: Logger): SlackPlaces {
  /** By workspace and method: until when it is not called, milliseconds since 1970. */
  const forbiddenUntil = new Map<string, number>();

  /** What Slack refuses has no name any more: a channel may have become private. */
  async function lookUp<Value>(
    team: string,
    method: string,
    scopes: readonly string[],
    call: () => Promise<Value | undefined>,
  ): Promise<LookedUp<Value>> {
    const key = `${team}:${method}`;
    if (clock.now() < (forbiddenUntil.get(key) ?? 0)) return { value: undefined };
    try {
      return { value: await call() };
    } catch (error) {
      const code = refusalCode(error);
      if (code === 'missing_scope' && !hasSomeOf(scopes, error)) {
        if (!forbiddenUntil.has(key))
          logger.info({ method, scopes }, 'cannot look up names: add these scopes and reinstall the app');
        forbiddenUntil.set(key, clock.now() + MISSING_SCOPE_TTL_MS);
      } else {
        logger.debug({ err: error, method }, 'cannot look up the name of a channel or user group');
      }
      return code === undefined || refusesEverything(error) ? 'failed' : { value: undefined };
    }
  }

  const channels = nameCache<ChannelKey, Channel>({
    keyOf: ({ team, id }) => `${team}:${id}`,
    lookUp: ({ team, id }) =>
      lookUp(team, 'conversations.info', CHANNEL_SCOPES, async () => {
        const { client } = await workspaces.of(team);
        const { channel = {} } = await client.conversations.info({ channel: id });
        const { name, is_channel: isChannel, is_private: isPrivate } = channel;
        // Private unless Slack says that it is not: direct messages, and whatever kinds there will be.
        return name ? { name: cleanName(name), isPrivate: isPrivate !== false || isChannel === false } : undefined;
      }),
    most: MAX_LOOK_UPS,
    clock,
  });

  /** All user groups of a workspace, which come in one call: handles by id. */
  const groups = nameCache<string, ReadonlyMap<string, string>>({
    keyOf: (team) => team,
    lookUp: (team) =>
      lookUp(team, 'usergroups.list', ['usergroups:read'], async () => {
        const { client } = await workspaces.of(team);
        const { usergroups = [] } = await client.usergroups.list({ include_disabled: true });
        return new Map(usergroups.map(({ id = '', handle, name }) => [id, cleanName(handle || name || '')] as const));
      }),
    most: 1,
    clock,
  });

  function nameOf({ team, channel }: ConversationId, { kind, id }: MentionedPlace): string | undefined {
    if (kind === 'group') return groups.known(team)?.get(id);
    const found = channels.known({ team, id });
    return found && (!found.isPrivate || id === channel) ? found.name : undefined;
  }

  /** What to look up for these places: channels, and the workspace if there are user groups. */
  function needed(team: string, places: readonly MentionedPlace[]): { ids: ChannelKey[]; teams: string[] } {
    const ids = new Set(places.flatMap(({ kind, id }) => (kind === 'channel' ? [id] : [])));
    return {
      ids: Array.from(ids, (id) => ({ team, id })),
      teams: places.some(({ kind }) => kind === 'group') ? [team] : [],
    };
  }

  return {
    async names(conversation, places) {
      const all = [...places];
      const { ids, teams } = needed(conversation.team, all);
      await Promise.all([channels.prepare(ids), groups.prepare(teams)]);
      return new Map(
        all.flatMap((place) => {
          const name = nameOf(conversation, place);
          return name ? [[place.id, name] as const] : [];
        }),
      );
    },

    lookUpAhead(team, places) {
      const { ids, teams } = needed(team, [...places]);
      channels.lookUpAhead(ids);
      groups.lookUpAhead(teams);
    },

    renamed({ team, channel: id }) {
      channels.forget({ team, id });
    },
  };
}

/** Whether the token has some of the scopes, so that the method works for other channels. Slack tells which it has. */
function hasSomeOf(scopes: readonly string[], error: unknown): boolean {
  const { data } = error as { data?: { provided?: unknown } };
  const provided = typeof data?.provided === 'string' ? data.provided.split(',').map((scope) => scope.trim()) : [];
  return scopes.some((scope) => provided.includes(scope));
}
