import { SimulatorUsageError } from './errors.js';
import { archivedEvent, leftEvent, memberEvent, renamedEvent } from './events.js';
import type { Lookup } from './lookup.js';
import type { Messaging } from './messaging.js';
import type { Change, Channel, Json, Message } from './types.js';
import type { Workspace } from './workspace.js';

export interface ChannelActsParts {
  readonly workspace: Workspace;
  readonly find: Lookup;
  readonly messaging: Messaging;
  readonly publish: (event: Json) => void;
  readonly notify: (change: Change) => void;
}

const SLACK = 'USLACKBOT';

export interface Note {
  readonly channel: string;
  readonly subtype: string;
  readonly text?: string;
  readonly fields?: Json;
}

/** What people do with channels: who is in them, their names, and whether they are archived. Each act leaves a note in the channel. */
export class ChannelActs {
  readonly #parts: ChannelActsParts;

  constructor(parts: ChannelActsParts) {
    this.#parts = parts;
  }

  /** A user or the app joins: a note, and `member_joined_channel` if the app is in the channel then. */
  join({ user, channel: id, inviter }: { user: string; channel: string; inviter?: string | undefined }): Message {
    const { workspace, find } = this.#parts;
    const channel = find.openChannel(id);
    find.user(user);
    if (inviter !== undefined) find.member(id, inviter);
    const isNew = !channel.members.has(user);
    channel.members.add(user);
    const fields = inviter === undefined ? {} : { inviter };
    const note = this.#note(channel, user, 'join', `has joined the ${wordFor(channel)}`, fields);
    if (isNew) {
      const about = { user, inviter, ts: workspace.nextTs() };
      this.#tell(channel, memberEvent('member_joined_channel', about, channel, workspace.team.id));
    }
    return note;
  }

  /** Removes a user or the app. The app hears that it left itself: `channel_left` or `group_left`. */
  leave({ user, channel: id }: { user: string; channel: string }): void {
    const { workspace, find, publish, notify } = this.#parts;
    const channel = find.channel(id);
    if (!channel.members.delete(user)) throw new SimulatorUsageError(`${user} is not in ${id}`);
    const ts = workspace.nextTs();
    if (user === workspace.bot.id) publish(leftEvent(channel, ts));
    else this.#tell(channel, memberEvent('member_left_channel', { user, ts }, channel, workspace.team.id));
    notify({ kind: 'channel', id });
  }

  /** A note, and `channel_rename` or `group_rename`. */
  rename({ user, channel: id, name }: { user: string; channel: string; name: string }): void {
    const { workspace, find } = this.#parts;
    find.member(id, user);
    const channel = find.openChannel(id);
    const fields = { old_name: channel.name, name };
    channel.name = name;
    const said = `has renamed the ${wordFor(channel)} from "${fields.old_name}" to "${name}"`;
    this.#note(channel, user, 'name', said, fields);
    this.#tell(channel, renamedEvent(channel, workspace.nextTs()));
  }

  /** A note, and `channel_archive` or `group_archive`; the same with `unarchive`. Without `user`, nobody is told. */
  setArchived({ channel: id, user }: { channel: string; user?: string | undefined }, archived: boolean): void {
    const { workspace, find, notify } = this.#parts;
    const channel = find.channel(id);
    channel.archived = archived;
    notify({ kind: 'channel', id });
    if (user === undefined) return;
    const what = archived ? 'archive' : 'unarchive';
    this.#note(channel, user, what, `has ${what}d the ${wordFor(channel)}`, {});
    this.#tell(channel, archivedEvent(channel, user, workspace.nextTs()));
  }

  /** A post of Slack's own, such as a huddle's. `fields`: what it has besides `subtype` and `text`. */
  note({ channel: id, subtype, text = '', fields = {} }: Note): Message {
    const { workspace, find, messaging } = this.#parts;
    const channel = find.openChannel(id);
    const { blocks, ...noteFields } = fields;
    const note: Message = {
      channel: channel.id,
      ts: workspace.nextTs(),
      user: SLACK,
      subtype,
      text,
      reactions: [],
      noteFields,
      ...(Array.isArray(blocks) && { blocks }),
    };
    messaging.post(note);
    return note;
  }

  #note(channel: Channel, user: string, what: string, said: string, noteFields: Json): Message {
    const { workspace, messaging } = this.#parts;
    const note: Message = {
      channel: channel.id,
      ts: workspace.nextTs(),
      user,
      subtype: `${wordFor(channel)}_${what}`,
      text: `<@${user}> ${said}`,
      reactions: [],
      noteFields,
    };
    messaging.post(note);
    return note;
  }

  /** The app gets events only from channels that it is in. */
  #tell(channel: Channel, event: Json): void {
    const { workspace, publish, notify } = this.#parts;
    notify({ kind: 'channel', id: channel.id });
    if (channel.members.has(workspace.bot.id)) publish(event);
  }
}

/** As in the names of events and subtypes. */
function wordFor({ kind }: Channel): 'channel' | 'group' {
  return kind === 'channel' ? 'channel' : 'group';
}
