import type { Clock, Logger } from '../../core/ports.js';
import { slackFailure } from '../web-api/failure.js';
import type { RefusedMethods } from '../web-api/refused-methods.js';
import type { Thread } from './status-line.js';

const METHOD = 'agents.sessions.setStatus';
/** A session left as `processing` would look busy until the next question. */
const END_ATTEMPTS = 3;
const RETRY_MS = 2_000;

export interface SessionFacts {
  /** Undefined if the first question has no words. */
  readonly title: string | undefined;
  /** Who asked first. */
  readonly initiator: string;
}

/**
 * A DM's thread as Slack's Messages tab lists it: with a title, and whether the bot is at work. Title and initiator count
 * when Slack creates it. A decoration: failures are logged and ignored.
 * https://docs.slack.dev/ai/agent-sessions
 */
export class AgentSession {
  /** It says, or may say, that the bot is at work. */
  private processing = false;

  constructor(
    private readonly thread: Thread,
    private readonly facts: SessionFacts,
    private readonly refused: RefusedMethods,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get isProcessing(): boolean {
    return this.processing;
  }

  /** A process that died may have left it so. */
  adopt(): void {
    this.processing = !this.refused.has(this.thread.team, METHOD);
  }

  /** Whether Slack shows now that the bot is at work. Never rejects. */
  async begin(): Promise<boolean> {
    const { title, initiator } = this.facts;
    if (this.refused.has(this.thread.team, METHOD)) return false;
    this.processing = true;
    const failure = await this.set('processing', {
      ...(title !== undefined && { title }),
      initiator_user_id: initiator,
    });
    if (failure && failure.kind !== 'uncertain') this.processing = false;
    return failure === undefined;
  }

  /** Tries a few times, until `signal` aborts. Never rejects. */
  async end(signal: AbortSignal): Promise<void> {
    if (!this.processing) return;
    this.processing = false;
    for (let attempt = 1; attempt <= END_ATTEMPTS && !signal.aborted; attempt += 1) {
      const failure = await this.set('active');
      if (!failure || failure.kind === 'refused') return;
      const pause = failure.kind === 'rate_limited' ? failure.afterMs : RETRY_MS;
      await this.clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** The failure, if the call failed. */
  private async set(status: string, more: object = {}): Promise<ReturnType<typeof slackFailure> | undefined> {
    const { team, channel, threadTs } = this.thread;
    try {
      const client = await this.thread.client;
      await client.agents.sessions.setStatus({ channel_id: channel, thread_ts: threadTs, status, ...more });
      return undefined;
    } catch (error) {
      this.refused.note(team, METHOD, error);
      this.logger.debug({ err: error, channel, status }, 'cannot set the status of a session');
      return slackFailure(error);
    }
  }
}
