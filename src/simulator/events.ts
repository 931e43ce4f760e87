import type { Ids } from './ids.js';
import type { Channel, ChannelKind, Json, Message } from './types.js';
import { isShared } from './wire-channels.js';
import { seconds } from './wire.js';
import type { Workspace } from './workspace.js';

// Builders of Events API payloads, in the shapes Slack sends. https://docs.slack.dev/apis/events-api

const CHANNEL_TYPES: Record<ChannelKind, string> = { channel: 'channel', private: 'group', mpim: 'mpim', im: 'im' };

/** Inner event of a new message. `json` is the message in wire format. */
export function messageEvent(json: Json, channel: Channel): Json {
  return { ...json, channel: channel.id, event_ts: json['ts'], channel_type: CHANNEL_TYPES[channel.kind] };
}

/** `app_mention` event of the same message. Slack omits `channel_type` and files. */
export function mentionEvent(json: Json, channel: Channel): Json {
  const { files: _files, upload: _upload, display_as_bot: _display, subtype: _subtype, root: _root, ...rest } = json;
  return { ...rest, type: 'app_mention', channel: channel.id, event_ts: json['ts'] };
}

/** @param ts the event's own `ts`, not the message's */
export function changedEvent(after: Json, before: Json, channel: Channel, ts: string): Json {
  const team = after['user_team'] ?? after['team'];
  return {
    type: 'message',
    subtype: 'message_changed',
    message: { ...after, source_team: team, user_team: team },
    previous_message: before,
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: CHANNEL_TYPES[channel.kind],
  };
}

/** @param ts the event's own `ts`, not the message's */
export function deletedEvent(before: Json, channel: Channel, ts: string): Json {
  return {
    type: 'message',
    subtype: 'message_deleted',
    previous_message: before,
    channel: channel.id,
    hidden: true,
    deleted_ts: before['ts'],
    ts,
    event_ts: ts,
    channel_type: CHANNEL_TYPES[channel.kind],
  };
}

export function reactionEvent(
  type: 'reaction_added' | 'reaction_removed',
  reaction: { user: string; name: string; message: Message; ts: string },
): Json {
  return {
    type,
    user: reaction.user,
    reaction: reaction.name,
    item: { type: 'message', channel: reaction.message.channel, ts: reaction.message.ts },
    item_user: reaction.message.user,
    event_ts: reaction.ts,
  };
}

/** A person opened a tab of the app. `channel` is their DM with it. */
export function homeOpenedEvent(opened: { user: string; channel: string; ts: string; tab: 'home' | 'messages' }): Json {
  const { user, channel, ts, tab } = opened;
  return { type: 'app_home_opened', user, channel, tab, event_ts: ts };
}

/** A person pressed Slack's stop button under a stream. */
export function stoppedEvent(stopped: { user: string; message: Message; ts: string }): Json {
  return {
    type: 'agent_session_stopped',
    channel: stopped.message.channel,
    user: stopped.user,
    thread_ts: stopped.message.threadTs,
    streaming_message_ts: [stopped.message.ts],
    event_ts: stopped.ts,
  };
}

/** https://docs.slack.dev/reference/events/file_shared */
export function fileSharedEvent(shared: { file: string; user: string; channel: string; ts: string }): Json {
  const { file, user, channel, ts } = shared;
  return { type: 'file_shared', channel_id: channel, file_id: file, user_id: user, file: { id: file }, event_ts: ts };
}

/** https://docs.slack.dev/reference/events/file_deleted */
export function fileDeletedEvent({ file, ts }: { file: string; ts: string }): Json {
  return { type: 'file_deleted', file_id: file, event_ts: ts };
}

/**
 * Somebody joined or left a channel. `inviter`: if they were invited. Slack writes most private channels as `C`, too.
 * https://docs.slack.dev/reference/events/member_joined_channel
 */
export function memberEvent(
  type: 'member_joined_channel' | 'member_left_channel',
  { user, inviter, ts }: { user: string; inviter?: string | undefined; ts: string },
  channel: Channel,
  team: string,
): Json {
  return {
    type,
    user,
    channel: channel.id,
    channel_type: 'C',
    team,
    ...(inviter !== undefined && { inviter }),
    event_ts: ts,
  };
}

/** The app itself left. https://docs.slack.dev/reference/events/channel_left */
export function leftEvent({ id, kind }: Channel, ts: string): Json {
  return { type: kind === 'channel' ? 'channel_left' : 'group_left', channel: id, event_ts: ts };
}

/** https://docs.slack.dev/reference/events/channel_rename */
export function renamedEvent({ id, name, kind, created }: Channel, ts: string): Json {
  const about = { id, name, name_normalized: name, created: seconds(created), is_channel: true, is_mpim: false };
  return { type: kind === 'channel' ? 'channel_rename' : 'group_rename', channel: about, event_ts: ts };
}

/** https://docs.slack.dev/reference/events/channel_archive */
export function archivedEvent({ id, kind, archived }: Channel, user: string, ts: string): Json {
  const what = archived ? 'archive' : 'unarchive';
  return { type: `${kind === 'channel' ? 'channel' : 'group'}_${what}`, channel: id, user, event_ts: ts };
}

/** The outer payload around an inner event. @param nowMs milliseconds since the epoch */
export function eventCallback(event: Json, workspace: Workspace, ids: Ids, nowMs: number): Json {
  const team = workspace.team.id;
  const channel = typeof event['channel'] === 'string' ? workspace.channels.get(event['channel']) : undefined;
  const context = event['type'] === 'message' ? { context_team_id: team, context_enterprise_id: null } : {};
  return {
    token: 'simulated-verification-token',
    team_id: team,
    ...context,
    api_app_id: workspace.bot.appId,
    event,
    type: 'event_callback',
    event_id: ids.id('Ev'),
    event_time: seconds(nowMs),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: workspace.bot.id, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: channel !== undefined && isShared(channel, workspace),
    event_context: eventContext(event, workspace),
  };
}

function eventContext(event: Json, workspace: Workspace): string {
  const context = { et: event['type'], tid: workspace.team.id, aid: workspace.bot.appId, cid: event['channel'] };
  return `4-${Buffer.from(JSON.stringify(context)).toString('base64url')}`;
}
