import type { Simulator } from '../../src/simulator/index.js';
import type { SeededRandom } from '../random.js';
import { isBegun } from './presses.js';
import { attachedFile, recordingOf } from './prompt.js';

/** What people do, by weight. */
const ACTIONS = {
  startThread: 22,
  startThreadWithoutBot: 4,
  talk: 12,
  ask: 34,
  comment: 14,
  dm: 8,
  dmThread: 8,
  burst: 3,
  stop: 8,
  edit: 9,
  delete: 6,
};
/** In a run with few threads, and long ones. */
const DEEP_ACTIONS = { ...ACTIONS, startThread: 4, startThreadWithoutBot: 1, dm: 3 };
const BURST_SIZE: [number, number] = [3, 6];
/** Longer conversations get no more messages: this keeps prompts small. */
const MAX_THREAD_LENGTH = 40;
/** People act on this many of the newest threads, and of the newest messages. */
const RECENT = 12;
/** Probability that an edit or a deletion is of any message, not of a recent one. */
const OLD_MESSAGE_PROBABILITY = 0.6;
/** Probability that the two events of a mention arrive far apart. */
const MENTION_GAP_PROBABILITY = 0.1;
const MENTION_GAP_MS: [number, number] = [500, 4_000];
/** Probability that a question has a file. */
const FILE_PROBABILITY = 0.15;
/** … and that the file is a recording. */
const RECORDING_PROBABILITY = 0.5;
const MIN_EDIT_INTERVAL_MS = 200;
/** Threads that get one more question at the end, the newest ones. */
const THREADS_ASKED_AT_END = 100;
/** DMs in use. */
const DMS = 4;

export interface Message {
  readonly token: string;
  readonly asks: boolean;
  readonly user: string;
  readonly channel: string;
  /** `ts` of the thread's first message. */
  readonly thread: string;
  readonly ts: string;
  deleted: boolean;
  /** Times of the edits, in milliseconds since 1970. */
  readonly edits: number[];
}

/** Identifies a conversation. */
export function placeOf({ channel, thread }: { channel: string; thread: string | undefined }): string {
  return `${channel}/${thread ?? 'dm'}`;
}

interface Thread {
  readonly channel: string;
  readonly root: string;
  /** The person of a DM. */
  readonly dmUser?: string;
  length: number;
}

/**
 * People who talk to the bot and to each other. Assumes THREAD_REPLIES=mention: only mentions and direct messages are
 * questions. Each top-level message of a DM begins a thread.
 */
export class Workload {
  readonly messages: Message[] = [];
  readonly #threads: Thread[] = [];
  /** Their people. */
  readonly #dms: string[] = [];
  /** Places of the threads that were asked once more when no fault was left. */
  readonly askedAtEnd = new Set<string>();
  readonly #people: readonly [string, ...string[]];
  readonly #channels: readonly [string, ...string[]];
  #count = 0;

