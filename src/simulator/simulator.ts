import { randomUUID } from 'node:crypto';
import type { Call } from './api.js';
import { avatarOf } from './avatars.js';
import type { Delivery } from './delivery.js';
import { SimulatorUsageError } from './errors.js';
import type { Faults } from './faults.js';
import type { Reacting, Saying } from './people.js';
import type { Reading } from './read-cursors.js';
import type { Session } from './sessions.js';
import type { Status } from './statuses.js';
import type { Change, Channel, ChannelKind, Json, Message, User } from './types.js';
import { composeParts, type Parts, type SimulatorOptions } from './compose.js';
import { MAX_GROUP } from './workspace.js';

const UNTIL_TIMEOUT_MS = 10_000;

/** Starts a Slack for this machine. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

/**
 * One workspace with one app installed: the Web API, Socket Mode and HTTP events on 127.0.0.1,
 * and methods to do what people do. What they return are copies, so that nothing outside changes the workspace;
 * `calls` and `deliveries` alone are live, and for reading only.
 */
export class Simulator {
  readonly #parts: Parts;

  constructor(options: SimulatorOptions) {
    this.#parts = composeParts(options);
  }

  listen(port: number): Promise<void> {
    return this.#parts.server.listen(port);
  }

  /** Closes every socket and connection and takes back every timer. */
  async stop(): Promise<void> {
    this.#parts.outbox.close();
    this.#parts.timers.close();
    this.#parts.http?.close();
    await this.#parts.sockets.close();
    await this.#parts.server.close();
    this.#parts.listeners.clear();
  }

  /** What shall go wrong with coming calls. */
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

  /** What `seed` was, or the number drawn in its place: gives the same workspace again. */
  get seed(): number {
    return this.#parts.seed;
  }

  /** For the `slackApiUrl` of a client. */
  get apiUrl(): string {
    return `http://${this.#parts.server.host}/api/`;
  }

  get team(): { readonly id: string; readonly name: string; readonly domain: string } {
    return this.#parts.workspace.team;
  }

  /** The app under test, as it stands in the workspace. */
  get bot(): { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string } {
    const { id, botId, appId, name } = this.#parts.workspace.bot;
    return { userId: id, botId: botId ?? '', appId: appId ?? '', name };
  }

  /** @param user `team`: another workspace's id makes a Slack Connect guest; `app`: another app's bot */
  addUser(user: { name: string; displayName?: string; team?: string; timeZone?: string; app?: boolean }): User {
    const added = this.#parts.workspace.addUser(user);
    this.#parts.listeners.notify({ kind: 'user', id: added.id });
    return { ...added };
  }

