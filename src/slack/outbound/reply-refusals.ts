/** What becomes of a reply that Slack refuses: tried again, gone on with in another message, left to later, or told. */
import { ReplyError, StaleRunError } from '../../core/errors.js';
import { isDirectMessage } from '../channels.js';
import { refusalCode, refusalOf } from '../web-api/failure.js';
import { type Problem, problemOf } from './elsewhere.js';
import type { ReplyMessage } from './message.js';
import type { ReplySettings } from './reply-settings.js';
import type { ReplyText } from './reply-text.js';
import { RetryPolicy } from './retry-policy.js';

type Settings = Pick<ReplySettings, 'clock' | 'logger' | 'outages' | 'place' | 'tellElsewhere'>;

export class ReplyRefusals {
  private readonly retry: RetryPolicy;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly content: ReplyText,
    private readonly settings: Settings,
  ) {
    this.retry = new RetryPolicy(settings.clock);
  }

  /** A call has succeeded: whatever failed before is over. */
  succeeded(): void {
    this.retry.reset();
  }

  /**
   * After a failed step: waits until it may be repeated. `changing`: the message that the step would have changed; if Slack
   * refuses that for good, it stays as it is, and the rest goes into another one. Throws what ends the reply.
   */
  async afterFailure(error: unknown, changing: ReplyMessage | undefined, signal: AbortSignal): Promise<void> {
    if (error instanceof StaleRunError || error instanceof ReplyError) throw error;
    const { clock, logger, place } = this.settings;
    const simpler = this.content.simplify(error);
    if (simpler) {
      const facts = { err: error, channel: place.channel, ...simpler };
      return logger.error(facts, 'Slack refused the format of a reply, trying a simpler one');
    }
    const paused = this.pausedBy(error);
    if (paused) throw paused;
    let waitMs: number;
    try {
      waitMs = this.retry.waitMs(error);
    } catch (final) {
      if (!changing || !isAboutMessage(error)) throw final;
      changing.freeze();
      this.content.resetForm();
      this.retry.reset();
      const facts = { err: error, channel: place.channel, ts: changing.ts };
      return logger.warn(facts, 'Slack refuses to edit a message: posting the rest of the reply in a new one');
    }
    await clock.sleep(waitMs, signal);
  }

  /** What a reply ends with whose status line is refused: the reply would be, too, so the model need not be asked. */
  afterStatus(error: unknown): ReplyError | undefined {
    if (refusalOf(error)?.meaning === 'method') return undefined;
    const paused = this.pausedBy(error);
    if (paused || isDirectMessage(this.settings.place.channel)) return paused;
    const problem = problemOf(error);
    if (problem?.problem !== 'not_member' && problem?.problem !== 'archived') return undefined;
    this.telling = this.settings.tellElsewhere(problem, '');
    return new ReplyError('Slack refuses replies in this place', false, { cause: error });
  }

  /** For a failure after which the text is still wanted: it goes to the people who asked. */
  problemIn(failure: unknown): Problem | undefined {
    return failure instanceof ReplyError && !failure.retryable ? problemOf(failure.cause) : undefined;
  }

  /** Tells the people who asked, if anybody can be told. */
  async tell(failure: unknown): Promise<void> {
    const problem = this.problemIn(failure);
    if (problem) await this.settings.tellElsewhere(problem, this.content.whole);
  }

  /** Resolves when who asked has been told. */
  told(): Promise<void> {
    return this.telling;
  }

  private pausedBy(error: unknown): ReplyError | undefined {
    const { outages, place } = this.settings;
    const retryInMs = outages.note(place.recipient.teamId, error);
    if (retryInMs === undefined) return undefined;
    return new ReplyError(`Slack refuses the bot: ${refusalCode(error)}`, true, { cause: error, retryInMs });
  }
}

function isAboutMessage(error: unknown): boolean {
  const { meaning } = refusalOf(error) ?? {};
  return meaning === 'message' || meaning === 'form' || meaning === 'unknown';
}
