import type { Simulator } from '../../src/simulator/index.js';
import type { Chances } from '../random.js';

/** What people do, by weight. */
const DOINGS = {
  begin: 22,
  beginAmongThemselves: 4,
  ask: 34,
  remark: 14,
  direct: 8,
  directThread: 8,
  burst: 3,
  edit: 4,
  remove: 3,
};
const BURST: [number, number] = [3, 6];
/** A conversation in which nobody goes on any more: prompts stay small. */
const LONGEST_THREAD = 40;
/** People go on in what is going on. */
const RECENT = 12;
/** Of both events of a mention: seldom, they come far apart. */
const APART = 0.1;
const GAP_MS: [number, number] = [500, 4_000];
/** Quick, as when somebody corrects what they have just corrected. */
const BETWEEN_EDITS_MS = 200;
/** At the end somebody asks once more in so many of the last threads. */
const ASKED_AT_THE_END = 100;
/** People who write to the bot at the same time. */
const DIRECT = 4;

export interface Message {
  readonly token: string;
  readonly asks: boolean;
  readonly user: string;
  readonly channel: string;
  /** `ts` of the root; undefined at a DM's top level. */
  readonly thread: string | undefined;
  readonly ts: string;
  deleted: boolean;
  /** Times of the edits, in milliseconds since 1970. */
  readonly edits: number[];
}

export function placeOf({ channel, thread }: { channel: string; thread: string | undefined }): string {
  return `${channel}/${thread ?? 'dm'}`;
}

interface Thread {
  readonly channel: string;
  /** Undefined: a DM's top level. */
  readonly root: string | undefined;
  /** Whose DM it is. */
  readonly only?: string;
  length: number;
}

/** People who talk to the bot and to each other. With THREAD_REPLIES=mention it is plain what asks: a mention, or a DM. */
export class Workload {
  readonly messages: Message[] = [];
  readonly #threads: Thread[] = [];
  readonly #direct: Thread[] = [];
  readonly #people: readonly [string, ...string[]];
  readonly #channels: readonly [string, ...string[]];
  #count = 0;

  constructor(
    private readonly slack: Simulator,
    private readonly chances: Chances,
    private readonly faulty: () => boolean,
  ) {
    const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'] as const;
    this.#people = [this.#person(names[0]), ...names.slice(1).map((name) => this.#person(name))];
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
    if (doing === 'direct') this.#reply(user, this.#directTopLevel(), true);
    else if (doing === 'directThread') this.#beginDirect();
    else if (doing === 'edit') this.#edit();
    else if (doing === 'remove') this.#remove();
    else if (doing === 'beginAmongThemselves') this.#begin(user, false);
    else if (doing === 'begin' || !thread) this.#begin(user, true);
    else if (doing === 'burst')
      for (let left = chances.whole(...BURST); left > 0; left -= 1)
        this.#reply(chances.pick(this.#people), thread, chances.happens(0.7));
    else this.#reply(user, thread, doing === 'ask');
  }

  /** One more question in each of the last conversations: what the model is then told is what was kept. */
  callTheRoll(): void {
    const last = [...this.#threads.slice(-ASKED_AT_THE_END), ...this.#direct];
    for (const thread of last) this.#reply(this.chances.pick(this.#people), thread, true);
  }

  #person(name: string): string {
    return this.slack.addUser({ name, displayName: name }).id;
  }

  #thread(): Thread | undefined {
    const open = this.#threads.filter(({ length }) => length < LONGEST_THREAD).slice(-RECENT);
    return open[this.chances.whole(0, Math.max(0, open.length - 1))];
  }

  /** A DM that has become long makes room for a new person's. */
  #directTopLevel(): Thread {
    const place = this.chances.whole(0, DIRECT - 1);
    const current = this.#direct[place];
    if (current && current.length < LONGEST_THREAD) return current;
    const only = this.#person(`guest${this.messages.length}`);
    const fresh = { channel: this.slack.dm(only).id, root: undefined, only, length: 0 };
    this.#direct[Math.min(place, this.#direct.length)] = fresh;
    return fresh;
  }

  /** What does not ask is the beginning of a thread that the bot is named in later, or never. */
  #begin(user: string, asks: boolean): void {
    const channel = this.chances.pick(this.#channels);
    this.#threads.push({ channel, root: this.#say(user, channel, undefined, asks).ts, length: 1 });
  }

  /** A thread under the last thing that somebody wrote to the bot: there, replies are streamed. */
  #beginDirect(): void {
    const direct = this.#directTopLevel();
    const { channel, only = '' } = direct;
    const root = this.messages.findLast(
      (message) => message.channel === channel && message.thread === undefined && !message.deleted,
    );
    if (!root || this.#threads.some((thread) => thread.root === root.ts)) return this.#reply(only, direct, true);
    const thread = { channel, root: root.ts, only, length: 1 };
    this.#threads.push(thread);
    this.#reply(only, thread, true);
  }

  #reply(user: string, thread: Thread, asks: boolean): void {
    this.#say(thread.only ?? user, thread.channel, thread.root, asks || thread.only !== undefined);
    thread.length += 1;
  }

  #say(user: string, channel: string, root: string | undefined, asks: boolean): Message {
    this.#count += 1;
    const token = `${asks ? 'q' : 'c'}-${this.#count}`;
    const text = `${this.#mention(asks, channel)}${token} ${asks ? 'what do you say?' : 'is worth knowing'}`;
    const gap = this.faulty() && this.chances.happens(APART) ? { mentionGapMs: this.chances.between(...GAP_MS) } : {};
    const { ts } = this.slack.say({ user, channel, text, ...(root !== undefined && { threadTs: root }), ...gap });
    const thread = root ?? (isDirect(channel) ? undefined : ts);
    const message = { token, asks, user, channel, thread, ts, deleted: false, edits: [] };
    this.messages.push(message);
    return message;
  }

  #mention(asks: boolean, channel: string): string {
    return asks && !isDirect(channel) ? `<@${this.slack.bot.userId}> ` : '';
  }

  /** Something that was said lately: it may be being answered. */
  #recent(): Message | undefined {
    const candidates = this.messages.slice(-RECENT).filter(({ deleted }) => !deleted);
    return candidates[this.chances.whole(0, Math.max(0, candidates.length - 1))];
  }

  #edit(): void {
    const message = this.#recent();
    if (!message || Date.now() - (message.edits.at(-1) ?? 0) < BETWEEN_EDITS_MS) return;
    const { user, channel, ts, token, asks, edits } = message;
    edits.push(Date.now());
    this.slack.edit({
      user,
      channel,
      ts,
      text: `${this.#mention(asks, channel)}${token}#${edits.length} to put it better`,
    });
  }

  #remove(): void {
    const message = this.#recent();
    if (!message) return;
    const { channel, ts } = message;
    message.deleted = true;
    this.slack.remove({ channel, ts });
    // A thread's first message stays as long as there are others; without them the thread is gone.
    const gone = this.#threads.findIndex(({ root }) => root === ts);
    if (gone >= 0 && this.slack.messages(channel, ts).length === 0) this.#threads.splice(gone, 1);
  }
}

function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}
