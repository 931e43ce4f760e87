import { randomInt, randomUUID } from 'node:crypto';
import { type Call, WebApi } from './api.js';
import { realClock, type SimulatorClock } from './clock.js';
import { type Delivery, Outbox } from './delivery.js';
import { SimulatorUsageError } from './errors.js';
import { eventCallback } from './events.js';
import { Faults } from './faults.js';
import { HttpDelivery } from './http-delivery.js';
import { Ids } from './ids.js';
import { type MentionOrder, Messaging } from './messaging.js';
import { People, type Saying } from './people.js';
import { Rates } from './rates.js';
import { SlackServer } from './server.js';
import { type Session, Sessions } from './sessions.js';
import { Sockets } from './sockets.js';
import { type Status, Statuses } from './statuses.js';
import { Timers } from './timers.js';
import type { Change, Channel, ChannelKind, Json, Message, User } from './types.js';
import { Watchers } from './watchers.js';
import { Workspace } from './workspace.js';

const UNTIL_TIMEOUT_MS = 10_000;

export interface SimulatorOptions {
  readonly clock?: SimulatorClock;
  /** Default: a free one. */
  readonly port?: number;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly botName?: string;
  /** Send events there over HTTP, signed, instead of over sockets. */
  readonly eventsUrl?: string;
  /** `slack` answers 429 as Slack's documents promise. Default `off`. */
  readonly limits?: 'off' | 'slack';
  /** Which of the two events of a mention comes first. Default `random`. */
  readonly mentionOrder?: MentionOrder;
  /** Whole number. The same seed and the same calls give the same ids and choices. Default: another each time. */
  readonly seed?: number;
}

/** Starts a Slack for this machine. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

/**
 * One workspace with one app installed: the Web API, Socket Mode and HTTP events on 127.0.0.1,
 * and methods to do what people do. What they return are copies; nothing outside changes the workspace.
 */
export class Simulator {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly seed: number;
  /** What shall go wrong with coming calls. */
  readonly faults = new Faults();
  readonly #timers: Timers;
  readonly #watchers = new Watchers();
  readonly #workspace: Workspace;
  readonly #ids: Ids;
  readonly #statuses: Statuses;
  readonly #sessions: Sessions;
  readonly #messaging: Messaging;
  readonly #people: People;
  readonly #sockets: Sockets;
  readonly #http: HttpDelivery | undefined;
  readonly #outbox: Outbox;
  readonly #api: WebApi;
  readonly #server: SlackServer;

