import { SimulatorUsageError } from './errors.js';
import { homeOpenedEvent, stoppedEvent } from './events.js';
import type { Ids } from './ids.js';
import type { Lookup } from './lookup.js';
import type { MentionOrder, Messaging } from './messaging.js';
import { viewJson } from './methods/views.js';
import { isReactionName, type ReactionErrorCode } from './reactions.js';
import type { Reading, ReadCursors } from './read-cursors.js';
import { richText, storedText } from './text.js';
import type { Timers } from './timers.js';
import type { Json, Message, SharedFile, User } from './types.js';
import type { Views } from './views.js';
import type { Workspace } from './workspace.js';

/** A file to attach. */
export interface Attached {
  readonly name: string;
  readonly mimetype?: string;
  readonly content: string | Buffer;
  readonly mode?: 'snippet';
  /** See `SharedFile`. */
  readonly access?: 'check_file_info';
}

/** A message to post. `text` is plain text as typed, with mentions as `<@U…>`. */
export interface Saying {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  /** `ts` of the thread's root. */
  readonly threadTs?: string;
  /** Also show the reply in the channel. */
  readonly broadcast?: boolean;
  readonly files?: readonly Attached[];
  /** Overrides the simulator's `mentionOrder` for this message. */
  readonly mentionOrder?: MentionOrder;
  /** Milliseconds between the two events of a mention. Default 0. */
  readonly mentionGapMs?: number;
}

/** A user's reaction to a message. `name` is the emoji's name, without colons. */
export interface Reacting {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly name: string;
}

export interface PeopleParts {
  readonly workspace: Workspace;
  readonly find: Lookup;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly messaging: Messaging;
  readonly readCursors: ReadCursors;
  readonly views: Views;
  readonly publish: (event: Json) => void;
}

/** Actions of people and of apps other than the one under test. Throws SimulatorUsageError for impossible actions. */
export class People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  say(saying: Saying): Message {
    const { workspace, find, ids, messaging } = this.#parts;
    find.openChannel(saying.channel);
    const author = find.member(saying.channel, saying.user);
    const text = storedText(saying.text);
    const message: Message = {
      channel: saying.channel,
      ts: workspace.nextTs(),
      user: author.id,
      text,
      reactions: [],
      ...(text === '' ? {} : { blocks: [richText(text, ids.blockId())] }),
      ...(author.botId === undefined ? { clientMsgId: ids.uuid() } : { botId: author.botId }),
      ...(author.appId === undefined ? {} : { appId: author.appId }),
    };
    if (saying.files !== undefined && saying.files.length > 0) {
      message.subtype = 'file_share';
      message.files = saying.files.map((file) => this.#upload(file, author));
    }
    if (saying.threadTs !== undefined) {
      const root = find.root(saying.channel, saying.threadTs);
      message.threadTs = root.ts;
      if (saying.broadcast === true) message.subtype = 'thread_broadcast';
    }
    messaging.post(message, { order: saying.mentionOrder, gapMs: saying.mentionGapMs });
    return message;
  }

  /**
   * Starts a new chat in the user's DM with the app: Slack posts the title as the app; the thread under it is the chat.
   * https://docs.slack.dev/reference/events/message/assistant_app_thread
   */
  beginAgentThread({ user, title }: { user: string; title: string }): Message {
    const { workspace, find, messaging } = this.#parts;
    const channel = workspace.openDm(find.user(user).id);
    const { id, botId, appId } = workspace.bot;
    const message: Message = {
      channel: channel.id,
      ts: workspace.nextTs(),
      user: id,
      subtype: 'assistant_app_thread',
      text: storedText(title),
      reactions: [],
      ...(botId !== undefined && { botId }),
      ...(appId !== undefined && { appId }),
    };
    messaging.post(message);
    return message;
  }

  /** Opens the app's Messages tab: `app_home_opened`. */
  openMessagesTab({ user }: { user: string }): void {
    const { workspace, find, publish } = this.#parts;
    const { id: channel } = workspace.openDm(find.user(user).id);
    publish(homeOpenedEvent({ user, channel, ts: workspace.nextTs(), tab: 'messages' }));
  }

