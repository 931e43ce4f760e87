import { avatarOf } from './avatars.js';
import type { Note } from './channel-acts.js';
import type { Parts } from './compose.js';
import { SimulatorUsageError } from './errors.js';
import type { Act, Typed } from './interactions.js';
import type { Reacting, Saying } from './people.js';
import type { Reading } from './read-cursors.js';
import type { Channel, ChannelKind, SharedFile, User } from './types.js';
import type { Entered } from './view-state.js';
import type { View } from './views.js';
import { MAX_GROUP, type NewUser } from './workspace.js';

/** What people and other apps do in the workspace, and who and what is in it. Methods return copies. */
export class WorkspaceActions {
  constructor(protected readonly parts: Parts) {}

  /** @param user set `team` to another workspace's id for a Slack Connect guest, `app` for another app's bot */
  addUser(user: NewUser): User {
    const added = this.parts.workspace.addUser(user);
    this.parts.listeners.notify({ kind: 'user', id: added.id });
    return { ...added };
  }

  /** @param channel `members` are user ids; list the bot to make it a member. Default kind: a public `channel` */
  addChannel(channel: { name: string; members: readonly string[]; kind?: ChannelKind }): { id: string } {
    const { id } = this.parts.workspace.addChannel({ kind: 'channel', ...channel });
    this.parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** @param group `handle` is what people type behind the @ */
  addUserGroup(group: { handle: string; name?: string; members: readonly string[] }): { id: string } {
    const { id } = this.parts.workspace.addUserGroup({ name: group.handle, ...group });
    return { id };
  }

  /** The DM between a person and the bot. */
  dm(userId: string): { id: string } {
    if (userId === this.parts.workspace.bot.id) throw new SimulatorUsageError('the bot has no DM with itself');
    const { id } = this.parts.workspace.openDm(userId);
    this.parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** The group DM between two to eight people and the bot. */
  groupDm(users: readonly string[]): { id: string } {
    const people = [...new Set(users)].filter((id) => id !== this.parts.workspace.bot.id);
    if (people.length < 2 || people.length > MAX_GROUP)
      throw new SimulatorUsageError(`a group DM needs 2 to ${MAX_GROUP} people`);
    const { id } = this.parts.workspace.openGroupDm(people);
    this.parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** With `user`, who did it, there is a note in the channel, and `channel_archive` or `group_archive`. */
  archive(channel: string, user?: string): void {
    this.parts.channelActs.setArchived({ channel, user }, true);
  }

  unarchive(channel: string, user?: string): void {
    this.parts.channelActs.setArchived({ channel, user }, false);
  }

  /** A member renames the channel: `channel_rename` or `group_rename`. */
  rename(renaming: { user: string; channel: string; name: string }): void {
    this.parts.channelActs.rename(renaming);
  }

  setRole(user: string, role: User['role']): void {
    this.parts.find.user(user).role = role;
  }

  users(): User[] {
    return structuredClone([...this.parts.workspace.users.values()]);
  }

  channels(): Channel[] {
    return structuredClone([...this.parts.workspace.channels.values()]);
  }

  /** Posts a message as a person or as another app's bot. @returns the message's `ts` */
  say(saying: Saying): { ts: string } {
    return { ts: this.parts.people.say(saying).ts };
  }

  /** A person starts a new chat with the app. @returns the chat's thread */
  beginAgentThread(chat: { user: string; title: string }): { channel: string; ts: string } {
    const { channel, ts } = this.parts.people.beginAgentThread(chat);
    return { channel, ts };
  }

  /** A person opens the app's Messages tab: `app_home_opened`. */
  openMessagesTab(opened: { user: string }): void {
    this.parts.people.openMessagesTab(opened);
  }

  edit(edit: { user: string; channel: string; ts: string; text: string }): void {
    this.parts.people.edit(edit);
  }

  /** Deletes any message. */
  remove(where: { channel: string; ts: string }): void {
    this.parts.people.remove(where);
  }

  /** A file that was shared, with its content; undefined if it is unknown or deleted. */
  file(id: string): SharedFile | undefined {
    const { workspace } = this.parts;
    return workspace.deletedFiles.has(id) ? undefined : workspace.file(id);
  }

  /** Deletes a file: `file_deleted`, and `message_changed` or `message_deleted` of the messages that showed it. */
  deleteFile(file: { id: string }): void {
    this.parts.people.deleteFile(file);
  }

  /** Adds a link preview to the message, as Slack does: `message_changed` with the same text. */
  unfurl(where: { channel: string; ts: string }): void {
    this.parts.people.unfurl(where);
  }

  /** A post of Slack's own, such as that of a huddle (`huddle_thread`), or of comments in a canvas (`document_comment_root`). */
  note(note: Note): { ts: string } {
    return { ts: this.parts.channelActs.note(note).ts };
  }

  /** A user or the app joins a channel: a note, and `member_joined_channel`. */
  join(entry: { user: string; channel: string; inviter?: string }): { ts: string } {
    return { ts: this.parts.channelActs.join(entry).ts };
  }

  /** Removes a user or the app from a channel: `member_left_channel`, or for the app `channel_left` or `group_left`. */
  leave(exit: { user: string; channel: string }): void {
    this.parts.channelActs.leave(exit);
  }

  react(reaction: Reacting): void {
    this.parts.people.react(reaction);
  }

  unreact(reaction: Reacting): void {
    this.parts.people.unreact(reaction);
  }

  /** Presses Slack's stop button under a stream: `agent_session_stopped`. */
  stopStream(press: { user: string; channel: string; ts: string }): void {
    this.parts.people.stopStream(press);
  }

  /**
   * Types a slash command. Resolves when the app has acknowledged it, or has failed to within three seconds.
   * Slack does not send commands again.
   */
  command(typed: Typed): Promise<Act> {
    return this.parts.interactions.command(typed);
  }

  /** Presses the button with this `action_id` in a message of the app. */
  press(press: { user: string; channel: string; ts: string; actionId: string; value?: string }): Promise<Act> {
    return this.parts.interactions.press(press);
  }

  /** Uses a shortcut with this `callback_id`: on the message, or without one from anywhere. */
  shortcut(use: { user: string; callbackId: string; channel?: string; ts?: string }): Promise<Act> {
    return this.parts.interactions.shortcut(use);
  }

  /** Presses a button, or chooses an option, in the person's modal or Home tab. */
  pressInView(press: { user: string; actionId: string; value?: string }): Promise<Act> {
    return this.parts.interactions.pressInView(press);
  }

  /** Submits the modal that the person has open. `entered` by `action_id`; other fields stay as the app filled them in. */
  submitModal(submission: { user: string; entered?: Entered }): Promise<Act> {
    return this.parts.interactions.submit(submission);
  }

  closeModal(user: string): void {
    this.parts.views.close(user);
  }

  /** The modal that the person has open. */
  modal(user: string): View | undefined {
    return structuredClone(this.parts.views.modal(user));
  }

  /** What the app shows in the person's Home tab. */
  home(user: string): View | undefined {
    return structuredClone(this.parts.views.home(user));
  }

  /** A person opens the app's Home tab: `app_home_opened`. */
  openHomeTab(opened: { user: string }): void {
    this.parts.people.openHomeTab(opened);
  }

  /** Sends a command or a pressed button again, as after a lost ack. */
  redeliverAct(id: string): Promise<void> {
    return this.parts.interactions.redeliver(id);
  }

  /** Commands and pressed buttons so far, oldest first. */
  get acts(): readonly Act[] {
    return this.parts.interactions.acts;
  }

  /**
   * Moves a user's read cursor to the message `ts`, in the channel or, with `threadTs`, in that thread.
   * It never moves back. Posting a message also marks it as read by its author.
   */
  markRead(reading: Reading): void {
    this.parts.people.markRead(reading);
  }

  /** The `ts` a user read last in the channel, or in a thread of it; undefined if they read nothing there. */
  lastRead(user: string, channel: string, threadTs?: string): string | undefined {
    return this.parts.readCursors.last(user, channel, threadTs);
  }

  /** A user's avatar as SVG, as served at the image URLs of the profile. @param size width and height in pixels */
  avatar(userId: string, size?: number): string {
    const svg = avatarOf(userId, this.parts.workspace, size);
    if (svg === undefined) throw new SimulatorUsageError(`no such user: ${userId}`);
    return svg;
  }
}
