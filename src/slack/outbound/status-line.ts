import type { WebClient } from '@slack/web-api';
import type { Clock, Logger } from '../../core/ports.js';
import { slackFailure } from '../web-api/failure.js';
import type { RefusedMethods } from '../web-api/refused-methods.js';

const METHOD = 'assistant.threads.setStatus';
const WORKING = 'is thinking…';
/** Slack removes a status after two minutes. https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const REFRESH_MS = 90_000;
/** Of an answer that comes sooner nobody would read it, and Slack need not be called. */
export const SHOW_AFTER_MS = 700;
/** Changing faster, it could not be read. */
const MIN_VISIBLE_MS = 1_000;

/** A line that is left says for two minutes that the bot is working. */
const CLEARING_ATTEMPTS = 8;
const CLEARING_PAUSE_MS = 2_500;

/** A thread, and the client of its workspace. */
export interface Thread {
  readonly client: WebClient | Promise<WebClient>;
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string;
}

/**
 * The line under a thread that says the bot is working, and on what. A message of the bot removes it. A decoration:
 * failures are logged and ignored.
 */
export class StatusLine {
  /** It may be visible. */
  private up = false;
  /** The latest call that sets it. */
  private call: Promise<void> = Promise.resolve();
  /** A call is running or its outcome unknown: the line may appear after a message, which then does not remove it. */
  private uncertain = false;
  private headline: string | undefined;
  private readonly over = new AbortController();
  /** Aborts when there is a new headline. */
  private changed = new AbortController();

  constructor(
    private readonly thread: Thread,
    private readonly refused: RefusedMethods,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Called with the error when Slack does not take it. */
    private readonly onFailure: (error: unknown) => void,
    private readonly showAfterMs: number,
  ) {}

  /**
   * Keeps it visible until `posted` or `clear`, or until Slack refuses such lines in this workspace. `onlyThoughts`: from
   * the first headline on. Never rejects.
   */
  async show(onlyThoughts = false): Promise<void> {
    if (onlyThoughts && this.headline === undefined) await aborted(this.changed.signal);
    if (this.showAfterMs > 0) await this.rest(this.showAfterMs, this.over.signal);
    while (!this.over.signal.aborted && !this.refused.has(this.thread.team, METHOD)) {
      this.up = true;
      this.changed = new AbortController();
      await this.set(WORKING);
      await this.rest(MIN_VISIBLE_MS, this.over.signal);
      await this.rest(REFRESH_MS - MIN_VISIBLE_MS, this.changed.signal);
    }
  }

  get mayBeVisible(): boolean {
    return this.up;
  }

  /** One that an earlier reply left may be visible. */
  adopt(): void {
    this.up = true;
  }

  /** What the model is thinking about: 1 to 50 characters. */
  thinking(headline: string): void {
    if (headline === this.headline) return;
    this.headline = headline;
    this.changed.abort('changed');
  }

  /** A message of the bot appeared in the thread. */
  posted(): void {
    this.end();
    this.up &&= this.uncertain;
  }

  /**
   * Waits for a running call first: otherwise the line would come back. Tries again while Slack fails, until `hurry` aborts:
   * the next status of the thread waits.
   */
  async clear(hurry?: AbortSignal): Promise<void> {
    this.end();
    await this.call;
    for (let attempt = 1; this.up && attempt <= CLEARING_ATTEMPTS; attempt += 1) {
      if (attempt > 1) await this.rest(CLEARING_PAUSE_MS, hurry);
      if (hurry?.aborted || this.refused.has(this.thread.team, METHOD)) return;
      this.up = false;
      this.uncertain = false;
      await this.set('');
      this.up = this.uncertain;
    }
  }

  /** No more of it. */
  end(): void {
    this.over.abort('over');
    this.changed.abort('over');
  }

  private async rest(ms: number, until?: AbortSignal): Promise<void> {
    await this.clock.sleep(ms, until).catch(() => {});
  }

  private set(status: string): Promise<void> {
    this.call = this.send(status);
    return this.call;
  }

  private async send(status: string): Promise<void> {
    const { channel, threadTs, team } = this.thread;
    const before = this.uncertain;
    this.uncertain = true;
    const loading = status && this.headline !== undefined && { loading_messages: [this.headline] };
    const line = { channel_id: channel, thread_ts: threadTs, status, ...loading };
    try {
      const client = await this.thread.client;
      await client.assistant.threads.setStatus(line);
      this.uncertain = before;
    } catch (error) {
      if (slackFailure(error).kind !== 'uncertain') this.uncertain = before;
      this.refused.note(team, METHOD, error);
      this.logger.debug({ err: error, channel }, 'cannot set the status line');
      this.onFailure(error);
    }
  }
}

/** Resolves when it aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
