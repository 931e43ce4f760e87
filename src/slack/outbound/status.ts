import type { WebClient } from '@slack/web-api';
import type { Clock, Logger } from '../../core/ports.js';
import { slackFailure } from '../web-api/failure.js';

const WORKING = 'is thinking…';
/** Slack takes a status away after two minutes. https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const REFRESH_MS = 90_000;
/** A line that changes faster cannot be read. */
const SHORTEST_SIGHT_MS = 1_000;

/**
 * The line below a thread that says the bot is at work, and what it thinks about. Only threads have one, and a message
 * of the bot's takes it away. A decoration: its failures are logged and forgotten.
 */
export class ThreadStatus {
  /** It may stand there. */
  private up = false;
  /** The newest call that sets it. */
  private call: Promise<void> = Promise.resolve();
  /** A call is on its way, or nobody knows what came of one: the line may come up behind a message, which then does not take it away. */
  private doubtful = false;
  private headline: string | undefined;
  private readonly over = new AbortController();
  /** Aborts when the line has something else to say than it says. */
  private news = new AbortController();

  constructor(
    private readonly client: WebClient,
    private readonly channel: string,
    private readonly threadTs: string | undefined,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get possible(): boolean {
    return this.threadTs !== undefined;
  }

  /** Keeps it up until `posted` or `clear`. Never rejects. */
  async show(): Promise<void> {
    while (this.possible && !this.over.signal.aborted) {
      this.up = true;
      this.news = new AbortController();
      await this.set(WORKING);
      await this.rest(SHORTEST_SIGHT_MS, this.over.signal);
      await this.rest(REFRESH_MS - SHORTEST_SIGHT_MS, this.news.signal);
    }
  }

  /** What the model thinks about just now: 1 to 50 characters. */
  thinking(headline: string): void {
    if (headline === this.headline) return;
    this.headline = headline;
    this.news.abort();
  }

  /** A message of the bot's came into the thread. */
  posted(): void {
    this.end();
    this.up &&= this.doubtful;
  }

  /** Never before a call that is on its way is over: it would come up again. */
  async clear(): Promise<void> {
    this.end();
    await this.call;
    if (!this.up) return;
    this.up = false;
    await this.set('');
  }

  private end(): void {
    this.over.abort();
    this.news.abort();
  }

  private async rest(ms: number, until: AbortSignal): Promise<void> {
    await this.clock.sleep(ms, until).catch(() => {});
  }

  private set(status: string): Promise<void> {
    this.call = this.tell(status);
    return this.call;
  }

  private async tell(status: string): Promise<void> {
    if (this.threadTs === undefined) return;
    const before = this.doubtful;
    this.doubtful = true;
    try {
      await this.client.assistant.threads.setStatus({
        channel_id: this.channel,
        thread_ts: this.threadTs,
        status,
        ...(status && this.headline !== undefined && { loading_messages: [this.headline] }),
      });
      this.doubtful = before;
    } catch (error) {
      if (slackFailure(error).kind !== 'uncertain') this.doubtful = before;
      this.logger.debug({ err: error, channel: this.channel }, 'the status line cannot be set');
    }
  }
}
