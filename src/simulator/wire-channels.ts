import type { Channel, Json } from './types.js';
import { seconds } from './wire.js';
import type { Workspace } from './workspace.js';

/** What Slack gives as `last_read` where nothing was read yet. https://docs.slack.dev/reference/methods/conversations.open */
const NEVER = '0000000000.000000';

/** How one member sees a DM. */
export interface DirectMessageView {
  /** The `ts` read last; undefined if nothing was. */
  readonly lastRead: string | undefined;
  /** The newest message in its wire shape; undefined if there is none. */
  readonly latest: Json | undefined;
  /** How many messages came after the one read last. */
  readonly unread: number;
}

/** A DM, as `conversations.info` and `conversations.open` show it. https://docs.slack.dev/reference/methods/conversations.info */
export function directMessageJson(channel: Channel, workspace: Workspace, view: DirectMessageView): Json {
  return {
    ...common(channel, workspace),
    user: [...channel.members].find((id) => id !== workspace.bot.id),
    last_read: view.lastRead ?? NEVER,
    latest: view.latest ?? null,
    unread_count: view.unread,
    unread_count_display: view.unread,
    is_open: true,
    priority: 0,
  };
}

/** A public or private channel, or a group DM. */
export function channelJson(channel: Channel, workspace: Workspace): Json {
  const creator = [...channel.members][0] ?? '';
  return {
    ...common(channel, workspace),
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'channel',
    is_general: false,
    is_shared: isShared(channel, workspace),
    is_ext_shared: isShared(channel, workspace),
    is_pending_ext_shared: false,
    is_frozen: false,
    is_member: channel.members.has(workspace.bot.id),
    unlinked: 0,
    updated: channel.created,
    parent_conversation: null,
    creator,
    shared_team_ids: teamsIn(channel, workspace),
    pending_shared: [],
    pending_connected_team_ids: [],
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
  };
}

/** Slack Connect: somebody of another workspace is in it. */
export function isShared(channel: Channel, workspace: Workspace): boolean {
  return teamsIn(channel, workspace).length > 1;
}

function common(channel: Channel, workspace: Workspace): Json {
  return {
    id: channel.id,
    created: seconds(channel.created),
    is_archived: channel.archived,
    is_im: channel.kind === 'im',
    is_org_shared: false,
    context_team_id: workspace.team.id,
  };
}

/** The workspaces whose people are in it, its own first. */
function teamsIn(channel: Channel, workspace: Workspace): string[] {
  const teams = [...channel.members].map((id) => workspace.users.get(id)?.team ?? workspace.team.id);
  return [...new Set([workspace.team.id, ...teams])];
}
