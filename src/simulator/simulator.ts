import { randomUUID } from 'node:crypto';
import type { Call } from './api.js';
import { composeParts, type SimulatorOptions } from './compose.js';
import type { Delivery } from './delivery.js';
import { SimulatorUsageError } from './errors.js';
import type { Faults } from './faults.js';
import type { Session } from './sessions.js';
import type { Status } from './statuses.js';
import type { Change, Json, Message } from './types.js';
import { WorkspaceActions } from './workspace-actions.js';

const UNTIL_TIMEOUT_MS = 10_000;

/** Starts a local Slack. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = new Simulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

/**
 * A simulated Slack on 127.0.0.1: one workspace with one app installed, with Web API, Socket Mode and HTTP events.
 * The methods act as people in the workspace. They return copies; only `calls`, `deliveries` and `acts` are live (read-only).
 */
export class Simulator extends WorkspaceActions {
  constructor(options: SimulatorOptions) {
    super(composeParts(options));
  }

  listen(port: number): Promise<void> {
    return this.parts.server.listen(port);
  }

  /** Closes all connections and cancels all timers. */
  async stop(): Promise<void> {
    this.parts.outbox.close();
    this.parts.timers.close();
    this.parts.http?.close();
    await this.parts.sockets.close();
    await this.parts.server.close();
    this.parts.listeners.clear();
  }

  /** Faults to inject into future calls. */
  get faults(): Faults {
    return this.parts.faults;
  }

  get botToken(): string {
    return this.parts.secrets.botToken;
  }

  get appToken(): string {
    return this.parts.secrets.appToken;
  }

  get signingSecret(): string {
    return this.parts.secrets.signingSecret;
  }

  /** The `seed` option, or the random seed used instead. Pass it again to get the same workspace. */
  get seed(): number {
    return this.parts.seed;
  }

  /** Base URL of the Web API, for a client's `slackApiUrl`. */
  get apiUrl(): string {
    return `http://${this.parts.server.host}/api/`;
  }

  get team(): { readonly id: string; readonly name: string; readonly domain: string } {
    return this.parts.workspace.team;
  }

  /** The app under test, as a user of the workspace. */
  get bot(): { readonly userId: string; readonly botId: string; readonly appId: string; readonly name: string } {
    const { id, botId, appId, name } = this.parts.workspace.bot;
    return { userId: id, botId: botId ?? '', appId: appId ?? '', name };
  }

  /** Messages of a channel, or of one thread with its root, oldest first. Includes ephemeral messages. */
  messages(channel: string, threadTs?: string): Message[] {
    const all = this.parts.workspace.messages(channel);
    const shown =
      threadTs === undefined ? all : all.filter(({ ts, threadTs: root }) => ts === threadTs || root === threadTs);
    // The content of files is left as it is: it may be large, and nobody changes it.
    return shown.map(({ files, ...message }) => ({
      ...structuredClone(message),
      ...(files && { files: files.map((file) => ({ ...file })) }),
    }));
  }

  /** The thread's current status, such as "is thinking…"; undefined if none is shown. */
  status(channel: string, threadTs: string): Status | undefined {
    return this.parts.statuses.get(channel, threadTs);
  }

  /** Title, status and suggested prompts of an agent session. `threadTs` is '' for prompts set without a thread. */
  session(channel: string, threadTs: string): Session | undefined {
    return this.parts.sessions.get(channel, threadTs);
  }

  /** Web API calls so far, in order of arrival. */
  get calls(): readonly Call[] {
    return this.parts.api.calls;
  }

  /** Events so far with their delivery attempts, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.parts.outbox.deliveries;
  }

  /** Number of open sockets, without those that clients were asked to replace. */
  get socketCount(): number {
    return this.parts.sockets.count;
  }

  /** Sends any inner event to the app, in a new envelope. */
  deliver(event: Json): void {
    this.parts.publish(event);
  }

  /** Sends this event again, marked as a retry, as Slack does after a lost ack. */
  redeliver(eventId: string): void {
    this.parts.outbox.redeliver(eventId);
  }

  /** Like `redeliver`, for the newest event. */
  redeliverLast(): void {
    this.parts.outbox.redeliverLast();
  }

  /** Terminates every socket without a close frame. */
  dropSockets(): void {
    this.parts.sockets.drop();
  }

  /**
   * Asks every connected client to reconnect, and closes the old sockets `closeAfterMs` later, by the simulator's clock.
   * Until then they get events while no other socket is open. Default: five seconds.
   */
  refreshSockets(closeAfterMs?: number): void {
    this.parts.sockets.refresh(closeAfterMs);
  }

  /** Makes every open socket half-open: it stays open without a sign of life. */
  silenceSockets(): void {
    this.parts.sockets.silence();
  }

  /** Runs the Request URL's verification handshake. True if the app echoed the challenge. Requires `eventsUrl`. */
  verifyUrl(): Promise<boolean> {
    if (this.parts.http === undefined)
      throw new SimulatorUsageError('events go over sockets: set eventsUrl to have a URL to verify');
    return this.parts.http.verifyUrl(randomUUID());
  }

  /** @returns a function that removes the listener */
  onChange(listener: (change: Change) => void): () => void {
    return this.parts.listeners.add(listener);
  }

  /**
   * Checks `condition` now and after every change. Resolves with its first value that is not false, null or undefined.
   * @param timeoutMs real time; rejects with an Error when it has passed
   */
  until<T>(condition: () => T, timeoutMs = UNTIL_TIMEOUT_MS): Promise<Exclude<T, false | null | undefined>> {
    return this.parts.listeners.until(condition, timeoutMs);
  }
}