  constructor(options: SimulatorOptions) {
    this.botToken = options.botToken ?? `xoxb-simulated-${randomUUID()}`;
    this.appToken = options.appToken ?? `xapp-simulated-${randomUUID()}`;
    this.signingSecret = options.signingSecret ?? randomUUID().replaceAll('-', '');
    this.seed = options.seed ?? randomInt(2 ** 31);
    const clock = options.clock ?? realClock;
    const tell = (change: Change): void => this.#watchers.tell(change);
    const publish = (event: Json): void => this.#publish(event);
    this.#timers = new Timers(clock);
    this.#ids = new Ids(this.seed);
    this.#workspace = new Workspace(this.#ids, () => clock.now(), options.botName ?? 'skein');
    this.#statuses = new Statuses(this.#timers, tell);
    this.#sessions = new Sessions(tell);
    const shared = { workspace: this.#workspace, ids: this.#ids, timers: this.#timers };
    this.#messaging = new Messaging({
      ...shared,
      statuses: this.#statuses,
      mentionOrder: options.mentionOrder ?? 'random',
      filesUrl: () => this.#server.filesUrl,
      publish,
      tell,
    });
    this.#people = new People({ ...shared, messaging: this.#messaging, publish });
    this.#sockets = new Sockets(this.#timers, this.#workspace.bot.appId ?? '', () => this.#socketsChanged());
    this.#http = options.eventsUrl === undefined ? undefined : new HttpDelivery(options.eventsUrl, this.signingSecret, this.#timers);
    this.#outbox = new Outbox(this.#http ?? this.#sockets, this.#timers, (id) => tell({ kind: 'delivery', id }));
    this.#api = new WebApi({
      context: {
        ...shared,
        messaging: this.#messaging,
        statuses: this.#statuses,
        sessions: this.#sessions,
        ...(options.limits === 'slack' ? { rates: new Rates(() => clock.now()) } : {}),
        socketUrl: () => `ws://${this.#server.host}${this.#sockets.issueTicket()}`,
      },
      faults: this.faults,
      botToken: this.botToken,
      appToken: this.appToken,
      tell,
    });
    this.#server = new SlackServer({
      call: (method, args, token) => this.#api.call(method, args, token),
      file: (id, token) => (token === this.botToken ? this.#file(id) : undefined),
      upgrade: (request, stream, head) => this.#sockets.upgrade(request, stream, head),
    });
  }

  listen(port: number): Promise<void> {
    return this.#server.listen(port);
  }

  /** Closes every socket and connection and takes back every timer. */
  async stop(): Promise<void> {
    this.#outbox.close();
    this.#timers.close();
    this.#http?.close();
    await this.#sockets.close();
    await this.#server.close();
    this.#watchers.clear();
  }

  /** For the `slackApiUrl` of a client. */
  get apiUrl(): string {
    return `http://${this.#server.host}/api/`;
  }

  get team(): { readonly id: string; readonly name: string; readonly domain: string } {
    return this.#workspace.team;
  }

  /** The app under test, as it stands in the workspace. */
  get bot(): { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string } {
    const { id, botId, appId, name } = this.#workspace.bot;
    return { userId: id, botId: botId ?? '', appId: appId ?? '', name };
  }

  /** @param user `team`: another workspace's id makes a Slack Connect guest; `app`: another app's bot */
  addUser(user: { name: string; displayName?: string; team?: string; timeZone?: string; app?: boolean }): User {
    const added = this.#workspace.addUser(user);
    this.#watchers.tell({ kind: 'user', id: added.id });
    return { ...added };
  }

  /** @param channel `members` are users' ids; the bot is in only if named. Default kind: a public `channel` */
  addChannel(channel: { name: string; members: readonly string[]; kind?: ChannelKind }): { id: string } {
    const { id } = this.#workspace.addChannel({ kind: 'channel', ...channel });
    this.#watchers.tell({ kind: 'channel', id });
    return { id };
  }

  /** The DM of a person with the bot. */
  dm(userId: string): { id: string } {
    return { id: this.#workspace.directMessage(userId).id };
  }

  archive(channel: string): void {
    this.#channel(channel).archived = true;
  }

  users(): User[] {
    return structuredClone([...this.#workspace.users.values()]);
  }

  channels(): Channel[] {
    return structuredClone([...this.#workspace.channels.values()]);
  }

  /** A person, or another app's bot, writes. @returns the message's `ts` */
  say(saying: Saying): { ts: string } {
    return { ts: this.#people.say(saying).ts };
  }

  edit(edit: { user: string; channel: string; ts: string; text: string }): void {
    this.#people.edit(edit);
  }

  /** Somebody deletes a message. */
  remove(where: { channel: string; ts: string }): void {
    this.#people.remove(where);
  }

  /** A link in the message gets its preview: `message_changed` with the same text. */
  unfurl(where: { channel: string; ts: string }): void {
    this.#people.unfurl(where);
  }

  join(entry: { user: string; channel: string }): { ts: string } {
    return { ts: this.#people.join(entry).ts };
  }

  /** Somebody leaves a channel, or the app is removed from it. No event. */
  leave(exit: { user: string; channel: string }): void {
    this.#channel(exit.channel).members.delete(exit.user);
  }

  react(reaction: { user: string; channel: string; ts: string; name: string }): void {
    this.#people.react(reaction);
  }

  unreact(reaction: { user: string; channel: string; ts: string; name: string }): void {
    this.#people.unreact(reaction);
  }

  /** Somebody presses Slack's stop button under a stream: `agent_session_stopped`. */
  stopStream(press: { user: string; channel: string; ts: string }): void {
    this.#people.stopStream(press);
  }

  /** The messages of a channel, or of one thread with its root, oldest first. Ephemeral ones are among them. */
  messages(channel: string, threadTs?: string): Message[] {
    const all = this.#workspace.messages(channel);
    const shown = threadTs === undefined ? all : all.filter(({ ts, threadTs: root }) => ts === threadTs || root === threadTs);
    return structuredClone([...shown]);
  }

  /** What stands under the thread now, such as "is thinking…". */
  status(channel: string, threadTs: string): Status | undefined {
    return this.#statuses.get(channel, threadTs);
  }

  /** Title, status and suggested prompts of an agent's session; `threadTs` is '' for prompts of a whole DM. */
  session(channel: string, threadTs: string): Session | undefined {
    return this.#sessions.get(channel, threadTs);
  }

  /** Every call of the Web API so far, in order of arrival. */
  get calls(): readonly Call[] {
    return this.#api.calls;
  }

  /** Every event so far with its attempts, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#outbox.deliveries;
  }

  /** Open sockets that still get events. */
  get socketCount(): number {
    return this.#sockets.count;
  }

  /** Sends an inner event of any shape to the app, in an envelope of its own. */
  deliver(event: Json): void {
    this.#publish(event);
  }

  /** Sends the newest event once more, marked as a retry, as after a lost ack. */
  redeliverLast(): void {
    this.#outbox.repeatLast();
  }

  /** Breaks every socket without a word. */
  dropSockets(): void {
    this.#sockets.drop();
  }

  /** Asks every socket's client to connect again. */
  refreshSockets(): void {
    this.#sockets.refresh();
  }

  /** Makes the Request URL's handshake. True when the app answered the challenge. Needs `eventsUrl`. */
  verifyUrl(): Promise<boolean> {
    if (this.#http === undefined) throw new SimulatorUsageError('events go over sockets: there is no URL to verify');
    return this.#http.verifyUrl(randomUUID());
  }

  /** @returns what takes the listener off again */
  onChange(listener: (change: Change) => void): () => void {
    return this.#watchers.add(listener);
  }

  /**
   * Resolves with the first value of `condition` that is neither false, null nor undefined, looked at after every change.
   * @param timeoutMs real time; rejects with an Error when it is over
   */
  until<T>(condition: () => T, timeoutMs = UNTIL_TIMEOUT_MS): Promise<Exclude<T, false | null | undefined>> {
    return this.#watchers.until(condition, timeoutMs);
  }

  #publish(event: Json): void {
    this.#outbox.add(eventCallback(event, this.#workspace, this.#ids, this.#timers.now()));
  }

  #socketsChanged(): void {
    this.#watchers.tell({ kind: 'socket', id: String(this.#sockets.count) });
    if (this.#http === undefined) this.#outbox.flush();
  }

  #file(id: string): { mimetype: string; content: Buffer } | undefined {
    for (const channel of this.#workspace.channels.keys()) {
      for (const message of this.#workspace.messages(channel)) {
        const file = message.files?.find((known) => known.id === id);
        if (file !== undefined) return file;
      }
    }
    return undefined;
  }

  #channel(id: string): Channel {
    const channel = this.#workspace.channels.get(id);
    if (channel === undefined) throw new SimulatorUsageError(`no such channel: ${id}`);
    return channel;
  }
}
