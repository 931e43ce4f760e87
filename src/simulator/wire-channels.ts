import type { Channel, Json } from './types.js';
import { seconds } from './wire.js';
import type { Workspace } from './workspace.js';

/** Slack's `last_read` when nothing was read yet. https://docs.slack.dev/reference/methods/conversations.open */
const NEVER = '0000000000.000000';

/** A DM from one member's point of view. */
export interface DirectMessageView {
  /** The last read `ts`; undefined if nothing was read. */
  readonly lastRead: string | undefined;
  /** The newest message in wire format; undefined if there is none. */
  readonly latest: Json | undefined;
  /** Number of messages after the last read one. */
  readonly unread: number;
}

/**
 * A DM as returned by `conversations.info` and `conversations.open`.
 * https://docs.slack.dev/reference/methods/conversations.info
 */
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

/** A public channel, private channel or group DM in wire format. */
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

/** Slack Connect: whether the channel has members from other workspaces. */
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

/** The home workspaces of the channel's members, the simulator's own first. */
function teamsIn(channel: Channel, workspace: Workspace): string[] {
  const teams = [...channel.members].map((id) => workspace.users.get(id)?.team ?? workspace.team.id);
  return [...new Set([workspace.team.id, ...teams])];
}
