import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ConversationKey } from '../core/conversation-id.js';
import { messageOf } from '../core/errors.js';
import { settlesWithin } from '../core/shutdown.js';
import type { BotRunnerOptions } from './bot-runner-options.js';
import type { KeptCall } from './kept-storage.js';
import type { Asked, BotStartOptions, FromBot, GivenAnswer, Recalled, ToBot } from './protocol.js';

/** Added to the bot's own shutdown timeout before the process is killed. */
const STOP_GRACE_MS = 5_000;
const RECALL_TIMEOUT_MS = 3_000;

/** `gone`: the process failed to start, or exited without being asked to. */
export interface BotStatus {
  readonly state: 'starting' | 'running' | 'gone';
  /** Number of starts, including the first. */
  readonly starts: number;
  /** Time of the last start, milliseconds since 1970. */
  readonly startedAt: number;
  /** Process id; undefined while no process runs. */
  readonly pid?: number;
  readonly problem?: string;
}

/** Runs the bot in a child process, which can be killed without warning and restarted. */
export class BotRunner {
  #status: BotStatus = { state: 'starting', starts: 0, startedAt: 0 };
  #child: ChildProcess | undefined;
  readonly #recalls = new Map<number, (answer: FromBot & { type: 'recalled' }) => void>();
  #lastRecallId = 0;
  readonly #asked = new Map<number, Asked>();
  readonly #goneListeners = new Set<(problem: string) => void>();
  #stopping = false;
  #restarting = false;

  #startOptions: BotStartOptions;

  constructor(private readonly options: BotRunnerOptions) {
    this.#startOptions = options.startOptions;
  }

  get status(): BotStatus {
    return this.#status;
  }

  /** Calls `listener` with the reason when the process fails or exits. Returns a function that unsubscribes it. */
  onGone(listener: (problem: string) => void): () => void {
    this.#goneListeners.add(listener);
    return () => this.#goneListeners.delete(listener);
  }

  /** Resolves when the bot receives events. Rejects when it cannot start. */
  async start(): Promise<void> {
    if (this.#stopping) throw new Error('the playground is stopping');
    const { program, clock, log } = this.options;
    const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], serialization: 'advanced' });
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
        else this.#onMessage(message, child);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.options.kept.crashed();
        this.#onExit(child, signal ?? `code ${code}`);
        reject(new Error(`the bot's process ended (${signal ?? `code ${code}`})`));
      });
    });
    send(child, { type: 'start', options: this.#startOptions });
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
   * Kills the process as a crash would (SIGKILL) and starts a new one. Resolves when the old process has exited; see
   * `status` for the new one. Resolves with false when a restart is already in progress.
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

  /**
   * Stops the process gracefully and starts one with these options, in part. Resolves when it runs, with false when a
   * restart is already in progress. Rejects when it cannot start: then one with the options before is started.
   */
  async restartWith(changes: Partial<BotStartOptions>): Promise<boolean> {
    if (this.#restarting) return false;
    this.#restarting = true;
    const before = this.#startOptions;
    try {
      await this.#end();
      this.#startOptions = { ...before, ...changes };
      await this.start();
    } catch (error) {
      this.#startOptions = before;
      await this.start();
      throw error;
    } finally {
      this.#restarting = false;
    }
    return true;
  }

  breakNextAnswer(): void {
    if (this.#child) send(this.#child, { type: 'break-model' });
  }

  /** What the model of a replay waits for, oldest first. */
  get asked(): readonly Asked[] {
    return [...this.#asked.values()];
  }

  /** Answers one of `asked`. */
  answer(id: number, answer: GivenAnswer): void {
    this.#asked.delete(id);
    if (this.#child) send(this.#child, { type: 'answer', id, answer });
  }

  /** Reads the bot's memory of a conversation. Rejects when the bot fails to, or does not answer in time. */
  async recall(key: ConversationKey): Promise<Recalled> {
    const child = this.#child;
    if (!child || this.#status.state !== 'running') throw new Error("The bot's process isn't running.");
    const id = (this.#lastRecallId += 1);
    let answer: (FromBot & { type: 'recalled' }) | undefined;
    const answered = new Promise<void>((resolve) => {
      this.#recalls.set(id, (message) => {
        answer = message;
        resolve();
      });
    });
    send(child, { type: 'recall', id, key });
    await settlesWithin(RECALL_TIMEOUT_MS, answered, this.options.clock);
    this.#recalls.delete(id);
    if (!answer) throw new Error("The bot's process isn't responding.");
    if ('problem' in answer) throw new Error(`The bot can't read its memory: ${answer.problem}`);
    return answer.recalled;
  }

  /** Stops the process gracefully, and kills it when it takes too long. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    send(child, { type: 'stop' });
    const { shutdownTimeoutMs, clock } = this.options;
    if (!(await settlesWithin(shutdownTimeoutMs + STOP_GRACE_MS, gone, clock))) {
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

  #onMessage(message: FromBot, child: ChildProcess): void {
    if (message.type === 'keep') void this.#keep(message.call, child);
    else if (message.type === 'observed') this.options.onObservation(message.key, message.at, message.observation);
    else if (message.type === 'recalled') this.#recalls.get(message.id)?.(message);
    else if (message.type === 'asked') this.#noteAsked(message.asked.id, message.asked);
    else if (message.type === 'asked-over') this.#noteAsked(message.id);
  }

  async #keep(call: KeptCall, child: ChildProcess): Promise<void> {
    const result = await this.options.kept.handle(call);
    send(child, { type: 'kept', result });
  }

  #noteAsked(id: number, asked?: Asked): void {
    if (asked) this.#asked.set(id, asked);
    else this.#asked.delete(id);
    this.options.onAsked?.();
  }

  #onExit(child: ChildProcess, how: string): void {
    if (child !== this.#child || this.#stopping) return;
    this.#asked.clear();
    this.#setGone(`It ended (${how}).`);
  }

  #setGone(problem: string): void {
    const { pid: _, ...status } = this.#status;
    this.#set({ ...status, state: 'gone', problem });
  }

  #set(status: BotStatus): void {
    this.#status = status;
    this.options.onStatusChange();
    if (status.state === 'gone') for (const listener of this.#goneListeners) listener(status.problem ?? '');
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Does nothing when the IPC channel is closed. */
function send(child: ChildProcess, message: ToBot): void {
  if (child.connected) child.send(message, () => {});
}
