import { SimulatorUsageError } from './errors.js';
import type { Channel, Message, User } from './types.js';
import type { Workspace } from './workspace.js';

/** Finds users, channels and messages by id. Throws SimulatorUsageError if missing or not accessible. */
export class Lookup {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  user(id: string): User {
    const user = this.#workspace.users.get(id);
    if (user === undefined) throw new SimulatorUsageError(`no such user: ${id}`);
    return user;
  }

  channel(id: string): Channel {
    const channel = this.#workspace.channels.get(id);
    if (channel === undefined) throw new SimulatorUsageError(`no such channel: ${id}`);
    return channel;
  }

  /** A channel that is not archived. */
  openChannel(id: string): Channel {
    const channel = this.channel(id);
    if (channel.archived) throw new SimulatorUsageError(`${id} is archived`);
    return channel;
  }

  member(channelId: string, userId: string): User {
    if (!this.channel(channelId).members.has(userId)) throw new SimulatorUsageError(`${userId} is not in ${channelId}`);
    return this.user(userId);
  }

  /** A message that is neither deleted nor ephemeral. */
  message(channelId: string, ts: string): Message {
    const message = this.#workspace.message(channelId, ts);
    if (message === undefined || message.subtype === 'tombstone')
      throw new SimulatorUsageError(`no message ${ts} in ${channelId}`);
    return message;
  }

  /** The root of a thread, which may be a tombstone. */
  root(channelId: string, ts: string): Message {
    const root = this.#workspace.message(channelId, ts);
    if (root === undefined) throw new SimulatorUsageError(`no message ${ts} in ${channelId}`);
    if (root.threadTs !== undefined) throw new SimulatorUsageError(`not a thread root but a reply: ${ts}`);
    return root;
  }
}
