import type { Simulator } from '../src/simulator/index.js';
import type { Chances } from './random.js';

/** What people do, by weight. */
const DOINGS = { begin: 30, ask: 34, remark: 14, direct: 12, burst: 3, edit: 4, remove: 3 };
const BURST: [number, number] = [3, 6];
/** A thread in which nobody goes on any more: prompts stay small. */
const LONGEST_THREAD = 40;
/** People go on in what is going on. */
const RECENT = 12;

export interface Message {
  readonly token: string;
  readonly asks: boolean;
  readonly user: string;
  readonly channel: string;
  /** `ts` of the root; undefined at a DM's top level. */
  readonly thread: string | undefined;
  readonly ts: string;
  deleted: boolean;
}

export function placeOf({ channel, thread }: { channel: string; thread: string | undefined }): string {
  return `${channel}/${thread ?? 'dm'}`;
}

interface Thread {
  readonly channel: string;
  readonly root: string;
  length: number;
}

/** People who talk to the bot and to each other. With THREAD_REPLIES=mention it is plain what asks: a mention, or a DM. */
export class Workload {
  readonly messages: Message[] = [];
  readonly #threads: Thread[] = [];
  readonly #people: readonly [string, ...string[]];
  readonly #channels: readonly [string, ...string[]];
  #count = 0;

  constructor(
    private readonly slack: Simulator,
    private readonly chances: Chances,
    private readonly faulty: () => boolean,
  ) {
    const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'] as const;
    const person = (name: string): string => slack.addUser({ name, displayName: name }).id;
    this.#people = [person(names[0]), ...names.slice(1).map(person)];
    const members = [...this.#people, slack.bot.userId];
    const channel = (name: string): string => slack.addChannel({ name, members }).id;
    this.#channels = [channel('one'), channel('two'), channel('three')];
  }

  get asked(): number {
    return this.messages.filter(({ asks }) => asks).length;
  }

  act(): void {
    const { chances } = this;
    const doing = chances.pickOf(DOINGS);
    const user = chances.pick(this.#people);
    const thread = this.#thread();
    if (doing === 'direct') this.#say(user, this.slack.dm(user).id, undefined, true);
    else if (doing === 'edit' || doing === 'remove') this.#change(doing);
    else if (doing === 'begin' || !thread) this.#begin(user);
    else if (doing === 'burst') for (let left = chances.whole(...BURST); left > 0; left -= 1) this.#reply(chances.pick(this.#people), thread, chances.happens(0.7));
    else this.#reply(user, thread, doing === 'ask');
  }

  #thread(): Thread | undefined {
    const open = this.#threads.filter(({ length }) => length < LONGEST_THREAD).slice(-RECENT);
    return open[this.chances.whole(0, Math.max(0, open.length - 1))];
  }

  #begin(user: string): void {
    const channel = this.chances.pick(this.#channels);
    this.#threads.push({ channel, root: this.#say(user, channel, undefined, true), length: 1 });
  }

  #reply(user: string, thread: Thread, asks: boolean): void {
    this.#say(user, thread.channel, thread.root, asks);
    thread.length += 1;
  }

  #say(user: string, channel: string, threadTs: string | undefined, asks: boolean): string {
    this.#count += 1;
    const token = `${asks ? 'q' : 'c'}-${this.#count}`;
    const direct = channel.startsWith('D');
    const text = `${asks && !direct ? `<@${this.slack.bot.userId}> ` : ''}${token} ${asks ? 'what do you say?' : 'is worth knowing'}`;
    const { ts } = this.slack.say({ user, channel, text, ...(threadTs !== undefined && { threadTs }) });
    const thread = direct ? undefined : (threadTs ?? ts);
    this.messages.push({ token, asks, user, channel, thread, ts, deleted: false });
    return ts;
  }

  /** Of something that was said lately, and begins nothing. */
  #change(doing: 'edit' | 'remove'): void {
    const candidates = this.messages.slice(-RECENT).filter(({ ts, thread, deleted }) => !deleted && ts !== thread);
    const message = candidates[this.chances.whole(0, Math.max(0, candidates.length - 1))];
    if (!message || !this.faulty()) return;
    const { user, channel, ts, token, asks } = message;
    if (doing === 'remove') {
      message.deleted = true;
      this.slack.remove({ channel, ts });
    } else {
      const mention = asks && !channel.startsWith('D') ? `<@${this.slack.bot.userId}> ` : '';
      this.slack.edit({ user, channel, ts, text: `${mention}${token} to put it better` });
    }
  }
}
