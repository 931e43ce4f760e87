import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { messageOf } from '../core/errors.js';
import type { Observation } from '../core/observation.js';
import type { Clock } from '../core/ports.js';
import { endsWithin } from '../core/shutdown.js';
import type { ConversationKey } from '../core/conversation-id.js';
import type { BotOrder, FromBot, Recalled, ToBot } from './protocol.js';

/** Besides what the bot's own settings let it take. */
const STOP_PATIENCE_MS = 5_000;
const RECALL_PATIENCE_MS = 3_000;

/** `gone`: it could not be started, or ended by itself. */
export interface BotStatus {
  readonly state: 'starting' | 'running' | 'gone';
  /** How often it was started, the first time included. */
  readonly starts: number;
  /** When it was started last, milliseconds since 1970. */
  readonly startedAt: number;
  /** Process id; not there where none runs. */
  readonly pid?: number;
  readonly problem?: string;
}

export interface BotRunnerOptions {
  readonly order: BotOrder;
  /** What the bot's settings give running replies at its end. */
  readonly shutdownTimeoutMs: number;
  /** The file that is run. */
  readonly program: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly observed: (key: ConversationKey, at: number, observation: Observation) => void;
  readonly changed: () => void;
}

/** The bot in a process of its own, which can be killed without a warning and started again. */
export class BotRunner {
  #status: BotStatus = { state: 'starting', starts: 0, startedAt: 0 };
  #child: ChildProcess | undefined;
  readonly #recalls = new Map<number, (answer: FromBot & { type: 'recalled' }) => void>();
  #lastRecall = 0;
  readonly #gone = new Set<(problem: string) => void>();
  #stopping = false;
  #restarting = false;

  constructor(private readonly options: BotRunnerOptions) {}

  get status(): BotStatus {
    return this.#status;
  }

  /** `listener` is called when the process is gone, with how. Returns what takes it off again. */
  onGone(listener: (problem: string) => void): () => void {
    this.#gone.add(listener);
    return () => this.#gone.delete(listener);
  }

  /** Resolves when the bot takes events. Throws when it cannot. */
  async start(): Promise<void> {
    if (this.#stopping) throw new Error('the playground is stopping');
    const { order, program, clock, log } = this.options;
    const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.#child = child;
    const { pid } = child;
    this.#set({
      state: 'starting',
      starts: this.#status.starts + 1,
      startedAt: clock.now(),
      ...(pid !== undefined && { pid }),
    });
    if (child.stdout) createInterface(child.stdout).on('line', (line) => log(`${line}\n`));
    const started = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromBot) => {
        if (message.type === 'running') resolve();
        else if (message.type === 'failed') reject(new Error(message.problem));
        else this.#heard(message);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.#ended(child, signal ?? `code ${code}`);
        reject(new Error(`the bot's process ended (${signal ?? `code ${code}`})`));
      });
    });
    send(child, { type: 'start', order });
    try {
      await started;
      this.#set({ ...this.#status, state: 'running' });
    } catch (error) {
      this.#child = undefined;
      child.kill('SIGKILL');
      this.#setGone(messageOf(error));
      throw error;
    }
  }

  /**
   * Ends it as a crash would, with no time for anything, and starts it again. Resolves when the old one is gone; how the
   * new one does is its `status`. False when that is being done already.
   */
  async restart(): Promise<boolean> {
    if (this.#restarting) return false;
    this.#restarting = true;
    await this.#kill();
    this.start()
      .catch(() => {})
      .finally(() => {
        this.#restarting = false;
      });
    return true;
  }

  breakNextAnswer(): void {
    if (this.#child) send(this.#child, { type: 'break-model' });
  }

  /** What the bot remembers. Rejects when it does not say so in time, or cannot. */
  async recall(key: ConversationKey): Promise<Recalled> {
    const child = this.#child;
    if (!child || this.#status.state !== 'running') throw new Error("The bot's process is not running.");
    const id = (this.#lastRecall += 1);
    let answer: (FromBot & { type: 'recalled' }) | undefined;
    const answered = new Promise<void>((resolve) => {
      this.#recalls.set(id, (message) => {
        answer = message;
        resolve();
      });
    });
    send(child, { type: 'recall', id, key });
    await endsWithin(RECALL_PATIENCE_MS, answered, this.options.clock);
    this.#recalls.delete(id);
    if (!answer) throw new Error("The bot's process does not answer.");
    if ('problem' in answer) throw new Error(`The bot cannot read its memory: ${answer.problem}`);
    return answer.recalled;
  }

  /** In order; what does not end by itself is killed. May be called again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    send(child, { type: 'stop' });
    const { shutdownTimeoutMs, clock } = this.options;
    if (!(await endsWithin(shutdownTimeoutMs + STOP_PATIENCE_MS, gone, clock))) {
      child.kill('SIGKILL');
      await gone;
    }
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  #heard(message: FromBot): void {
    if (message.type === 'observed') this.options.observed(message.key, message.at, message.observation);
    else if (message.type === 'recalled') this.#recalls.get(message.id)?.(message);
  }

  #ended(child: ChildProcess, how: string): void {
    if (child !== this.#child || this.#stopping) return;
    this.#setGone(`It ended (${how}).`);
  }

  #setGone(problem: string): void {
    const { pid: _, ...status } = this.#status;
    this.#set({ ...status, state: 'gone', problem });
  }

  #set(status: BotStatus): void {
    this.#status = status;
    this.options.changed();
    if (status.state === 'gone') for (const listener of this.#gone) listener(status.problem ?? '');
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Nobody listens any more where the channel is closed. */
function send(child: ChildProcess, message: ToBot): void {
  if (child.connected) child.send(message, () => {});
}
