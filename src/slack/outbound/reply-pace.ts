import type { Clock } from '../../core/ports.js';
import type { ReplyMessage } from './message.js';
import type { TokenBucket } from './token-bucket.js';

/**
 * What a model says at once, in one piece or in a few words, is whole by then and takes one call. Longer waits would save
 * calls for few answers, and everybody would wait to see that one is coming.
 */
const FIRST_POST_MS = 25;
/** Between updates of an unfinished text. Slack's clients redraw an edited message about once a second. */
const STREAM_INTERVAL_MS = 700;
const EDIT_INTERVAL_MS = 1_200;

export interface Buckets {
  append: TokenBucket;
  edit: TokenBucket;
}

/** How fast unfinished text is shown. Waits end early when `soon` aborts; and throw its reason if `signal` has aborted. */
export class ReplyPace {
  constructor(
    private readonly clock: Clock,
    /** Shared by all replies of the process. */
    private readonly buckets: Buckets,
    private readonly soon: AbortSignal,
  ) {}

  beforeFirst(signal: AbortSignal): Promise<void> {
    return this.rest(FIRST_POST_MS, signal);
  }

  async after(newest: ReplyMessage | undefined, signal: AbortSignal): Promise<void> {
    const bucket = this.bucketOf(newest);
    await this.rest(newest?.isStreaming ? STREAM_INTERVAL_MS : EDIT_INTERVAL_MS, signal);
    for (let wait = bucket.waitMs(); wait > 0 && !this.soon.aborted; wait = bucket.waitMs())
      await this.rest(wait, signal);
  }

  bucketOf(message: ReplyMessage | undefined): TokenBucket {
    const { append, edit } = this.buckets;
    return message?.isStreaming ? append : edit;
  }

  private async rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.clock.sleep(ms, this.soon).catch(() => {});
    signal.throwIfAborted();
  }
}
