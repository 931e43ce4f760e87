import type { Json, Message, SharedFile } from './types.js';
import { botJson } from './wire-users.js';
import type { Workspace } from './workspace.js';

// Messages in Slack's wire format, as in responses and events. Pure functions, as in `wire-users` and `wire-channels`.

/** URLs of the folders of files and avatars. Each ends with a slash. */
export interface BaseUrls {
  readonly files: string;
  readonly avatars: string;
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A file as in `files.info`. */
export function fileJson(file: SharedFile, filesUrl: string): Json {
  const path = `${filesUrl}${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: seconds(file.created),
    timestamp: seconds(file.created),
    name: file.name,
    title: file.title ?? file.name,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1),
    user: file.user,
    size: file.content.byteLength,
    mode: file.mode ?? 'hosted',
    is_external: false,
    file_access: 'visible',
    url_private: path,
    url_private_download: path,
  };
}

/** A file as in messages. */
function sharedJson(file: SharedFile, filesUrl: string): Json {
  if (file.deleted) return { id: file.id, mode: 'tombstone' };
  return file.access === undefined ? fileJson(file, filesUrl) : { id: file.id, file_access: file.access };
}

/** A message as in `conversations.history` and in events. */
export function messageJson(message: Message, workspace: Workspace, baseUrls: BaseUrls): Json {
  const author = workspace.users.get(message.user);
  const isTombstone = message.subtype === 'tombstone';
  const json: Json = { user: isTombstone ? 'USLACKBOT' : message.user, type: 'message', ts: message.ts };
  if (isTombstone) json['hidden'] = true;
  if (message.subtype !== undefined) json['subtype'] = message.subtype;
  if (message.clientMsgId !== undefined) json['client_msg_id'] = message.clientMsgId;
  if (message.edited !== undefined) json['edited'] = message.edited;
  if (message.botId !== undefined) Object.assign(json, { bot_id: message.botId, app_id: message.appId });
  json['text'] = message.text;
  if (message.subtype === 'assistant_app_thread')
    json['assistant_app_thread'] = { title: message.text, title_blocks: [], artifacts: [] };
  if (!isTombstone) json['team'] = workspace.team.id;
  if (author !== undefined && author.team !== workspace.team.id) {
    Object.assign(json, { user_team: author.team, source_team: author.team });
  }
  if (message.botId !== undefined && author !== undefined) {
    json['bot_profile'] = { ...botJson(author, baseUrls.avatars), team_id: workspace.team.id };
  }
  Object.assign(json, message.noteFields);
  if (message.username !== undefined) json['username'] = message.username;
  Object.assign(json, threadFields(message, workspace));
  if (message.blocks !== undefined) json['blocks'] = message.blocks;
  if (message.attachments !== undefined) json['attachments'] = message.attachments;
  if (message.files !== undefined) {
    Object.assign(json, {
      files: message.files.map((file) => sharedJson(file, baseUrls.files)),
      upload: false,
      display_as_bot: false,
    });
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