  /** Opens the app's Home tab: `app_home_opened`, with what the app has published there. */
  openHomeTab({ user }: { user: string }): void {
    const { workspace, find, views, publish } = this.#parts;
    const { id: channel } = workspace.openDm(find.user(user).id);
    const home = views.home(user);
    const shown = home && { view: viewJson(home, { workspace }) };
    publish({ ...homeOpenedEvent({ user, channel, ts: workspace.nextTs(), tab: 'home' }), ...shown });
  }

  edit(edit: { user: string; channel: string; ts: string; text: string }): void {
    this.#parts.find.openChannel(edit.channel);
    const message = this.#parts.find.message(edit.channel, edit.ts);
    if (message.user !== edit.user) throw new SimulatorUsageError(`${edit.user} did not write ${edit.ts}`);
    this.#parts.messaging.change(message, () => {
      message.text = storedText(edit.text);
      message.blocks = [richText(message.text, this.#parts.ids.blockId())];
      message.edited = { user: edit.user, ts: `${Math.floor(this.#parts.timers.now() / 1000)}.000000` };
    });
  }

  remove(where: { channel: string; ts: string }): void {
    this.#parts.messaging.remove(this.#parts.find.message(where.channel, where.ts));
  }

  /** Adds a link preview, as Slack does for messages with links: same text, plus an attachment. */
  unfurl(where: { channel: string; ts: string }): void {
    const message = this.#parts.find.message(where.channel, where.ts);
    this.#parts.messaging.change(message, () => {
      message.attachments = [{ id: 1, fallback: 'A page', title: 'A page', from_url: 'https://example.com/' }];
    });
  }

  react(reaction: Reacting): void {
    if (!isReactionName(reaction.name)) throw new SimulatorUsageError(`not a valid emoji name: ${reaction.name}`);
    this.#throwIf(this.#parts.messaging.react(this.#reactable(reaction), reaction.user, reaction.name), reaction);
  }

  unreact(reaction: Reacting): void {
    this.#throwIf(this.#parts.messaging.unreact(this.#reactable(reaction), reaction.user, reaction.name), reaction);
  }

  /** Moves a user's read cursor in a channel or thread. */
  markRead(reading: Reading): void {
    const { find, readCursors } = this.#parts;
    find.member(reading.channel, reading.user);
    if (reading.threadTs !== undefined) find.root(reading.channel, reading.threadTs);
    readCursors.mark(reading);
  }

  /** Presses Slack's stop button under a live stream. */
  stopStream(press: { user: string; channel: string; ts: string }): void {
    const { messaging, publish, workspace, find } = this.#parts;
    const message = find.message(press.channel, press.ts);
    if (message.streaming !== 'live') throw new SimulatorUsageError(`not a live stream: ${press.ts}`);
    messaging.changeWithoutEvent(message, () => {
      message.streaming = 'stopped_by_user';
    });
    publish(stoppedEvent({ user: press.user, message, ts: workspace.nextTs() }));
  }

  #reactable({ user, channel, ts }: Reacting): Message {
    const { find } = this.#parts;
    find.openChannel(channel);
    find.member(channel, user);
    return find.message(channel, ts);
  }

  #throwIf(errorCode: ReactionErrorCode | undefined, { user, name, ts }: Reacting): void {
    if (errorCode !== undefined) throw new SimulatorUsageError(`${errorCode}: ${user}, ${name}, ${ts}`);
  }

  /** See `Messaging.deleteFile`. */
  deleteFile({ id }: { id: string }): void {
    const { workspace, messaging } = this.#parts;
    const file = workspace.file(id);
    if (file === undefined || file.deleted) throw new SimulatorUsageError(`no such file: ${id}`);
    messaging.deleteFile(id);
  }

  #upload(file: Attached, author: User): SharedFile {
    return {
      ...(file.mode && { mode: file.mode }),
      ...(file.access && { access: file.access }),
      id: this.#parts.ids.id('F'),
      name: file.name,
      mimetype: file.mimetype ?? 'text/plain',
      content: Buffer.from(file.content),
      user: author.id,
      created: this.#parts.timers.now(),
    };
  }
}
