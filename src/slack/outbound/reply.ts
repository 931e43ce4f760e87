/**
 * A reply on its way into Slack. The model writes as fast as it likes; a loop brings the messages in step with the text
 * at the pace that Slack allows. What one step could not do, the next one does: each compares what the messages show
 * with what they should show.
 */
import { ReplyError, StaleRunError } from '../../core/errors.js';
import type { PlaceProblem, ReplyControl, ReplyRequest, ReplyWriter } from '../../core/ports.js';
import { isDirectMessage } from '../channels.js';
import { placeProblem } from './elsewhere.js';
import type { ReplyMessage } from './message.js';
import { ReplyMessages } from './reply-messages.js';
import type { ReplySettings } from './reply-settings.js';
import { ReplyText } from './reply-text.js';
import { RetryPolicy } from './retry-policy.js';
import type { TokenBucket } from './token-bucket.js';
import { unlessAborted } from './unless-aborted.js';

/** A notification shows what a message was posted with, so it waits for more than a word. A short answer is whole by then. */
const FIRST_POST_MS = 250;
/** Between updates of an unfinished text. Slack's clients redraw an edited message about once a second. */
const STREAM_INTERVAL_MS = 700;
const EDIT_INTERVAL_MS = 1_200;
/** A native stream dies about five minutes after its start; from here on the message is edited. */
const STREAM_LIFETIME_MS = 4 * 60_000;
const PLACEHOLDER_AFTER_MS = 2_000;

export class Reply implements ReplyWriter {
  private readonly content: ReplyText;
  private readonly finishing = new AbortController();
  private readonly abandoned = new AbortController();
  private readonly stopping = new AbortController();
  /** Aborts when the reply is given up. */
  private readonly signal: AbortSignal;
  /** Also when the text is complete: for waits that only pace unfinished text. */
  private readonly soon: AbortSignal;
  private failure: unknown;
  /** What the latest event of the stop button names: perhaps a stream that has begun, but is not known here yet. */
  private stoppedStreams: readonly string[] = [];
  private wakeUp = (): void => {};
  /** Undefined until the workspace's client is there. */
  private messages: ReplyMessages | undefined;
  private readonly loop: Promise<void>;

  constructor(
    private readonly request: ReplyRequest,
    private readonly settings: ReplySettings,
  ) {
    const { status } = settings;
    this.content = new ReplyText(settings.notice);
    this.signal = AbortSignal.any([request.signal, this.abandoned.signal]);
    this.soon = AbortSignal.any([this.signal, this.finishing.signal]);
    // `once`, or Node 20 would keep this reply forever: it holds on to combined signals that have listeners.
    this.soon.addEventListener('abort', () => this.wakeUp(), { once: true });
    status.onFailure = (error) => this.statusFailed(error);
    if (!status.possible) void this.callForPlaceholder();
    this.loop = this.run().catch((error: unknown) => {
      this.failure = error;
    });
    const { channel, threadTs } = settings.place;
    settings.stops.watch({ channel, threadTs, stop: (streams) => this.stop(streams) }, this.loop);
  }

  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  write(text: string): void {
    this.throwFailure();
    this.content.write(text);
    this.wakeUp();
  }

  thinking(text: string): void {
    this.throwFailure();
    this.content.think(text);
    const { headline } = this.content;
    if (headline === undefined) return;
    this.settings.status.thinking(headline);
    this.wakeUp();
  }

  restart(): void {
    this.content.restart();
  }

  async finish(controls?: readonly ReplyControl[]): Promise<{ ts: string; text: string }[]> {
    this.content.controls = controls;
    this.finishing.abort();
    await this.loop;
    this.settings.status.end();
    if (this.problem) this.settings.tellElsewhere(this.problem, this.content.whole);
    if (this.failure !== undefined) throw this.failure;
    if (this.stopped.reason instanceof ReplyError) throw this.stopped.reason;
    if (this.stopped.aborted) return (await this.messages?.shown(this.settings.readText)) ?? [];
    return this.content.contents(true).flatMap(({ source = '' }, at) => {
      const message = this.messages?.at(at);
      return message ? [{ ts: message.ts, text: source }] : [];
    });
  }

  async abandon(): Promise<void> {
    this.abandoned.abort(new Error('the reply is left to another process'));
    await this.loop;
    this.settings.status.end();
  }

  /** Where the place refuses it, the text is still wanted: it goes to the people who asked. */
  private throwFailure(): void {
    if (this.failure !== undefined && !this.problem) throw this.failure;
  }

  /** A person pressed Slack's stop button. `streams`: those that it stopped, which may be of an earlier reply. */
  private stop(streams: readonly string[]): void {
    const newest = this.messages?.newest;
    const isThis = newest && streams.includes(newest.ts);
    this.stoppedStreams = streams;
    if (!isThis && (streams.length > 0 || newest?.isStreaming)) return;
    if (isThis) newest.stopped = true;
    this.stopping.abort();
    this.wakeUp();
  }

