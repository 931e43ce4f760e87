/**
 * What Slack shows of the bot's work on a thread besides its messages. A decoration: nothing waits for it, and what fails
 * or hangs is logged and ignored.
 */
import type { Clock, Logger } from '../../core/ports.js';
import { RefusedMethods } from '../web-api/refused-methods.js';
import { AgentSession, type SessionFacts } from './session.js';
import { aborted, SHOW_AFTER_MS, StatusLine, type Thread } from './status-line.js';

const TITLE_METHOD = 'assistant.threads.setTitle';

/** The status of one reply. */
export interface ReplyStatus {
  /** Whether Slack has a place for it. */
  readonly possible: boolean;
  /** For streams that end while the reply goes on: Slack would take the session as at rest. Undefined without a session. */
  readonly sessionStatus: 'processing' | undefined;
  /** Called with the error when Slack does not take the status line. */
  onFailure: (error: unknown) => void;
  /** What the model is thinking about: 1 to 50 characters. */
  thinking(headline: string): void;
  /** A message of the bot appeared in the thread. */
  posted(): void;
  /** The bot is done here. Returns at once. */
  end(): void;
}

/** At the top level of a DM, Slack has no place for a status. */
export const NO_STATUS: ReplyStatus = {
  possible: false,
  sessionStatus: undefined,
  onFailure() {},
  thinking() {},
  posted() {},
  end() {},
};

export interface Session extends SessionFacts {
  /** Nothing has been answered in the thread yet. */
  readonly isNew: boolean;
}

/** Whether a status line may still be visible: the next status of the thread takes it away. */
type Leftover = boolean;

/** Statuses of all replies of this process. */
export class ThreadStatuses {
  private readonly refused: RefusedMethods;
  /** What still runs, by thread: a later status of the same thread must not overtake it. */
  private readonly running = new Map<string, { done: Promise<Leftover>; hurry: AbortController }>();

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly showAfterMs = SHOW_AFTER_MS,
  ) {
    this.refused = new RefusedMethods(clock);
  }

  /**
   * Shows that the bot is at work. `session`: what the thread is as an agent's session; undefined if it is none.
   * `goesOn`: an earlier run has begun the reply, and may have left its status.
   */
  open(thread: Thread, session?: Session, goesOn = false): ReplyStatus {
    const status = new ThreadStatus(thread, session, this.refused, this.clock, this.logger, this.showAfterMs);
    this.run(thread, (hurry, left) => status.run(hurry, left || (goesOn && !session)));
    return status;
  }

  /** Takes away what a process that died may have left of a session. Returns at once. */
  clear(thread: Thread, session: Session): void {
    const left = new AgentSession(thread, session, this.refused, this.clock, this.logger);
    left.adopt();
    this.run(thread, async (hurry, line) => {
      await left.end(hurry);
      return line;
    });
  }

  private run(thread: Thread, work: (hurry: AbortSignal, left: Leftover) => Promise<Leftover>): void {
    const key = `${thread.team}:${thread.channel}:${thread.threadTs}`;
    const before = this.running.get(key);
    before?.hurry.abort('the next status waits');
    const hurry = new AbortController();
    const inTurn = async (): Promise<Leftover> => {
      const left = await work(hurry.signal, (await before?.done) ?? false);
      if (this.running.get(key)?.hurry === hurry) this.running.delete(key);
      return left;
    };
    // A microtask later at the earliest: only then is it in `running`.
    const done = Promise.resolve().then(inTurn);
    this.running.set(key, { done, hurry });
  }

  /** Resolves when no status is being shown or taken away. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(Array.from(this.running.values(), ({ done }) => done));
  }
}

class ThreadStatus implements ReplyStatus {
  readonly possible = true;
  onFailure = (_error: unknown): void => {};
  private readonly line: StatusLine;
  private readonly session: AgentSession | undefined;
  private readonly over = new AbortController();

  constructor(
    private readonly thread: Thread,
    private readonly facts: Session | undefined,
    private readonly refused: RefusedMethods,
    clock: Clock,
    private readonly logger: Logger,
    showAfterMs: number,
  ) {
    this.line = new StatusLine(thread, refused, clock, logger, (error) => this.onFailure(error), showAfterMs);
    this.session = facts && new AgentSession(thread, facts, refused, clock, logger);
  }

  get sessionStatus(): 'processing' | undefined {
    return this.session?.isProcessing ? 'processing' : undefined;
  }

  thinking(headline: string): void {
    this.line.thinking(headline);
  }

  posted(): void {
    this.line.posted();
  }

  end(): void {
    this.line.end();
    this.over.abort('over');
  }

  /** From the first call to the last. `hurry`: the next status of the thread waits. Never rejects. */
  async run(hurry: AbortSignal, left: Leftover): Promise<Leftover> {
    const over = this.over.signal;
    if (left) this.line.adopt();
    if (over.aborted && !left) return false;
    const inSession = (await this.session?.begin()) ?? false;
    const hasTitle = inSession || !this.facts?.isNew;
    await Promise.all([this.line.show(inSession), !hasTitle && this.setTitle(), aborted(over)]);
    await this.line.clear(hurry);
    await this.session?.end(hurry);
    return this.line.mayBeVisible;
  }

  /** Where there are no sessions. */
  private async setTitle(): Promise<void> {
    const { team, channel, threadTs } = this.thread;
    const title = this.facts?.title;
    if (title === undefined || this.refused.has(team, TITLE_METHOD)) return;
    try {
      const client = await this.thread.client;
      await client.assistant.threads.setTitle({ channel_id: channel, thread_ts: threadTs, title });
    } catch (error) {
      this.refused.note(team, TITLE_METHOD, error);
      this.logger.debug({ err: error, channel }, 'cannot set the title of a thread');
    }
  }
}
