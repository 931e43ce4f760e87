/** People who press what stands under the bot's replies, and who tell it to stop in words. */
import { setTimeout as wait } from 'node:timers/promises';
import { STOPPED } from '../../src/messages/english.js';
import type { Message, Simulator } from '../../src/simulator/index.js';
import type { SeededRandom } from '../random.js';

/** By weight. */
const ACTIONS = { stop: 6, again: 2, version: 1, feedback: 3 };
const PAUSE_MS: [number, number] = [100, 900];
/** The rest say it. */
const PRESS_PROBABILITY = 0.6;
/** Slack delivers some presses twice. */
const REDELIVERY_PROBABILITY = 0.3;
/** People look at this many of the newest replies. */
const RECENT = 12;

/** Somebody told the bot to stop, while it wrote in a channel. */
export interface Stop {
  readonly channel: string;
  readonly thread: string;
  /** The reply's message. */
  readonly reply: string;
  /** `ts` of the words. */
  readonly said?: string;
  /** When the press was acknowledged; undefined if it was not. In milliseconds since 1970. */
  pressedAt?: number;
}

/** Somebody did not like a reply. */
export interface Complaint {
  readonly channel: string;
  readonly reply: string;
  acked: boolean;
}

export class Presses {
  readonly stops: Stop[] = [];
  /** One for each reply at most. */
  readonly complaints: Complaint[] = [];

  constructor(
    private readonly slack: Simulator,
    private readonly chances: SeededRandom,
  ) {}

  /** Presses until `endsAt`, milliseconds since 1970. Resolves when Slack has sent everything. */
  async pressUntil(endsAt: number): Promise<void> {
    const running: Promise<void>[] = [];
    while (Date.now() < endsAt) {
      const action = this.chances.pickWeighted(ACTIONS);
      running.push(
        {
          stop: () => this.#stop(),
          again: () => this.#pressOne(['again']),
          version: () => this.#pressOne(['earlier-version', 'later-version']),
          feedback: () => this.#complain(),
        }[action](),
      );
      await wait(this.chances.between(...PAUSE_MS));
    }
    await Promise.all(running);
  }

  /** The bot's newest replies, oldest first. */
  #replies(): Message[] {
    const { slack } = this;
    const all = slack.channels().flatMap(({ id }) => slack.messages(id));
    const replies = all.filter((message) => message.user === slack.bot.userId && message.ephemeralTo === undefined);
    return replies.toSorted((a, b) => (a.ts < b.ts ? -1 : 1)).slice(-RECENT);
  }

  #personIn(channel: string): string {
    const { slack, chances } = this;
    const members = [...(slack.channels().find(({ id }) => id === channel)?.members ?? [])];
    const people = members.filter((member) => member !== slack.bot.userId);
    return chances.pick(people as [string, ...string[]]);
  }

  /** Stops a reply that tells which question it answers: otherwise nobody could say what is missing. */
  async #stop(): Promise<void> {
    const { slack, chances } = this;
    const newestIn = new Map(this.#replies().map((reply) => [`${reply.channel} ${reply.threadTs}`, reply]));
    const written = [...newestIn.values()].filter(
      (reply) => !reply.channel.startsWith('D') && isBegun(reply) && !isOver(reply),
    );
    if (written.length === 0) return;
    const { channel, ts, threadTs = ts, blocks } = chances.pick(written as [Message, ...Message[]]);
    const user = this.#personIn(channel);
    const where = { channel, thread: threadTs, reply: ts };
    if (!has(blocks, 'stop') || !chances.chance(PRESS_PROBABILITY)) {
      this.stops.push({ ...where, said: slack.say({ user, channel, threadTs, text: 'stop' }).ts });
      return;
    }
    const stop: Stop = { ...where };
    this.stops.push(stop);
    await this.#press({ user, channel, ts, actionId: 'stop' }, () => (stop.pressedAt = Date.now()));
  }

  async #pressOne(actionIds: readonly string[]): Promise<void> {
    const found = this.#replies().flatMap(({ channel, ts, blocks }) =>
      actionIds.filter((actionId) => has(blocks, actionId)).map((actionId) => ({ channel, ts, actionId })),
    );
    if (found.length === 0) return;
    const one = this.chances.pick(found as [(typeof found)[0]]);
    await this.#press({ ...one, user: this.#personIn(one.channel) }, () => {});
  }

  async #complain(): Promise<void> {
    const found = this.#replies().filter(
      ({ ts, blocks }) => has(blocks, 'feedback') && !this.complaints.some(({ reply }) => reply === ts),
    );
    if (found.length === 0) return;
    const { channel, ts, blocks } = this.chances.pick(found as [Message, ...Message[]]);
    const [, value = ''] = /"value":"(negative [^"]+)"/.exec(JSON.stringify(blocks)) ?? [];
    const complaint: Complaint = { channel, reply: ts, acked: false };
    this.complaints.push(complaint);
    const press = { user: this.#personIn(channel), channel, ts, actionId: 'feedback', value };
    await this.#press(press, () => (complaint.acked = true));
  }

  async #press(press: Parameters<Simulator['press']>[0], acked: () => void): Promise<void> {
    const { id, state } = await this.slack.press(press);
    if (state !== 'acked') return;
    acked();
    if (this.chances.chance(REDELIVERY_PROBABILITY)) await this.slack.redeliverAct(id);
  }
}

function has(blocks: readonly unknown[] | undefined, actionId: string): boolean {
  return JSON.stringify(blocks ?? []).includes(`"action_id":"${actionId}"`);
}

/** Some words of an answer are there. */
export function isBegun({ text, markdown = text }: Message): boolean {
  return /\]\]\s*\d+:\s*w1\b/.test(markdown);
}

function isOver({ text, markdown = text }: Message): boolean {
  return /[∎✂⊘]/.test(markdown) || markdown.endsWith(STOPPED);
}
