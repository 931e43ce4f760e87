import { setTimeout as wait } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { paced } from '../paced.js';
import { answerText, questionText } from './answers.js';

/** At 30 mentions a second one a second in each: Slack takes about one message a second in a channel. */
const CHANNELS = 30;
const PEOPLE = 30;
/** The same workspace, and the same order of the two events of a mention, for every bot. */
const SEED = 1;
const POLL_MS = 100;

interface Question {
  readonly number: number;
  readonly channel: string;
  readonly thread: string;
  /** Milliseconds of `performance.now()`. */
  readonly sentAt: number;
}

/** What stands below the questions: `whole` is one message with the whole answer, and nothing else of the bot. */
export interface Answers {
  readonly whole: number;
  readonly missing: number;
  /** One message that is not, or not yet, the answer. */
  readonly wrong: number;
  /** More than one message. */
  readonly several: number;
}

/** A simulated workspace whose people mention the bot, each time in a new thread. */
export class Workspace {
  readonly questions: Question[] = [];

  private constructor(
    readonly slack: Simulator,
    private readonly people: readonly string[],
    private readonly channels: readonly string[],
  ) {}

  static async start(eventsUrl: string): Promise<Workspace> {
    const slack = await startSimulator({ eventsUrl, seed: SEED });
    const people = Array.from({ length: PEOPLE }, (_, at) => slack.addUser({ name: `person${at}` }).id);
    const members = [...people, slack.bot.userId];
    const channels = Array.from(
      { length: CHANNELS },
      (_, at) => slack.addChannel({ name: `channel${at}`, members }).id,
    );
    return new Workspace(slack, people, channels);
  }

  /** For the bot's environment. */
  get settings(): Record<string, string> {
    const { botToken, signingSecret, apiUrl } = this.slack;
    return { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: apiUrl };
  }

  /** Asks at an even rate. Returns these questions, answered or not. */
  async ask(count: number, perSecond: number): Promise<Question[]> {
    const before = this.questions.length;
    await paced(perSecond, count, () => this.mention());
    return this.questions.slice(before);
  }

  private mention(): void {
    const number = this.questions.length + 1;
    // 7 and 30 have no common factor: everybody asks in every channel.
    const user = this.people[(number * 7 + Math.floor(number / CHANNELS)) % PEOPLE] ?? '';
    const channel = this.channels[number % CHANNELS] ?? '';
    const sentAt = performance.now();
    const text = `<@${this.slack.bot.userId}> ${questionText(number)}`;
    const { ts } = this.slack.say({ user, channel, text });
    this.questions.push({ number, channel, thread: ts, sentAt });
  }

  /** Waits until every answer is whole and every event acknowledged, or until the time is over. */
  async settle(questions: readonly Question[], timeoutMs: number): Promise<void> {
    const end = performance.now() + timeoutMs;
    let open = questions;
    while (performance.now() < end) {
      open = open.filter((question) => this.answer(question) !== 'whole');
      const acknowledged = this.slack.deliveries.every(({ state }) => state === 'acked');
      if (open.length === 0 && acknowledged) return;
      await wait(POLL_MS);
    }
  }

  answers(questions: readonly Question[]): Answers {
    const count = { whole: 0, missing: 0, wrong: 0, several: 0 };
    for (const question of questions) count[this.answer(question)] += 1;
    return count;
  }

  private answer({ channel, thread, number }: Question): keyof Answers {
    const own = this.slack.messages(channel, thread).filter(({ user }) => user === this.slack.bot.userId);
    const [message] = own;
    if (!message) return 'missing';
    if (own.length > 1) return 'several';
    const text = message.markdown ?? message.text;
    return text.trim() === answerText(number) && message.streaming !== 'live' ? 'whole' : 'wrong';
  }

  stop(): Promise<void> {
    return this.slack.stop();
  }
}
