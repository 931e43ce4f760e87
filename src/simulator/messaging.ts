import {
  changedEvent,
  deletedEvent,
  fileDeletedEvent,
  fileSharedEvent,
  mentionEvent,
  messageEvent,
  reactionEvent,
} from './events.js';
import type { Ids } from './ids.js';
import { pingsIn } from './pings.js';
import { addReaction, type ReactionErrorCode, removeReaction } from './reactions.js';
import type { ReadCursors } from './read-cursors.js';
import type { Statuses } from './statuses.js';
import { mentionedUsers } from './text.js';
import type { Timers } from './timers.js';
import type { Change, Channel, Json, Message } from './types.js';
import { type BaseUrls, messageJson } from './wire.js';
import type { Workspace } from './workspace.js';

/** Which event of a mention is sent first. Slack guarantees no order. */
export type MentionOrder = 'random' | 'message-first' | 'app_mention-first';

/** How the two events of a mention are sent. */
interface MentionEvents {
  readonly order?: MentionOrder | undefined;
  /** Milliseconds between them. */
  readonly gapMs?: number | undefined;
}

export interface MessagingParts {
  readonly workspace: Workspace;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly statuses: Statuses;
  readonly readCursors: ReadCursors;
  readonly mentionOrder: MentionOrder;
  readonly baseUrls: () => BaseUrls;
  /** Sends an inner event to the app. */
  readonly publish: (event: Json) => void;
  readonly notify: (change: Change) => void;
}

/** Posts, changes and deletes messages of people and apps, and sends the resulting events to the app. */
export class Messaging {
  readonly #parts: MessagingParts;

  constructor(parts: MessagingParts) {
    this.#parts = parts;
  }