  /** @param channel `members` are users' ids; the bot is in only if named. Default kind: a public `channel` */
  addChannel(channel: { name: string; members: readonly string[]; kind?: ChannelKind }): { id: string } {
    const { id } = this.#parts.workspace.addChannel({ kind: 'channel', ...channel });
    this.#parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** The DM of a person with the bot. */
  dm(userId: string): { id: string } {
    if (userId === this.bot.userId) throw new SimulatorUsageError('the bot has no DM with itself');
    const { id } = this.#parts.workspace.openDm(userId);
    this.#parts.listeners.notify({ kind: 'channel', id });
    return { id };
  }

  /** The group DM of two to eight people with the bot. */
  groupDm(users: readonly string[]): { id: string } {
    const people = [...new Set(users)].filter((id) => id !== this.bot.userId);
    if (people.length < 2 || people.length > MAX_GROUP)
      throw new SimulatorUsageError(`a group DM is of 2 to ${MAX_GROUP} people`);
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

  /** A person, or another app's bot, writes. @returns the message's `ts` */
  say(saying: Saying): { ts: string } {
    return { ts: this.#parts.people.say(saying).ts };
  }

  /** A person begins a new chat with the app. @returns where its thread is */
  beginAgentThread(chat: { user: string; title: string }): { channel: string; ts: string } {
    const { channel, ts } = this.#parts.people.beginAgentThread(chat);
    return { channel, ts };
  }

  edit(edit: { user: string; channel: string; ts: string; text: string }): void {
    this.#parts.people.edit(edit);
  }

  /** Somebody deletes a message. */
  remove(where: { channel: string; ts: string }): void {
    this.#parts.people.remove(where);
  }

  /** A link in the message gets its preview: `message_changed` with the same text. */
  unfurl(where: { channel: string; ts: string }): void {
    this.#parts.people.unfurl(where);
  }

  join(entry: { user: string; channel: string }): { ts: string } {
    return { ts: this.#parts.people.join(entry).ts };
  }

  /** Somebody leaves a channel, or the app is removed from it. No event. */
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

  /** Somebody presses Slack's stop button under a stream: `agent_session_stopped`. */
  stopStream(press: { user: string; channel: string; ts: string }): void {
    this.#parts.people.stopStream(press);
  }

  /**
   * Somebody has read down to the message `ts`, in the channel itself or in the thread of the root `threadTs`.
   * An older `ts` than the one read last changes nothing. What one says oneself is read at once.
   */
  markRead(reading: Reading): void {
    this.#parts.people.markRead(reading);
  }

  /** The `ts` somebody read last, in the channel itself or in a thread; undefined if they read nothing there. */
  lastRead(user: string, channel: string, threadTs?: string): string | undefined {
    return this.#parts.readCursors.last(user, channel, threadTs);
  }

  /** The picture of a user as SVG, the same as at the baseUrls in a profile. @param size of its sides in pixels */
  avatar(userId: string, size?: number): string {
    const svg = avatarOf(userId, this.#parts.workspace, size);
    if (svg === undefined) throw new SimulatorUsageError(`no such user: ${userId}`);
    return svg;
  }

  /** The messages of a channel, or of one thread with its root, oldest first. Ephemeral ones are among them. */
  messages(channel: string, threadTs?: string): Message[] {
    const all = this.#parts.workspace.messages(channel);
    const shown =
      threadTs === undefined ? all : all.filter(({ ts, threadTs: root }) => ts === threadTs || root === threadTs);
    return structuredClone([...shown]);
  }

  /** What stands under the thread now, such as "is thinking…". */
  status(channel: string, threadTs: string): Status | undefined {
    return this.#parts.statuses.get(channel, threadTs);
  }

  /** Title, status and suggested prompts of an agent's session; `threadTs` is '' for prompts of a whole DM. */
  session(channel: string, threadTs: string): Session | undefined {
    return this.#parts.sessions.get(channel, threadTs);
  }

  /** Every call of the Web API so far, in order of arrival. */
  get calls(): readonly Call[] {
    return this.#parts.api.calls;
  }

  /** Every event so far with its attempts, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#parts.outbox.deliveries;
  }

  /** Open sockets that still get events. */
  get socketCount(): number {
    return this.#parts.sockets.count;
  }

  /** Sends an inner event of any shape to the app, in an envelope of its own. */
  deliver(event: Json): void {
    this.#parts.publish(event);
  }

  /** Sends this event once more, marked as a retry, as after a lost ack. */
  redeliver(eventId: string): void {
    this.#parts.outbox.redeliver(eventId);
  }

  /** The same with the newest event. */
  redeliverLast(): void {
    this.#parts.outbox.redeliverLast();
  }

  /** Breaks every socket without a word. */
  dropSockets(): void {
    this.#parts.sockets.drop();
  }

  /** Asks every socket's client to connect again. */
  refreshSockets(): void {
    this.#parts.sockets.refresh();
  }

  /** Makes the Request URL's handshake. True when the app answered the challenge. Needs `eventsUrl`. */
  verifyUrl(): Promise<boolean> {
    if (this.#parts.http === undefined)
      throw new SimulatorUsageError('events go over sockets: there is no URL to verify');
    return this.#parts.http.verifyUrl(randomUUID());
  }

  /** @returns what takes the listener off again */
  onChange(listener: (change: Change) => void): () => void {
    return this.#parts.listeners.add(listener);
  }

  /**
   * Resolves with the first value of `condition` that is neither false, null nor undefined, looked at after every change.
   * @param timeoutMs real time; rejects with an Error when it is over
   */
  until<T>(condition: () => T, timeoutMs = UNTIL_TIMEOUT_MS): Promise<Exclude<T, false | null | undefined>> {
    return this.#parts.listeners.until(condition, timeoutMs);
  }
}
