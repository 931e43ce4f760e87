import { setTimeout as wait } from 'node:timers/promises';
import type { Message, Simulator } from '../../src/simulator/index.js';
import type { ModelServer, Script } from '../model-server.js';

const POLL_MS = 50;

/** Length at a time, milliseconds of `performance.now()`. */
export interface Growth {
  readonly at: number;
  readonly length: number;
}

export interface Question {
  readonly number: number;
  readonly channel: string;
  readonly thread: string;
  readonly sentAt: number;
}

/** What became of one question. */
export interface Course {
  /** Of the text that the model has written, of its first request. */
  readonly written: Growth[];
  /** Of the text that people see. */
  readonly shown: Growth[];
  /** When the whole answer stood there. */
  doneAt?: number;
  readonly question: Pick<Question, 'channel' | 'thread'>;
}

export interface CrowdOptions {
  /** Words of an answer, and milliseconds between two of them. */
  readonly words: number;
  readonly wordMs: number;
  readonly firstMs?: number;
  /** In every how many channels or DMs people ask. */
  readonly places: number;
  /** Words of a question that say nothing. */
  readonly questionWords?: number;
  /** In their direct messages. */
  readonly direct?: boolean;
  /** What goes wrong with a request to the model. */
  readonly fault?: () => Script['fault'];
}

const DEFAULT_FIRST_MS = 300;
const VOCABULARY = 'we plan the next release and look at what can wait until the week after that one'.split(' ');

/** Many people who ask, and what they see of the answers. Each question has a number, which its answer begins with. */
export class Crowd {
  readonly courses = new Map<number, Course>();
  private readonly people: string[] = [];
  private readonly channels: string[] = [];
  private asked = 0;
  private done = 0;
  private readonly stopListening: () => void;

  constructor(
    private readonly slack: Simulator,
    model: ModelServer,
    private readonly options: CrowdOptions,
  ) {
    const { places, direct = false } = options;
    for (let place = 0; place < places; place += 1) {
      const person = slack.addUser({ name: `person${place}` }).id;
      this.people.push(person);
      const members = [person, slack.bot.userId];
      this.channels.push(direct ? slack.dm(person).id : slack.addChannel({ name: `channel${place}`, members }).id);
    }
    model.script = (body) => this.script(Number([...body.matchAll(/Question (\d+):/g)].at(-1)?.[1]));
    this.stopListening = slack.onChange(({ kind, id, channel }) => {
      if (kind === 'message' && channel !== undefined) this.note(channel, id);
    });
  }

  /** In a new thread, or as the next question of one. */
  ask(earlier?: Question): Question {
    this.asked += 1;
    const number = this.asked;
    const place = number % this.channels.length;
    const channel = earlier?.channel ?? this.channels[place] ?? '';
    const user = this.people[this.channels.indexOf(channel)] ?? '';
    const address = this.options.direct ? '' : `<@${this.slack.bot.userId}> `;
    const sentAt = performance.now();
    const text = `${address}Question ${number}: how shall we plan the next release?${words(this.options.questionWords ?? 0, number)}`;
    const threadTs = earlier && { threadTs: earlier.thread };
    const { ts } = this.slack.say({ user, channel, text, ...threadTs });
    const question = { number, channel, thread: earlier?.thread ?? ts, sentAt };
    this.courses.set(number, { written: [], shown: [], question });
    return question;
  }

  isDone({ number }: Question): boolean {
    return this.courses.get(number)?.doneAt !== undefined;
  }

  /** False if it is not so within the time. */
  async allDone(timeoutMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    while (this.done < this.asked && performance.now() < end) await wait(POLL_MS);
    return this.done === this.asked;
  }

  /** Questions whose answer does not stand there whole, and once. */
  get wrong(): number {
    const isRight = ([number, { question }]: [number, Course]): boolean => {
      const texts = this.slack.messages(question.channel, question.thread).map(textOf);
      const answers = texts.filter((text) => text.startsWith(`A${number}:`));
      return answers.length === 1 && answers[0]?.trim() === this.answer(number);
    };
    return [...this.courses].filter((one) => !isRight(one)).length;
  }

  stop(): void {
    this.stopListening();
  }

  private script(number: number): Script {
    const { wordMs: gapMs, firstMs = DEFAULT_FIRST_MS, fault } = this.options;
    const text = this.answer(number);
    const chunks = text.match(/\S+\s*/g) ?? [];
    const lengths: number[] = [];
    for (const chunk of chunks) lengths.push((lengths.at(-1) ?? 0) + chunk.length);
    const written = this.courses.get(number)?.written;
    // A second request begins again what is shown already.
    const isFirst = written?.length === 0;
    const wrote = (count: number): void => {
      if (isFirst) written.push({ at: performance.now(), length: lengths[count - 1] ?? 0 });
    };
    return { chunks, firstMs, gapMs, wrote, fault: fault?.() };
  }

  private answer(number: number): string {
    return `A${number}: ${words(this.options.words - 1, number)}`;
  }

  private note(channel: string, ts: string): void {
    const [message] = this.slack.messages(channel, ts);
    if (message?.user !== this.slack.bot.userId || message.ts !== ts) return;
    const text = textOf(message);
    const number = Number(/^A(\d+):/.exec(text)?.[1]);
    const course = this.courses.get(number);
    if (!course) return;
    const at = performance.now();
    course.shown.push({ at, length: text.length });
    if (course.doneAt !== undefined || text.trim() !== this.answer(number) || message.streaming === 'live') return;
    course.doneAt = at;
    this.done += 1;
  }
}

/** Others for each number. */
function words(count: number, number: number): string {
  return Array.from({ length: count }, (_, at) => VOCABULARY[(at * 7 + number) % VOCABULARY.length]).join(' ');
}

function textOf({ markdown, text }: Message): string {
  return markdown ?? text;
}
