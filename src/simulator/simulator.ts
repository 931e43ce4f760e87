import { randomUUID } from 'node:crypto';
import type { Call } from './api.js';
import { avatarOf } from './avatars.js';
import { composeParts, type Parts, type SimulatorOptions } from './compose.js';
import type { Delivery } from './delivery.js';
import { SimulatorUsageError } from './errors.js';
import type { Faults } from './faults.js';
import type { Reacting, Saying } from './people.js';
import type { Reading } from './read-cursors.js';
import type { Session } from './sessions.js';
import type { Status } from './statuses.js';
import type { Change, Channel, ChannelKind, Json, Message, User } from './types.js';
import { MAX_GROUP } from './workspace.js';

const UNTIL_TIMEOUT_MS = 10_000;

/** Starts a local Slack. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

/**
 * A simulated Slack on 127.0.0.1: one workspace with one app installed, with Web API, Socket Mode and HTTP events.
 * The methods act as people in the workspace. They return copies; only `calls` and `deliveries` are live (read-only).
 */
export class Simulator {
  readonly #parts: Parts;

  constructor(options: SimulatorOptions) {
    this.#parts = composeParts(options);
  }

  listen(port: number): Promise<void> {
    return this.#parts.server.listen(port);
  }

  /** Closes all connections and cancels all timers. */
  async stop(): Promise<void> {
    this.#parts.outbox.close();
    this.#parts.timers.close();
    this.#parts.http?.close();
    await this.#parts.sockets.close();
    await this.#parts.server.close();
    this.#parts.listeners.clear();
  }

  /** Faults to inject into future calls. */
  get faults(): Faults {
    return this.#parts.faults;
  }

  get botToken(): string {
    return this.#parts.secrets.botToken;
  }

  get appToken(): string {
    return this.#parts.secrets.appToken;
  }

  get signingSecret(): string {
    return this.#parts.secrets.signingSecret;
  }

  /** The `seed` option, or the random seed used instead. Pass it again to get the same workspace. */
  get seed(): number {
    return this.#parts.seed;
  }

  /** Base URL of the Web API, for a client's `slackApiUrl`. */
  get apiUrl(): string {
    return `http://${this.#parts.server.host}/api/`;
  }

  get team(): { readonly id: string; readonly name: string; readonly domain: string } {
    return this.#parts.workspace.team;
  }

  /** The app under test, as a user of the workspace. */
  get bot(): { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string } {
    const { id, botId, appId, name } = this.#parts.workspace.bot;
    return { userId: id, botId: botId ?? '', appId: appId ?? '', name };
  }

  /** @param user set `team` to another workspace's id for a Slack Connect guest, `app` for another app's bot */
  addUser(user: { name: string; displayName?: string; team?: string; timeZone?: string; app?: boolean }): User {
    const added = this.#parts.workspace.addUser(user);
    this.#parts.listeners.notify({ kind: 'user', id: added.id });
    return { ...added };
  }

