import { messageOf } from '../../core/errors.js';
import type { Clock, Logger } from '../../core/ports.js';
import type { SeldomLog } from './seldom.js';
import { inWords } from './socket-tickets.js';

/** Tells in the log when the connection to Slack is lost and back: a line for each. */
export class SocketStory {
  private lostAt: number | undefined;
  private leavingFor: string | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly seldom: SeldomLog,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Slack has announced the end of the only socket. */
  leaving(reason: string): void {
    this.leavingFor = inWords(reason);
  }

  /** No socket is open any more. */
  lost(reason: string): void {
    this.lostAt = this.clock.now();
    this.logger.warn({ reason: this.leavingFor ?? inWords(reason) }, 'lost the connection to Slack, reconnecting');
  }

  failed(error: unknown, pauseMs: number): void {
    const reason = messageOf(error);
    this.seldom.warn({ retryInMs: pauseMs }, `cannot connect to Slack, trying again (${inWords(reason)})`);
  }

  opened(): void {
    if (this.lostAt !== undefined) {
      this.logger.info({ awayMs: this.clock.now() - this.lostAt }, 'reconnected to Slack');
    } else if (this.leavingFor !== undefined) {
      this.logger.info({ reason: this.leavingFor }, 'renewed the connection to Slack without a gap');
    } else this.logger.info({}, 'connected to Slack');
    this.lostAt = undefined;
    this.leavingFor = undefined;
  }
}