  json(message: Message): Json {
    return messageJson(message, this.#parts.workspace, this.#parts.baseUrls());
  }

  post(message: Message, { order = this.#parts.mentionOrder, gapMs = 0 }: MentionEvents = {}): void {
    const { workspace, statuses, timers, publish } = this.#parts;
    workspace.addMessage(message);
    if (message.user === workspace.bot.id && message.ephemeralTo === undefined && message.threadTs !== undefined) {
      statuses.clear(message.channel, message.threadTs);
    }
    if (message.ephemeralTo === undefined) this.#markReadByAuthor(message);
    this.#notifyChanged(message);
    if (message.ephemeralTo !== undefined) return;
    const channel = this.#channelWithBot(message.channel);
    if (channel === undefined) return;
    const json = this.json(message);
    if (message.subtype === 'thread_broadcast' && message.threadTs !== undefined) {
      const root = workspace.message(message.channel, message.threadTs);
      if (root !== undefined) json['root'] = this.json(root);
    }
    const events = [messageEvent(json, channel)];
    if (this.#mentionsBot(message, channel)) events.push(mentionEvent(json, channel));
    if (this.#mentionFirst(order)) events.reverse();
    for (const [index, event] of events.entries()) {
      if (index === 0 || gapMs === 0) publish(event);
      else timers.after(gapMs, () => publish(event));
    }
    for (const { id } of message.files ?? [])
      publish(fileSharedEvent({ file: id, user: message.user, channel: channel.id, ts: message.ts }));
  }

  /** Changes a message in place and sends the event; also `app_mention` if the change adds a mention of the app. */
  change(message: Message, change: (message: Message) => void): void {
    const { workspace, publish } = this.#parts;
    const before = this.json(message);
    const channel = this.#channelWithBot(message.channel);
    const mentionedBefore = channel !== undefined && this.#mentionsBot(message, channel);
    change(message);
    this.#notifyChanged(message);
    if (channel === undefined) return;
    const after = this.json(message);
    publish(changedEvent(after, before, channel, workspace.nextTs()));
    if (!mentionedBefore && this.#mentionsBot(message, channel)) publish(mentionEvent(after, channel));
  }

  /** Changes a message without an event to the app, as when appending to a stream. */
  changeWithoutEvent(message: Message, change: (message: Message) => void): void {
    change(message);
    this.#notifyChanged(message);
  }

  /** Deletes a message. A thread root with replies becomes a tombstone. */
  remove(message: Message): void {
    const { workspace, statuses, publish } = this.#parts;
    if (message.ephemeralTo === undefined && workspace.replies(message.channel, message.ts).length > 0) {
      this.change(message, makeTombstone);
      return;
    }
    const before = this.json(message);
    workspace.deleteMessage(message);
    // If it was a thread root, its thread is gone.
    statuses.clear(message.channel, message.ts);
    this.#notifyChanged(message);
    const channel = this.#channelWithBot(message.channel);
    if (channel !== undefined) publish(deletedEvent(before, channel, workspace.nextTs()));
  }

  /** Deletes a file: `file_deleted`, then the messages that showed it change. One without text is deleted. */
  deleteFile(id: string): void {
    const { workspace, publish } = this.#parts;
    publish(fileDeletedEvent({ file: id, ts: workspace.nextTs() }));
    for (const message of workspace.messagesWith(id)) {
      if (message.text === '' && message.files?.length === 1) this.remove(message);
      else
        this.change(message, () => {
          message.files = message.files?.map((one) => (one.id === id ? { ...one, deleted: true } : one)) ?? [];
        });
    }
    workspace.deletedFiles.add(id);
  }

  /** @returns undefined on success */
  react(message: Message, user: string, name: string): ReactionErrorCode | undefined {
    const errorCode = addReaction(message, user, name);
    if (errorCode === undefined) this.#publishReaction('reaction_added', message, user, name);
    return errorCode;
  }

  /** @returns undefined on success */
  unreact(message: Message, user: string, name: string): ReactionErrorCode | undefined {
    const errorCode = removeReaction(message, user, name);
    if (errorCode === undefined) this.#publishReaction('reaction_removed', message, user, name);
    return errorCode;
  }

  /** Marks a message as read by its author, in the thread or the channel; a broadcast reply in both. */
  #markReadByAuthor({ user, channel, ts, threadTs, subtype }: Message): void {
    if (threadTs !== undefined) this.#parts.readCursors.mark({ user, channel, ts, threadTs });
    if (threadTs === undefined || subtype === 'thread_broadcast') this.#parts.readCursors.mark({ user, channel, ts });
  }

  #publishReaction(type: 'reaction_added' | 'reaction_removed', message: Message, user: string, name: string): void {
    this.#notifyChanged(message);
    if (this.#channelWithBot(message.channel) === undefined) return;
    this.#parts.publish(reactionEvent(type, { user, name, message, ts: this.#parts.workspace.nextTs() }));
  }

  /** The channel, if the app is a member and so gets its events. */
  #channelWithBot(channelId: string): Channel | undefined {
    const channel = this.#parts.workspace.channels.get(channelId);
    return channel?.members.has(this.#parts.workspace.bot.id) === true ? channel : undefined;
  }

  #mentionsBot(message: Message, channel: Channel): boolean {
    const bot = this.#parts.workspace.bot.id;
    return channel.kind !== 'im' && message.user !== bot && mentionedUsers(message.text).includes(bot);
  }

  #mentionFirst(order: MentionOrder): boolean {
    return order === 'random' ? this.#parts.ids.random() < 0.5 : order === 'app_mention-first';
  }

  #notePings(message: Message): void {
    const found = message.botId === undefined ? [] : pingsIn(message.text, message.blocks);
    if (found.length > 0) message.pings = [...new Set([...(message.pings ?? []), ...found])];
  }

  #notifyChanged(message: Message): void {
    this.#notePings(message);
    this.#parts.notify({ kind: 'message', id: message.ts, channel: message.channel });
  }
}

/** Fields deleted when a message becomes a tombstone. */
const CONTENT_FIELDS = [
  'blocks',
  'attachments',
  'files',
  'edited',
  'markdown',
  'metadata',
  'clientMsgId',
  'botId',
  'appId',
  'username',
] as const;

function makeTombstone(message: Message): void {
  message.subtype = 'tombstone';
  message.text = 'This message was deleted.';
  for (const field of CONTENT_FIELDS) delete message[field];
  message.reactions = [];
}