  constructor(
    private readonly slack: Simulator,
    private readonly chances: SeededRandom,
    private readonly faulty: () => boolean,
    private readonly deep = false,
  ) {
    const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'] as const;
    this.#people = [this.#addPerson(names[0]), ...names.slice(1).map((name) => this.#addPerson(name))];
    const members = [...this.#people, slack.bot.userId];
    const channel = (name: string): string => slack.addChannel({ name, members }).id;
    this.#channels = [channel('one'), channel('two'), channel('three')];
  }

  /** Number of questions. */
  get asked(): number {
    return this.messages.filter(({ asks }) => asks).length;
  }

  /** Performs one random action. */
  act(): void {
    const { chances } = this;
    const action = chances.pickWeighted(this.deep ? DEEP_ACTIONS : ACTIONS);
    const user = chances.pick(this.#people);
    const thread = this.#pickThread();
    if (action === 'dm') this.#startDmThread();
    else if (action === 'dmThread') this.#replyInDm();
    else if (action === 'stop') this.#stop();
    else if (action === 'edit') this.#edit();
    else if (action === 'delete') this.#delete();
    else if (action === 'startThreadWithoutBot') this.#startThread(user, false);
    // In the channel, with nobody answering: a mention there may follow.
    else if (action === 'talk') this.#say(user, chances.pick(this.#channels), undefined, false);
    else if (action === 'startThread' || !thread) this.#startThread(user, true);
    else if (action === 'burst')
      for (let left = chances.integer(...BURST_SIZE); left > 0; left -= 1)
        this.#reply(chances.pick(this.#people), thread, chances.chance(0.7));
    else this.#reply(user, thread, action === 'ask');
  }

  /** One more question in each recent conversation: its prompt shows what the bot has stored. */
  askEverywhere(): void {
    for (const thread of this.#threads.slice(-THREADS_ASKED_AT_END)) {
      this.#reply(this.chances.pick(this.#people), thread, true);
      this.askedAtEnd.add(placeOf({ channel: thread.channel, thread: thread.root }));
    }
  }

  /** Presses stop under a stream in a DM that tells which question it answers: otherwise nobody could say what is missing. */
  #stop(): void {
    const live = this.#dms.flatMap((user) => {
      const channel = this.slack.dm(user).id;
      return this.slack
        .messages(channel)
        .filter((message) => message.streaming === 'live' && isBegun(message))
        .map(({ ts }) => ({ user, channel, ts }));
    });
    if (live.length > 0) this.slack.stopStream(this.chances.pick(live as [(typeof live)[0]]));
  }

  #addPerson(name: string): string {
    return this.slack.addUser({ name, displayName: name }).id;
  }

  #pickThread(open = this.#threads): Thread | undefined {
    const recent = open.filter(({ length }) => length < MAX_THREAD_LENGTH).slice(-RECENT);
    return recent[this.chances.integer(0, Math.max(0, recent.length - 1))];
  }

  /** When `asks` is false, the bot may be mentioned later in the thread, or never. */
  #startThread(user: string, asks: boolean): void {
    const channel = this.chances.pick(this.#channels);
    this.#threads.push({ channel, root: this.#say(user, channel, undefined, asks).ts, length: 1 });
  }

  #startDmThread(): void {
    const index = this.chances.integer(0, DMS - 1);
    const dmUser = (this.#dms[index] ??= this.#addPerson(`guest${index}`));
    const channel = this.slack.dm(dmUser).id;
    this.#threads.push({ channel, root: this.#say(dmUser, channel, undefined, true).ts, dmUser, length: 1 });
  }

  #replyInDm(): void {
    const thread = this.#pickThread(this.#threads.filter(({ dmUser }) => dmUser !== undefined));
    if (thread?.dmUser === undefined) return this.#startDmThread();
    this.#reply(thread.dmUser, thread, true);
  }

  #reply(user: string, thread: Thread, asks: boolean): void {
    this.#say(thread.dmUser ?? user, thread.channel, thread.root, asks || thread.dmUser !== undefined);
    thread.length += 1;
  }

  #say(user: string, channel: string, root: string | undefined, asks: boolean): Message {
    this.#count += 1;
    const token = `${asks ? 'q' : 'c'}-${this.#count}`;
    const text = `${this.#mention(asks, channel)}${token} ${asks ? 'what do you say?' : 'is worth knowing'}`;
    const gap =
      this.faulty() && this.chances.chance(MENTION_GAP_PROBABILITY)
        ? { mentionGapMs: this.chances.between(...MENTION_GAP_MS) }
        : {};
    const attach = this.chances.chance(RECORDING_PROBABILITY) ? recordingOf : attachedFile;
    const attached = asks && this.chances.chance(FILE_PROBABILITY) && { files: [attach(this.#count)] };
    const place = { user, channel, ...(root !== undefined && { threadTs: root }) };
    const { ts } = this.slack.say({ ...place, text, ...gap, ...attached });
    const message = { token, asks, user, channel, thread: root ?? ts, ts, deleted: false, edits: [] };
    this.messages.push(message);
    return message;
  }

  #mention(asks: boolean, channel: string): string {
    return asks && !isDm(channel) ? `<@${this.slack.bot.userId}> ` : '';
  }

  /** A recent message, whose reply may be in progress, or any, which a summary may cover. */
  #pickMessage(): Message | undefined {
    const some = this.chances.chance(OLD_MESSAGE_PROBABILITY) ? this.messages : this.messages.slice(-RECENT);
    const candidates = some.filter(({ deleted }) => !deleted);
    return candidates[this.chances.integer(0, Math.max(0, candidates.length - 1))];
  }

  #edit(): void {
    const message = this.#pickMessage();
    if (!message || Date.now() - (message.edits.at(-1) ?? 0) < MIN_EDIT_INTERVAL_MS) return;
    const { user, channel, ts, token, asks, edits } = message;
    edits.push(Date.now());
    this.slack.edit({
      user,
      channel,
      ts,
      text: `${this.#mention(asks, channel)}${token}#${edits.length} to put it better`,
    });
  }

  #delete(): void {
    const message = this.#pickMessage();
    if (!message) return;
    const { channel, ts } = message;
    message.deleted = true;
    this.slack.remove({ channel, ts });
    // A deleted first message leaves a tombstone while the thread has replies; without replies the thread is gone.
    const gone = this.#threads.findIndex(({ root }) => root === ts);
    if (gone >= 0 && this.slack.messages(channel, ts).length === 0) this.#threads.splice(gone, 1);
  }
}

function isDm(channel: string): boolean {
  return channel.startsWith('D');
}