  private get problem(): PlaceProblem | undefined {
    return this.failure instanceof ReplyError ? placeProblem(this.failure.cause) : undefined;
  }

  /** The first call in a channel. What refuses it would refuse the reply too: then the model need not be asked. */
  private statusFailed(error: unknown): void {
    const problem = isDirectMessage(this.settings.place.channel) ? undefined : placeProblem(error);
    if (!problem || this.messages?.newest || this.content.whole !== '' || this.soon.aborted) return;
    this.settings.tellElsewhere(problem, '');
    this.stopping.abort(new ReplyError('Slack refuses the place', false, { cause: error }));
    this.wakeUp();
  }

  private async run(): Promise<void> {
    const { clock, mode, place, status, findUnrecorded } = this.settings;
    const onPosted = (): void => status.posted();
    const options = { clock, place, native: mode === 'native', findUnrecorded, onPosted };
    // A workspace that cannot be looked up must not keep a reply that is given up.
    const client = await unlessAborted(this.settings.client, this.signal);
    const messages = new ReplyMessages(client, this.request, options);
    this.messages = messages;
    const retry = new RetryPolicy(clock);
    while (!(await this.succeeds(() => this.lookForStop(messages), retry)));
    while (!this.stopped.aborted) {
      await this.somethingToShow();
      if (this.stopped.aborted) return;
      if (!messages.newest) await this.rest(FIRST_POST_MS);
      const last = this.finishing.signal.aborted;
      if (!(await this.succeeds(() => this.bringInStep(messages, last), retry))) continue;
      if (last) return;
      await this.pace(messages.newest);
    }
  }

  /** False if it failed and is to be tried again, after the wait that this takes. */
  private async succeeds(step: () => Promise<void>, retry: RetryPolicy): Promise<boolean> {
    const { clock, logger, place } = this.settings;
    try {
      await step();
      retry.reset();
      return true;
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof StaleRunError) throw error;
      const simpler = this.content.simplify(error);
      if (simpler) {
        const facts = { err: error, channel: place.channel, ...simpler };
        logger.error(facts, 'Slack refuses the form of a reply: trying a simpler one');
      } else await clock.sleep(retry.waitMs(error), this.signal);
      return false;
    }
  }

  /** A person may have stopped the stream of a process that died before it noticed. */
  private async lookForStop(messages: ReplyMessages): Promise<void> {
    const { newest } = messages;
    if (!newest || this.settings.mode !== 'native') return;
    await this.request.stillOwned();
    await newest.lookForStop();
    if (newest.stopped) this.stopping.abort();
  }

  private async somethingToShow(): Promise<void> {
    const hasNews = (): boolean =>
      this.finishing.signal.aborted || this.stopped.aborted || (this.settings.mode !== 'off' && this.isBehind());
    while (!hasNews()) {
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
        if (this.signal.aborted) resolve();
      });
      this.signal.throwIfAborted();
    }
  }

  private isBehind(): boolean {
    return this.content.contents(false).some((content, at) => !this.messages?.at(at)?.isShowing(content));
  }

  private async bringInStep(messages: ReplyMessages, last: boolean): Promise<void> {
    const contents = this.content.contents(last);
    for (const [at, content] of contents.entries()) {
      await this.request.stillOwned();
      const complete = last || at < contents.length - 1;
      const message = messages.at(at);
      if (!message) await messages.open(content, complete, this.content.card);
      else if (!message.isShowing(content) || (complete && message.isStreaming)) {
        this.bucketOf(message).spend();
        const tooOld = message.ageMs(this.settings.clock.now()) > STREAM_LIFETIME_MS;
        await message.show(content, complete || tooOld, last ? undefined : this.settings.status.sessionStatus);
      }
      const shown = messages.at(at);
      if (shown && this.stoppedStreams.includes(shown.ts)) shown.stopped = true;
      if (!shown?.stopped) continue;
      this.stopping.abort();
      return;
    }
    if (last) await messages.deleteSurplus(contents.length);
  }

  private async pace(newest: ReplyMessage | undefined): Promise<void> {
    const bucket = this.bucketOf(newest);
    await this.rest(newest?.isStreaming ? STREAM_INTERVAL_MS : EDIT_INTERVAL_MS);
    for (let wait = bucket.waitMs(); wait > 0 && !this.soon.aborted; wait = bucket.waitMs()) await this.rest(wait);
  }

  private bucketOf(message: ReplyMessage | undefined): TokenBucket {
    const { append, edit } = this.settings.buckets;
    return message?.isStreaming ? append : edit;
  }

  /** Waits, unless the text is complete. */
  private async rest(ms: number): Promise<void> {
    await this.settings.clock.sleep(ms, this.soon).catch(() => {});
    this.signal.throwIfAborted();
  }

  private async callForPlaceholder(): Promise<void> {
    await this.settings.clock.sleep(PLACEHOLDER_AFTER_MS, this.soon).catch(() => {});
    this.content.placeholderDue = !this.soon.aborted;
    this.wakeUp();
  }
}