  /** @param channel `members` are user ids; list the bot to make it a member. Default kind: a public `channel` */
  addChannel(channel: { name: string; members: readonly string[]; kind?: ChannelKind }): { id: string } {
    const { id } = this.#parts.workspace.addChannel({ kind: 'channel', ...channel });
    this.#parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** The DM between a person and the bot. */
  dm(userId: string): { id: string } {
    if (userId === this.bot.userId) throw new SimulatorUsageError('the bot has no DM with itself');
    const { id } = this.#parts.workspace.openDm(userId);
    this.#parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** The group DM between two to eight people and the bot. */
  groupDm(users: readonly string[]): { id: string } {
    const people = [...new Set(users)].filter((id) => id !== this.bot.userId);
    if (people.length < 2 || people.length > MAX_GROUP)
      throw new SimulatorUsageError(`a group DM needs 2 to ${MAX_GROUP} people`);
    const { id } = this.#parts.workspace.openGroupDm(people);
    this.#parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  archive(channel: string): void {
    this.#parts.find.channel(channel).archived = true;
    this.#parts.listeners.notify({ kind: 'channel', id: channel });
  }

  users(): User[] {
    return structuredClone([...this.#parts.workspace.users.values()]);
  }

  channels(): Channel[] {
    return structuredClone([...this.#parts.workspace.channels.values()]);
  }

  /** Posts a message as a person or as another app's bot. @returns the message's `ts` */
  say(saying: Saying): { ts: string } {
    return { ts: this.#parts.people.say(saying).ts };
  }

  /** A person starts a new chat with the app. @returns the chat's thread */
  beginAgentThread(chat: { user: string; title: string }): { channel: string; ts: string } {
    const { channel, ts } = this.#parts.people.beginAgentThread(chat);
    return { channel, ts };
  }

  edit(edit: { user: string; channel: string; ts: string; text: string }): void {
    this.#parts.people.edit(edit);
  }

  /** Deletes any message. */
  remove(where: { channel: string; ts: string }): void {
    this.#parts.people.remove(where);
  }

  /** Adds a link preview to the message, as Slack does: `message_changed` with the same text. */
  unfurl(where: { channel: string; ts: string }): void {
    this.#parts.people.unfurl(where);
  }

  join(entry: { user: string; channel: string }): { ts: string } {
    return { ts: this.#parts.people.join(entry).ts };
  }

  /** Removes a user or the app from a channel. Sends no event. */
  leave(exit: { user: string; channel: string }): void {
    this.#parts.find.channel(exit.channel).members.delete(exit.user);
    this.#parts.listeners.notify({ kind: 'channel', id: exit.channel });
  }

  react(reaction: Reacting): void {
    this.#parts.people.react(reaction);
  }

  unreact(reaction: Reacting): void {
    this.#parts.people.unreact(reaction);
  }

  /** Presses Slack's stop button under a stream: `agent_session_stopped`. */
  stopStream(press: { user: string; channel: string; ts: string }): void {
    this.#parts.people.stopStream(press);
  }

  /**
   * Moves a user's read cursor to the message `ts`, in the channel or, with `threadTs`, in that thread.
   * It never moves back. Posting a message also marks it as read by its author.
   */
  markRead(reading: Reading): void {
    this.#parts.people.markRead(reading);
  }

  /** The `ts` a user read last in the channel, or in a thread of it; undefined if they read nothing there. */
  lastRead(user: string, channel: string, threadTs?: string): string | undefined {
    return this.#parts.readCursors.last(user, channel, threadTs);
  }

  /** A user's avatar as SVG, as served at the image URLs of the profile. @param size width and height in pixels */
  avatar(userId: string, size?: number): string {
    const svg = avatarOf(userId, this.#parts.workspace, size);
    if (svg === undefined) throw new SimulatorUsageError(`no such user: ${userId}`);
    return svg;
  }

  /** Messages of a channel, or of one thread with its root, oldest first. Includes ephemeral messages. */
  messages(channel: string, threadTs?: string): Message[] {
    const all = this.#parts.workspace.messages(channel);
    const shown =
      threadTs === undefined ? all : all.filter(({ ts, threadTs: root }) => ts === threadTs || root === threadTs);
    return structuredClone([...shown]);
  }

  /** The thread's current status, such as "is thinking…"; undefined if none is shown. */
  status(channel: string, threadTs: string): Status | undefined {
    return this.#parts.statuses.get(channel, threadTs);
  }

  /** Title, status and suggested prompts of an agent session. `threadTs` is '' for prompts set without a thread. */
  session(channel: string, threadTs: string): Session | undefined {
    return this.#parts.sessions.get(channel, threadTs);
  }

  /** Web API calls so far, in order of arrival. */
  get calls(): readonly Call[] {
    return this.#parts.api.calls;
  }

  /** Events so far with their delivery attempts, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#parts.outbox.deliveries;
  }

  /** Number of open sockets that receive events. */
  get socketCount(): number {
    return this.#parts.sockets.count;
  }

  /** Sends any inner event to the app, in a new envelope. */
  deliver(event: Json): void {
    this.#parts.publish(event);
  }

  /** Sends this event again, marked as a retry, as Slack does after a lost ack. */
  redeliver(eventId: string): void {
    this.#parts.outbox.redeliver(eventId);
  }

  /** Like `redeliver`, for the newest event. */
  redeliverLast(): void {
    this.#parts.outbox.redeliverLast();
  }

  /** Terminates every socket without a close frame. */
  dropSockets(): void {
    this.#parts.sockets.drop();
  }

  /** Asks every connected client to reconnect. */
  refreshSockets(): void {
    this.#parts.sockets.refresh();
  }

  /** Runs the Request URL's verification handshake. True if the app echoed the challenge. Requires `eventsUrl`. */
  verifyUrl(): Promise<boolean> {
    if (this.#parts.http === undefined)
      throw new SimulatorUsageError('events go over sockets: set eventsUrl to have a URL to verify');
    return this.#parts.http.verifyUrl(randomUUID());
  }

  /** @returns a function that removes the listener */
  onChange(listener: (change: Change) => void): () => void {
    return this.#parts.listeners.add(listener);
  }

  /**
   * Checks `condition` now and after every change. Resolves with its first value that is not false, null or undefined.
   * @param timeoutMs real time; rejects with an Error when it has passed
   */
  until<T>(condition: () => T, timeoutMs = UNTIL_TIMEOUT_MS): Promise<Exclude<T, false | null | undefined>> {
    return this.#parts.listeners.until(condition, timeoutMs);
  }
}
