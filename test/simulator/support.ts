import { createServer } from 'node:http';
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import {
  ManualClock,
  startSimulator,
  type Json,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.js';

/** What a test opened, closed in reverse order after it. */
export class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }
}

function nothing(): void {}

/** A logger for clients whose failures are part of the test. */
export function silentLogger(): Logger {
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    setName: nothing,
    getLevel: () => LogLevel.ERROR,
  };
}

/** A client that tries once. */
export function clientOf(slack: Simulator, token: string = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger(),
  });
}

/** A workspace with Ann, Bob and the bot in #general, and Ann's DM. */
export interface Office {
  readonly slack: Simulator;
  readonly clock: ManualClock;
  readonly client: WebClient;
  readonly ann: string;
  readonly bob: string;
  readonly bot: string;
  readonly general: string;
  readonly dm: string;
}

export async function openOffice(closers: Closers, options: SimulatorOptions = {}): Promise<Office> {
  const clock = new ManualClock();
  const slack = await startSimulator({ clock, mentionOrder: 'message-first', seed: 7, ...options });
  closers.add(() => slack.stop());
  const ann = slack.addUser({ name: 'ann', displayName: 'Ann Lee' }).id;
  const bob = slack.addUser({ name: 'bob' }).id;
  const bot = slack.bot.userId;
  const general = slack.addChannel({ name: 'general', members: [ann, bob, bot] }).id;
  return { slack, clock, client: clientOf(slack), ann, bob, bot, general, dm: slack.dm(ann).id };
}

/** The answer a call failed with: `{ ok: false, error, … }`. Throws if it succeeded or failed otherwise. */
export async function errorResponse(call: Promise<unknown>): Promise<Json> {
  try {
    await call;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'data' in error) return error.data as Json;
    throw error;
  }
  throw new Error('the call succeeded');
}

/** The code a call failed with. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return (await errorResponse(call))['error'];
}

/** The inner events sent so far. */
export function eventsOf(slack: Simulator): Json[] {
  return slack.deliveries.map(({ payload }) => payload['event'] as Json);
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}
