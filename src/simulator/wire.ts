import type { Channel, Json, Message, SharedFile, User } from './types.js';
import type { Workspace } from './workspace.js';

/** Domain objects in the shapes in which Slack shows them in answers and events. All pure. */

export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

export function botJson(bot: User): Json {
  return {
    id: bot.botId,
    deleted: bot.deleted,
    name: bot.name,
    updated: 1_766_422_444,
    app_id: bot.appId,
    user_id: bot.id,
    icons: {
      image_36: 'https://a.slack-edge.com/80588/img/plugins/app/bot_36.png',
      image_48: 'https://a.slack-edge.com/80588/img/plugins/app/bot_48.png',
      image_72: 'https://a.slack-edge.com/80588/img/plugins/app/service_72.png',
    },
  };
}

export function userJson(user: User, homeTeam: string): Json {
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.deleted,
    real_name: user.displayName,
    tz: user.timeZone,
    is_bot: user.botId !== undefined,
    is_stranger: user.team !== homeTeam,
    updated: 1_766_422_444,
    profile: {
      real_name: user.displayName,
      display_name: user.displayName,
      team: user.team,
      ...(user.botId === undefined ? {} : { bot_id: user.botId, api_app_id: user.appId }),
    },
  };
}

export function channelJson(channel: Channel, workspace: Workspace): Json {
  const members = [...channel.members];
  const shared: Json = {
    id: channel.id,
    created: seconds(channel.created),
    is_archived: channel.archived,
    is_im: channel.kind === 'im',
    is_org_shared: false,
    context_team_id: workspace.team.id,
  };
  if (channel.kind === 'im') return { ...shared, user: members.find((id) => id !== workspace.bot.id), is_open: true };
  return {
    ...shared,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'channel',
    is_ext_shared: isShared(channel, workspace),
    is_member: channel.members.has(workspace.bot.id),
    creator: members[0],
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** Slack Connect: somebody of another workspace is in it. */
export function isShared(channel: Channel, workspace: Workspace): boolean {
  return [...channel.members].some((id) => workspace.users.get(id)?.team !== workspace.team.id);
}

function fileJson(file: SharedFile, filesUrl: string): Json {
  const path = `${filesUrl}${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: seconds(file.created),
    timestamp: seconds(file.created),
    name: file.name,
    title: file.name,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1),
    user: file.user,
    size: file.content.byteLength,
    mode: 'hosted',
    is_external: false,
    file_access: 'visible',
    url_private: path,
    url_private_download: path,
  };
}

/** A message as `conversations.history` and the events show it. */
export function messageJson(message: Message, workspace: Workspace, filesUrl: string): Json {
  const author = workspace.users.get(message.user);
  const buried = message.subtype === 'tombstone';
  const json: Json = { user: buried ? 'USLACKBOT' : message.user, type: 'message', ts: message.ts };
  if (buried) json['hidden'] = true;
  if (message.subtype !== undefined) json['subtype'] = message.subtype;
  if (message.clientMsgId !== undefined) json['client_msg_id'] = message.clientMsgId;
  if (message.edited !== undefined) json['edited'] = message.edited;
  if (message.botId !== undefined) Object.assign(json, { bot_id: message.botId, app_id: message.appId });
  json['text'] = message.text;
  if (!buried) json['team'] = workspace.team.id;
  if (author !== undefined && author.team !== workspace.team.id) {
    Object.assign(json, { user_team: author.team, source_team: author.team });
  }
  if (message.botId !== undefined && author !== undefined) {
    json['bot_profile'] = { ...botJson(author), team_id: workspace.team.id };
  }
  if (message.username !== undefined) json['username'] = message.username;
  Object.assign(json, threadFields(message, workspace));
  if (message.blocks !== undefined) json['blocks'] = message.blocks;
  if (message.attachments !== undefined) json['attachments'] = message.attachments;
  if (message.files !== undefined) {
    Object.assign(json, { files: message.files.map((file) => fileJson(file, filesUrl)), upload: false, display_as_bot: false });
  }
  if (message.reactions.length > 0) {
    json['reactions'] = message.reactions.map(({ name, users }) => ({ name, users, count: users.length }));
  }
  if (message.streaming !== undefined) {
    json['streaming_state'] = message.streaming === 'live' ? 'in_progress' : 'completed';
  }
  return structuredClone(json);
}

function threadFields(message: Message, workspace: Workspace): Json {
  if (message.threadTs !== undefined) {
    return { thread_ts: message.threadTs, parent_user_id: workspace.message(message.channel, message.threadTs)?.user };
  }
  const replies = workspace.replies(message.channel, message.ts);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users,
    is_locked: false,
    subscribed: false,
  };
}
