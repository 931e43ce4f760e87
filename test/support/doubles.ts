/** Small test doubles of the core's ports. Each does the minimum of its contract and records its calls. */
import type { ConversationKey } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import type {
  Backlog,
  CompletionEvent,
  CompletionRequest,
  FinishReason,
  LimitReached,
  Limits,
  Logger,
  Model,
  EphemeralNote,
  Ephemeral,
  People,
  Places,
  Replies,
  ReplyRequest,
  ReplyWriter,
  WorkQueue,
} from '../../src/core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../src/core/turn.js';
import type { Compactor } from '../../src/prompt/compactor.js';

interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  facts: object;
  message: string;
}

export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];
  debug = (facts: object, message: string): void => this.#record('debug', facts, message);
  info = (facts: object, message: string): void => this.#record('info', facts, message);
  warn = (facts: object, message: string): void => this.#record('warn', facts, message);
  error = (facts: object, message: string): void => this.#record('error', facts, message);

  #record(level: LogLine['level'], facts: object, message: string): void {
    this.lines.push({ level, facts, message });
  }
}

/** Records the wake-ups; runs nothing. */
export class FakeQueue implements WorkQueue {
  readonly wakes: ConversationKey[] = [];

  async wake(key: ConversationKey): Promise<void> {
    this.wakes.push(key);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}

/** Returns (or throws) the given answers one after another, then always undefined: no limit reached. */
export class ScriptedLimits implements Limits {
  /** Each call: the team, then the people. */
  readonly taken: string[][] = [];
  readonly #answers: (LimitReached | Error | undefined)[];

  constructor(...answers: (LimitReached | Error | undefined)[]) {
    this.#answers = answers;
  }

  async take(team: string, people: string[]): Promise<LimitReached | undefined> {
    this.taken.push([team, ...people]);
    const answer = this.#answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** Records the notes instead of sending them. */
export class FakeEphemeral implements Ephemeral {
  readonly told: { person: string; note: EphemeralNote }[] = [];

  send(_conversation: Conversation, person: string, note: EphemeralNote): void {
    this.told.push({ person, note });
  }
}

export const done = (finishReason: FinishReason = 'stop'): CompletionEvent => ({ type: 'done', finishReason });

/** One answer of the model: a text, or a list of events to yield, errors to throw and functions to await. */
type Script = string | (CompletionEvent | Error | (() => void | Promise<void>))[];

/** Plays one script per request; repeats the last one. */
export class ScriptedModel implements Model {
  readonly name = 'scripted';
  readonly limits = { contextWindow: 128_000, maxOutput: 16_000 };
  readonly requests: CompletionRequest[] = [];
  readonly #scripts: Script[];

  constructor(...scripts: Script[]) {
    this.#scripts = scripts;
  }

  async *complete(request: CompletionRequest): AsyncIterable<CompletionEvent> {
    this.requests.push(request);
    const script = (this.#scripts.length > 1 ? this.#scripts.shift() : this.#scripts[0]) ?? '';
    const steps = typeof script === 'string' ? [{ type: 'text' as const, text: script }, done()] : script;
    for (const step of steps) {
      request.signal.throwIfAborted();
      if (step instanceof Error) throw step;
      if (typeof step === 'function') await step();
      else yield step;
    }
    request.signal.throwIfAborted();
  }
}

/** One reply of `KeptReplies`. */
export class KeptReply implements ReplyWriter {
  text = '';
  thoughts = '';
  outcome: 'open' | 'finished' | 'abandoned' = 'open';
  readonly #stopping = new AbortController();

  constructor(
    readonly request: ReplyRequest,
    private readonly post: (text: string) => { ts: string; text: string }[],
  ) {}

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** As when a person presses Slack's stop button: no more text is shown. */
  stop(): void {
    this.#stopping.abort();
  }

  write(text: string): void {
    if (!this.stopped.aborted) this.text += text;
  }

  thinking(text: string): void {
    this.thoughts += text;
  }

  restart(): void {
    this.text = '';
  }

  async finish(): Promise<{ ts: string; text: string }[]> {
    const messages = this.post(this.text);
    this.outcome = 'finished';
    return messages;
  }

  async abandon(): Promise<void> {
    this.outcome = 'abandoned';
  }
}

/** Keeps replies in memory. As in Slack, a blank reply posts no message, and others are newer than what they answer. */
export class FakeReplies implements Replies {
  readonly opened: KeptReply[] = [];
  /** Thrown by each `finish`, while set. */
  failure: Error | undefined;
  pausedMs = async (): Promise<number> => 0;
  #posted = 0;

  open(request: ReplyRequest): KeptReply {
    const reply = new KeptReply(request, (text) => {
      if (this.failure) throw this.failure;
      if (text.trim() === '') return [];
      this.#posted += 1;
      const [seconds = '', micros = ''] = request.after.split('.');
      return [{ ts: `${seconds}.${String(Number(micros) + this.#posted).padStart(6, '0')}`, text }];
    });
    this.opened.push(reply);
    return reply;
  }

  /** `ts` of the retracted messages. */
  readonly takenBack: string[] = [];

  async retract({ reply }: Conversation): Promise<void> {
    this.takenBack.push(...(reply?.messages ?? []));
  }

  /** Texts of the finished replies. */
  get texts(): string[] {
    return this.opened.filter(({ outcome }) => outcome === 'finished').map(({ text }) => text);
  }
}

/** Records the conversations to summarize; summarizes nothing. */
export class FakeCompactor implements Compactor {
  readonly considered: Conversation[] = [];
  tokens = 10_000;

  consider(conversation: Conversation): void {
    this.considered.push(conversation);
  }

  promptTokens(): number {
    return this.tokens;
  }

  async stop(): Promise<void> {}
}

export class FakeBacklog implements Backlog {
  reads = 0;
  /** Thrown by each `read`, while set. */
  failure: Error | undefined;

  constructor(private readonly turns: (PersonTurn | AssistantTurn)[] = []) {}

  async read(_conversation: Conversation): Promise<(PersonTurn | AssistantTurn)[]> {
    this.reads += 1;
    if (this.failure) throw this.failure;
    return this.turns;
  }
}

export function peopleNamed(names: Record<string, string>): People {
  const known = new Map(Object.entries(names));
  return {
    names: async (_team, ids) =>
      new Map([...ids].flatMap((id) => (known.has(id) ? [[id, known.get(id) ?? ''] as const] : []))),
  };
}

/** Names of channels and user groups, by id. */
export function placesNamed(names: Record<string, string> = {}): Places {
  const known = new Map(Object.entries(names));
  return {
    names: async (_conversation, places) =>
      new Map([...places].flatMap(({ id }) => (known.has(id) ? [[id, known.get(id) ?? ''] as const] : []))),
  };
}
