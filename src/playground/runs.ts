/** The runs of a conversation: each answer, from the first wake-up for its questions to the stored reply. */
import type { Observation } from '../core/observation.js';
import type { FinishReason, PromptMessage, Usage } from '../core/ports.js';

export type SentPrompt = Omit<Observation & { type: 'prompted' }, 'type'> & { readonly at: number };

export interface Answer {
  state: 'waiting' | 'writing' | 'done' | 'failed' | 'interrupted';
  restarts: number;
  firstTextAt?: number;
  completedAt?: number;
  finishReason?: FinishReason;
  usage?: Usage;
  problem?: string;
}

/** A step of the bot, as the timeline shows it. Times are milliseconds since 1970. */
export type Step = { readonly at: number } & (
  | Exclude<Observation, { type: 'prompted' }>
  /** Without the messages: the run has them. */
  | { readonly type: 'prompted'; readonly model: string; readonly messages: number }
  /** The bot's process has ended. */
  | { readonly type: 'gone' }
);

export interface Run {
  /** Counts from 1 in a conversation. */
  readonly number: number;
  readonly openedAt: number;
  /** Undefined while it runs. */
  closedAt?: number;
  /** `ts` of the questions that it answers. */
  questions: readonly string[];
  /** `ts` of the reply's messages, as far as they are posted. */
  replies: readonly string[];
  readonly steps: Step[];
  /** The last prompt sent in it. */
  prompt?: SentPrompt;
  /** Messages of the prompt that was sent before `prompt`. */
  before?: readonly PromptMessage[];
  answer?: Answer;
  /** What the model said, or why it said nothing. */
  said?: Observation & { type: 'said' | 'said_nothing' };
  /** Its questions were deleted. */
  withdrawn?: true;
}

const MAX_RUNS = 200;
const MAX_SAID = 1_000;

export class Runs {
  readonly all: Run[] = [];
  /** When the model was asked for answers and summaries, and what it said, in order. */
  readonly said: ({ readonly at: number } & Observation & { type: 'asked' | 'said' | 'said_nothing' })[] = [];
  #last = 0;
  /** Steps that belong to the next run, if there is one. */
  #waiting: Step[] = [];
  #lastPrompt: readonly PromptMessage[] | undefined;

  get open(): Run | undefined {
    const newest = this.all.at(-1);
    return newest && newest.closedAt === undefined ? newest : undefined;
  }

  /** The bot's process has ended: an open run goes on with the next one. */
  interrupted(at: number): void {
    const steps = this.open?.steps ?? this.#waiting;
    if (steps.length > 0 && steps.at(-1)?.type !== 'gone') steps.push({ at, type: 'gone' });
  }

  note(at: number, observation: Observation): void {
    const { open } = this;
    // Steps of a message, not of a run.
    if (observation.type === 'received' || observation.type === 'stored' || observation.type === 'not_stored') return;
    if (observation.type === 'queued') {
      // A wake-up during a run is for what comes after it.
      if (!this.#waiting.some(({ type }) => type === 'queued')) this.#waiting.push({ at, ...observation });
    } else if (observation.type === 'loaded') {
      if (observation.pending.length > 0) this.#step(open ?? this.#begin(at, observation.pending), at, observation);
      else if (!open) this.#waiting = [];
    } else if (observation.type === 'prompted') {
      this.#prompted(open ?? this.#begin(at, observation.answers), at, observation);
    } else if (observation.type === 'asked' || observation.type === 'said' || observation.type === 'said_nothing') {
      this.said.push({ at, ...observation });
      if (this.said.length > MAX_SAID) this.said.shift();
      if (open && observation.type !== 'asked' && observation.purpose === 'answer') open.said = observation;
    } else if (observation.type === 'summed_up' || observation.type === 'not_summed_up') {
      // It follows the reply, when the run is over.
      this.all.at(-1)?.steps.push({ at, ...observation });
    } else if (open) {
      this.#step(open, at, observation);
    } else if (observation.type === 'taken') {
      this.#waiting.push({ at, ...observation });
    }
  }

  #begin(at: number, questions: readonly string[]): Run {
    this.#last += 1;
    const steps = this.#waiting;
    this.#waiting = [];
    const run: Run = { number: this.#last, openedAt: steps[0]?.at ?? at, questions, replies: [], steps };
    this.all.push(run);
    if (this.all.length > MAX_RUNS) this.all.shift();
    return run;
  }

  #prompted(run: Run, at: number, observation: Observation & { type: 'prompted' }): void {
    const { type: _, ...prompt } = observation;
    const messages = sharing(prompt.messages, this.#lastPrompt);
    run.prompt = { ...prompt, messages, at };
    if (this.#lastPrompt) run.before = this.#lastPrompt;
    run.questions = prompt.answers;
    run.answer = { state: 'waiting', restarts: 0 };
    this.#lastPrompt = messages;
    run.steps.push({ at, type: 'prompted', model: prompt.model, messages: messages.length });
  }

  #step(run: Run, at: number, observation: Exclude<Observation, { type: 'prompted' }>): void {
    run.steps.push({ at, ...observation });
    if (observation.type === 'posted') run.replies = observation.messages;
    else if (observation.type === 'reply_stored') {
      run.replies = observation.messages;
      if (observation.answered.length === 0) Object.assign(run, { withdrawn: true, closedAt: at });
    } else if (observation.type === 'settled') {
      run.questions = observation.answered;
      run.closedAt = at;
    } else if (run.answer) Object.assign(run.answer, changesTo(run.answer, at, observation));
  }
}

function changesTo(answer: Answer, at: number, observation: Observation): Partial<Answer> {
  if (observation.type === 'first_text') return { state: 'writing', firstTextAt: answer.firstTextAt ?? at };
  if (observation.type === 'restarted') return { restarts: answer.restarts + 1 };
  if (observation.type === 'failed') return { state: 'failed', completedAt: at, problem: observation.problem };
  if (observation.type !== 'completed') return {};
  const { finishReason, usage } = observation;
  return { state: 'done', completedAt: at, finishReason, ...(usage && { usage }) };
}

/** The same messages, held once where the prompt before has them too: a long thread has many prompts. */
function sharing(messages: PromptMessage[], before: readonly PromptMessage[] = []): PromptMessage[] {
  const known = new Map(before.map((message) => [JSON.stringify(message), message]));
  return messages.map((message) => known.get(JSON.stringify(message)) ?? message);
}
