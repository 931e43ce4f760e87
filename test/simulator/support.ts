import { createServer } from 'node:http';
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import {
  ManualClock,
  startSimulator,
  type Json,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.js';

/** Cleanup functions of a test, run in reverse order after it. */
export class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }
}

function noop(): void {}

/** Discards log lines of failures that the test expects. */
export function silentLogger(): Logger {
  return {
    debug: noop,
    info: noop,
    warn: noop,
    error: noop,
    setLevel: noop,
    setName: noop,
    getLevel: () => LogLevel.ERROR,
  };
}

/** A client without retries. */
export function clientOf(slack: Simulator, token: string = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger(),
  });
}

/** Fixture: a workspace with Ann, Bob and the bot in #general, and Ann's DM. Fields hold ids. */
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

/**
 * The response of a failed call: `{ ok: false, error, … }`. Throws if the call succeeded or failed without a response.
 */
export async function errorResponse(call: Promise<unknown>): Promise<Json> {
  try {
    await call;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'data' in error) return error.data as Json;
    throw error;
  }
  throw new Error('the call succeeded');
}

/** The error code of a failed call. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return (await errorResponse(call))['error'];
}

/** The inner events sent so far. */
export function eventsOf(slack: Simulator): Json[] {
  return slack.deliveries.map(({ payload }) => payload['event'] as Json);
}

/** A port on which no server listens. */
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
