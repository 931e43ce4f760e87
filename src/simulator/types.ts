/** A JSON object. */
export type Json = Record<string, unknown>;

/** `mpim` is a group DM, `im` a DM between one person and the bot. */
export type ChannelKind = 'channel' | 'private' | 'mpim' | 'im';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Id of the user's home workspace. For a Slack Connect guest it is not the simulator's workspace. */
  readonly team: string;
  /** `B…`; only for users that are apps' bots. */
  readonly botId?: string;
  /** `A…`; only for users that are apps' bots. */
  readonly appId?: string;
  /** In the workspace. A guest has access to some channels only. */
  role: 'owner' | 'admin' | 'member' | 'guest';
  /** As in `en-US`. */
  locale: string;
  timeZone: string;
  deleted: boolean;
}

export interface Channel {
  readonly id: string;
  name: string;
  readonly kind: ChannelKind;
  /** User ids, in joining order. */
  readonly members: Set<string>;
  /** Milliseconds since the epoch. */
  readonly created: number;
  archived: boolean;
}

/** Several people who are mentioned together, with one handle. */
export interface UserGroup {
  readonly id: string;
  /** Without `@`. */
  readonly handle: string;
  readonly name: string;
  /** User ids. */
  readonly members: readonly string[];
  /** Milliseconds since the epoch. */
  readonly created: number;
}

interface Reaction {
  readonly name: string;
  readonly users: string[];
}

/** State of a streamed message. `expired`: Slack closed the stream after five minutes. */
export type StreamState = 'live' | 'stopped' | 'expired' | 'stopped_by_user';

/** A file attached to a message. */
export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly content: Buffer;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** `snippet`: text that was uploaded with a `snippet_type`. Default: hosted. */
  readonly mode?: 'snippet';
  readonly title?: string;
  /** Events tell only the id, as of files in shared channels: `files.info` has the rest. */
  readonly access?: 'check_file_info';
  /** Deleted: messages show a tombstone in its place. */
  deleted?: true;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  /** In Slack's stored form: `&`, `<` and `>` escaped, mentions as `<@U…>`. */
  text: string;
  /** Set on messages posted by an app. */
  botId?: string;
  appId?: string;
  subtype?: string;
  /** Of a note of Slack's, besides its text: who invited somebody, the channel's old name. */
  noteFields?: Json;
  /** What in it may have notified somebody, at the worst. Set on an app's messages; of all that they have ever shown. */
  pings?: string[];
  /** The Markdown as sent by the app: `markdown_text`, `markdown` blocks or streamed text. */
  markdown?: string;
  blocks?: unknown[];
  attachments?: unknown[];
  files?: SharedFile[];
  /** `ts` of the thread's root; set on replies only. */
  threadTs?: string;
  clientMsgId?: string;
  edited?: { readonly user: string; readonly ts: string };
  reactions: Reaction[];
  metadata?: Json;
  username?: string;
  /** Ephemeral: shown only to this user, and missing from the history. */
  ephemeralTo?: string;
  streaming?: StreamState;
  /** Form of the stream's first content; later content must have the same form. */
  streamMode?: 'markdown_text' | 'chunks';
  /** Streamed chunks other than Markdown: the newest `task_update` per id, the newest `plan_update`, all `blocks`. */
  streamed?: Json[];
}

/**
 * A change reported to listeners. `id` depends on `kind`: a user or channel id; the `ts` of a message or, for `status`
 * and `session`, of a thread; for `view` the user who sees it, for `delivery` the event id, for `act` the trigger id, for `call` the method, for `socket` the number of sockets.
 */
export interface Change {
  readonly kind:
    | 'user'
    | 'channel'
    | 'message'
    | 'read'
    | 'status'
    | 'session'
    | 'view'
    | 'call'
    | 'delivery'
    | 'act'
    | 'socket';
  readonly id: string;
  readonly channel?: string;
}
