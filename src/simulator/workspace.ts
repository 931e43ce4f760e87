import { SimulatorUsageError } from './errors.js';
import type { Ids } from './ids.js';
import { checkTimeZone } from './time-zones.js';
import type { Channel, ChannelKind, Message, SharedFile, User, UserGroup } from './types.js';

/**
 * Maximum number of people in a group DM, not counting the app.
 * https://docs.slack.dev/reference/methods/conversations.open
 */
export const MAX_GROUP = 8;
const MICROS_PER_MS = 1000;
const MICROS_PER_S = 1_000_000;

const DEFAULT_LOCALE = 'en-US';

export interface NewUser extends Partial<Pick<User, 'displayName' | 'team' | 'timeZone' | 'role' | 'locale'>> {
  readonly name: string;
  readonly app?: boolean;
}

/** The stored state of one workspace with one app installed. Sends no events. */
export class Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly bot: User;
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly userGroups = new Map<string, UserGroup>();
  /** Uploaded, and shared nowhere. */
  readonly privateFiles = new Map<string, SharedFile>();
  /** Their ids. */
  readonly deletedFiles = new Set<string>();
  readonly #messages = new Map<string, Message[]>();
  readonly #ids: Ids;
  readonly #now: () => number;
  #lastMicros = 0;

  constructor(ids: Ids, now: () => number, botName: string) {
    this.#ids = ids;
    this.#now = now;
    this.team = { id: ids.id('T'), name: 'Playground', domain: 'playground' };
    this.bot = this.addUser({ name: botName, team: this.team.id, app: true });
  }

  addUser(user: NewUser): User {
    if (user.timeZone !== undefined) checkTimeZone(user.timeZone);
    const added: User = {
      id: this.#ids.id('U'),
      name: user.name,
      displayName: user.displayName ?? user.name,
      team: user.team ?? this.team.id,
      role: user.role ?? 'member',
      locale: user.locale ?? DEFAULT_LOCALE,
      timeZone: user.timeZone ?? 'Europe/Berlin',
      deleted: false,
      ...(user.app === true ? { botId: this.#ids.id('B'), appId: this.#ids.id('A') } : {}),
    };
    this.users.set(added.id, added);
    return added;
  }

  addChannel(channel: { name: string; kind: ChannelKind; members: readonly string[] }): Channel {
    this.#checkUsers(channel.members);
    const added: Channel = {
      id: this.#ids.id(channel.kind === 'im' ? 'D' : 'C'),
      name: channel.name,
      kind: channel.kind,
      members: new Set(channel.members),
      created: this.#now(),
      archived: false,
    };
    this.channels.set(added.id, added);
    this.#messages.set(added.id, []);
    return added;
  }

  addUserGroup(group: { handle: string; name: string; members: readonly string[] }): UserGroup {
    this.#checkUsers(group.members);
    const added: UserGroup = { ...group, id: this.#ids.id('S'), members: [...group.members], created: this.#now() };
    this.userGroups.set(added.id, added);
    return added;
  }

  /** The bot's DM with a person, created on first use. */
  openDm(userId: string): Channel {
    for (const channel of this.channels.values()) {
      if (channel.kind === 'im' && channel.members.has(userId)) return channel;
    }
    return this.addChannel({ name: userId, kind: 'im', members: [userId, this.bot.id] });
  }

  /** The bot's group DM with these people, created on first use. */
  openGroupDm(userIds: readonly string[]): Channel {
    const members = new Set([...userIds, this.bot.id]);
    for (const channel of this.channels.values()) {
      const same = channel.members.size === members.size && userIds.every((id) => channel.members.has(id));
      if (channel.kind === 'mpim' && same) return channel;
    }
    const names = userIds.map((id) => this.users.get(id)?.name ?? id);
    return this.addChannel({ name: `mpdm-${names.join('--')}-1`, kind: 'mpim', members: [...members] });
  }

  /** A new `ts`: seconds with six decimals, unique and increasing in the workspace. */
  nextTs(): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.trunc(this.#now() * MICROS_PER_MS));
    const seconds = Math.floor(this.#lastMicros / MICROS_PER_S);
    return `${seconds}.${String(this.#lastMicros % MICROS_PER_S).padStart(6, '0')}`;
  }

  addMessage(message: Message): void {
    this.#messagesIn(message.channel).push(message);
  }

  deleteMessage(message: Message): void {
    const messages = this.#messagesIn(message.channel);
    messages.splice(messages.indexOf(message), 1);
  }

  /** All messages of a channel, oldest first, including ephemeral ones. */
  messages(channel: string): readonly Message[] {
    return this.#messagesIn(channel);
  }

  /** Messages shown in the channel itself, oldest first: no replies except broadcast ones, no ephemeral messages. */
  topLevel(channel: string): readonly Message[] {
    return this.#messagesIn(channel).filter(
      ({ ephemeralTo, threadTs, subtype }) =>
        ephemeralTo === undefined && (threadTs === undefined || subtype === 'thread_broadcast'),
    );
  }

  /** The message with this `ts`, unless it is ephemeral. */
  message(channel: string, ts: string): Message | undefined {
    return this.#messagesIn(channel).find((message) => message.ts === ts && message.ephemeralTo === undefined);
  }

  /** The replies of a thread, oldest first, without the root. */
  replies(channel: string, rootTs: string): readonly Message[] {
    return this.#messagesIn(channel).filter(
      (message) => message.threadTs === rootTs && message.ephemeralTo === undefined,
    );
  }

  /** A file that was shared, or uploaded. Also if it was deleted while a message still shows it. */
  file(id: string): SharedFile | undefined {
    const [message] = this.messagesWith(id);
    return message?.files?.find((file) => file.id === id) ?? this.privateFiles.get(id);
  }

  messagesWith(fileId: string): Message[] {
    return [...this.#messages.values()].flat().filter(({ files = [] }) => files.some(({ id }) => id === fileId));
  }

  #checkUsers(ids: readonly string[]): void {
    const unknown = ids.filter((id) => !this.users.has(id));
    if (unknown.length > 0) throw new SimulatorUsageError(`no such user: ${unknown.join(', ')}`);
  }

  #messagesIn(channel: string): Message[] {
    const messages = this.#messages.get(channel);
    if (messages === undefined) throw new SimulatorUsageError(`no such channel: ${channel}`);
    return messages;
  }
}
