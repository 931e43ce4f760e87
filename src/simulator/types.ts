/** An object as it travels in JSON. */
export type Json = Record<string, unknown>;

/** `mpim` is a group DM, `im` a DM between one person and the bot. */
export type ChannelKind = 'channel' | 'private' | 'mpim' | 'im';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** The workspace the person belongs to; another one than the simulator's for a Slack Connect guest. */
  readonly team: string;
  /** `B…`, for apps' users only. */
  readonly botId?: string;
  /** `A…`, for apps' users only. */
  readonly appId?: string;
  timeZone: string;
  deleted: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** User ids, in the order in which they joined. */
  readonly members: Set<string>;
  /** Milliseconds since the epoch. */
  readonly created: number;
  archived: boolean;
}

interface Reaction {
  readonly name: string;
  readonly users: string[];
}

/** What became of a native stream. `expired`: Slack closed it after five minutes. */
export type StreamState = 'live' | 'stopped' | 'expired' | 'stopped_by_user';

/** A file as it stands in a message's `files`. */
export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly content: Buffer;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  /** As Slack stores it: `&`, `<` and `>` escaped, mentions as `<@U…>`. */
  text: string;
  /** Set on everything an app posted. */
  botId?: string;
  appId?: string;
  subtype?: string;
  /** The Markdown an app sent as `markdown_text`, in `markdown` blocks or through a stream; verbatim. */
  markdown?: string;
  blocks?: unknown[];
  attachments?: unknown[];
  files?: SharedFile[];
  /** `ts` of the thread's root, on replies only. */
  threadTs?: string;
  clientMsgId?: string;
  edited?: { readonly user: string; readonly ts: string };
  reactions: Reaction[];
  metadata?: Json;
  username?: string;
  /** Shown to this one person only, and in no history. */
  ephemeralTo?: string;
  streaming?: StreamState;
  /** How the first content of a stream came: all that follows has to come the same way. */
  streamMode?: 'markdown_text' | 'chunks';
  /** What chunks brought besides Markdown: the newest `task_update` of each id, `plan_update`s. */
  streamed?: Json[];
}

/** What changed, for whoever watches. `id` is a user's or a channel's, a message's `ts`, an event's or a method's name. */
export interface Change {
  readonly kind: 'user' | 'channel' | 'message' | 'read' | 'status' | 'session' | 'call' | 'delivery' | 'socket';
  readonly id: string;
  readonly channel?: string;
}
