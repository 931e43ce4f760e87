/** Plays a recorded conversation again, against the bot as it is now and a new simulated Slack. */
import { DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import type { Clock } from '../core/ports.js';
import { settlesWithin } from '../core/shutdown.js';
import { isIn, recordedRun, visible } from './export.js';
import { readFlags } from './flags.js';
import type { Asked, GivenAnswer } from './protocol.js';
import { type RecordedStep, type Recording, withIds } from './recording.js';
import { type Playground, startPlayground } from './start.js';

/** For each step: the bot waits for edits to end for 1.5 s, and for the whole of a message for 3 s. */
const PATIENCE_MS = 20_000;
/** Of conversations that the recording knows only as what stood in the channel before. */
const ELSEWHERE: GivenAnswer = { text: '(an answer in another thread)' };

export interface ReplayOptions {
  /** The settings of the bot's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** File that the bot's process runs; see `startPlayground`. */
  readonly botProgram?: string;
  readonly log?: (line: string) => void;
  readonly patienceMs?: number;
}

/** The recording with the ids of the new Slack, and what came of it this time. */
export interface Replayed {
  readonly recorded: Recording;
  readonly runs: Recording['runs'];
  readonly replies: readonly string[];
  /** Why it could not be played to its end; a sentence. */
  readonly stuck?: string;
}

/** Rejects with `ConfigError` for invalid settings, or with the error that keeps the bot from starting. */
export async function replay(original: Recording, options: ReplayOptions): Promise<Replayed> {
  const changes = new Changes(options.clock, options.patienceMs ?? PATIENCE_MS);
  const playground = await startPlayground({
    env: {
      LOG_LEVEL: 'silent',
      ...options.env,
      // The model of a replay is the recording: no service is asked.
      ...(original.standIn ? { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined } : { OPENAI_API_KEY: 'none' }),
      REDIS_URL: undefined,
      REDIS_SENTINELS: undefined,
      REDIS_CLUSTER_NODES: undefined,
    },
    flags: readFlags([]),
    clock: options.clock,
    replay: () => changes.check(),
    ...(options.botProgram !== undefined && { botProgram: options.botProgram }),
    ...(options.log && { log: options.log }),
  });
  try {
    playground.journal.onNote(() => changes.check());
    playground.slack.onChange(() => changes.check());
    return await new Player(original, playground, changes).play();
  } finally {
    await playground.stop();
  }
}

/** Waits for conditions that are checked at every change. */
class Changes {
  readonly #checks = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly patienceMs: number,
  ) {}

  check(): void {
    for (const check of this.#checks) check();
  }

  /** The first value of `condition` that is not undefined; undefined if there is none in time. */
  async until<T>(condition: () => T | undefined): Promise<T | undefined> {
    let found: T | undefined;
    let check = (): void => {};
    const met = new Promise<void>((resolve) => {
      check = () => {
        found ??= condition();
        if (found !== undefined) resolve();
      };
    });
    this.#checks.add(check);
    check();
    await settlesWithin(this.patienceMs, met, this.clock);
    this.#checks.delete(check);
    return found;
  }
}

class Player {
  readonly #recorded: Recording;
  readonly #channel: string;
  /** New `ts` by the recorded one. */
  readonly #messages = new Map<string, string>();

  constructor(
    original: Recording,
    private readonly playground: Playground,
    private readonly changes: Changes,
  ) {
    const ids = idsIn(original, playground);
    this.#recorded = withIds(original, ids);
    this.#channel = this.#recorded.channel.id;
  }

  async play(): Promise<Replayed> {
    const stuck = await this.#steps();
    const { slack, journal } = this.playground;
    const thread = this.#thread();
    const runs = journal.of(this.#key())?.runs.all ?? [];
    const bot = slack.bot.userId;
    const replies = slack.messages(this.#channel).filter((message) => message.user === bot && isIn(message, thread));
    return {
      recorded: { ...this.#recorded, runs: this.#recorded.runs.map((run) => this.#withNewTs(run)) },
      runs: runs.map(recordedRun),
      replies: replies.map((message) => visible(message).text),
      ...(stuck !== undefined && { stuck }),
    };
  }

  /** Resolves with why it could not go on, if so. */
  async #steps(): Promise<string | undefined> {
    for (const [at, step] of this.#recorded.steps.entries()) {
      const stuck = (await this.#untilSettled(step.settled)) ?? (await this.#play(step));
      if (stuck !== undefined) return `Step ${at + 1} of ${this.#recorded.steps.length}: ${stuck}`;
    }
    const settled = this.#recorded.runs.filter(({ state }) => state === 'done' || state === 'failed').length;
    return this.#untilSettled(settled);
  }

  async #untilSettled(count: number): Promise<string | undefined> {
    const reached = (): true | undefined => {
      this.#answerElsewhere();
      const runs = this.playground.journal.of(this.#key())?.runs.all ?? [];
      return runs.filter(({ closedAt }) => closedAt !== undefined).length >= count ? true : undefined;
    };
    return (await this.changes.until(reached)) ? undefined : `reply ${count} was not completed.`;
  }

  async #play(step: RecordedStep): Promise<string | undefined> {
    const { slack } = this.playground;
    const [channel, ts] = [this.#channel, 'ts' in step ? this.#messages.get(step.ts) : undefined];
    if (step.do === 'answer') return this.#answer(step);
    if (step.do === 'ask') return (await this.#untilAsked(step.purpose)) ? undefined : notAsked(step.purpose);
    if (step.do === 'say') {
      const { user, text, broadcast } = step;
      const threadTs = step.threadTs === undefined ? undefined : this.#messages.get(step.threadTs);
      const said = slack.say({
        user,
        channel,
        text,
        ...(threadTs !== undefined && { threadTs }),
        ...(broadcast && { broadcast }),
      });
      this.#messages.set(step.ts, said.ts);
    } else if (ts === undefined) return `there is no message ${step.ts} to ${step.do}.`;
    else if (step.do === 'edit') slack.edit({ user: step.user, channel, ts, text: step.text });
    else slack.remove({ channel, ts });
    // In the order of the recording, whatever the two events of a mention do.
    const taken = (): true | undefined => (slack.deliveries.every(({ state }) => state === 'acked') ? true : undefined);
    return (await this.changes.until(taken)) ? undefined : 'the bot did not take the event.';
  }

  async #answer({ purpose, text, problem, reason }: RecordedStep & { do: 'answer' }): Promise<string | undefined> {
    const asked = await this.#untilAsked(purpose);
    if (!asked) return notAsked(purpose);
    const answer = problem === undefined ? { text: text ?? '' } : { problem, reason: reason ?? '' };
    this.playground.bot.answer(asked.id, answer);
    return undefined;
  }

  #untilAsked(purpose: Asked['purpose']): Promise<Asked | undefined> {
    return this.changes.until(() => {
      this.#answerElsewhere();
      const { asked } = this.playground.bot;
      return asked.find((known) => known.conversation === this.#key() && known.purpose === purpose);
    });
  }

  #answerElsewhere(): void {
    const { bot } = this.playground;
    for (const { id, conversation } of bot.asked) if (conversation !== this.#key()) bot.answer(id, ELSEWHERE);
  }

  #thread(): string | undefined {
    const { thread } = this.#recorded;
    // Before its root is said, no conversation has this name.
    return thread === undefined ? undefined : (this.#messages.get(thread) ?? 'none');
  }

  #key(): string {
    const { slack } = this.playground;
    return keyOf({ team: slack.team.id, channel: this.#channel, thread: this.#thread() ?? DM_TOP_LEVEL });
  }

  #withNewTs(run: Recording['runs'][number]): Recording['runs'][number] {
    return { ...run, questions: run.questions.map((ts) => this.#messages.get(ts) ?? ts) };
  }
}

function notAsked(purpose: Asked['purpose']): string {
  return `the bot did not ask the model for ${purpose === 'summary' ? 'a summary' : 'an answer'}.`;
}

/** Ids of the new Slack by those of the recording: people and channels of the same name. Throws an Error for others. */
function idsIn({ names, channel }: Recording, { slack, workspace }: Playground): Map<string, string> {
  const named = new Map([
    ...slack.users().map(({ id, name }) => [name, id] as const),
    ...slack.channels().flatMap(({ id, name, kind }) => (kind === 'im' ? [] : [[name, id] as const])),
  ]);
  const ids = new Map(
    Object.entries(names).map(([id, name]) => {
      const found = named.get(name);
      if (found === undefined) throw new Error(`the playground has nobody and nothing named ${name}`);
      return [id, found];
    }),
  );
  if (channel.kind === 'im') {
    const person = ids.get(channel.with ?? '');
    const dm = slack.channels().find(({ kind, members }) => kind === 'im' && members.has(person ?? ''));
    if (!dm || !workspace.channels.includes(dm.id)) throw new Error('it has a direct message with nobody');
    ids.set(channel.id, dm.id);
  }
  return ids;
}
