/**
 * A reply on its way into Slack. The model writes as fast as it likes; a loop brings the messages in step with the text
 * at the pace that Slack allows. What one step could not do, the next one does: each compares what the messages show
 * with what they should show.
 */
import { ReplyError } from '../../core/errors.js';
import type { ReplyControl, ReplyPictures, ReplyRequest, ReplyWriter, StoppedControls } from '../../core/ports.js';
import { ReplyFiles } from './reply-files.js';
import { ReplyMessages } from './reply-messages.js';
import { ReplyPace } from './reply-pace.js';
import { ReplyRefusals } from './reply-refusals.js';
import type { ReplySettings } from './reply-settings.js';
import { ReplyStep } from './reply-step.js';
import { earlierAnswer, stoppedReply } from './reply-stop.js';
import { ReplyText } from './reply-text.js';
import { unlessAborted } from './unless-aborted.js';

const PLACEHOLDER_AFTER_MS = 2_000;
/** Earlier it would come and go before anybody could press it. */
const STOP_BUTTON_AFTER_MS = 2_000;

export class Reply implements ReplyWriter {
  private readonly content: ReplyText;
  private readonly finishing = new AbortController();
  private readonly abandoned = new AbortController();
  private readonly stopping = new AbortController();
  /** Aborts when the reply is given up. */
  private readonly signal: AbortSignal;
  /** Also when the text is complete: for waits that only pace unfinished text. */
  private readonly soon: AbortSignal;
  private readonly pace: ReplyPace;
  private readonly refusals: ReplyRefusals;
  private readonly files: ReplyFiles;
  readonly pictures: ReplyPictures;
  private failure: unknown;
  private wakeUp = (): void => {};
  /** Undefined until the workspace's client is there. */
  private messages: ReplyMessages | undefined;
  private step: ReplyStep | undefined;
  private readonly loop: Promise<void>;

  constructor(
    private readonly request: ReplyRequest,
    private readonly settings: ReplySettings,
  ) {
    const { status, stopButton } = settings;
    this.content = new ReplyText(settings.notice);
    this.refusals = new ReplyRefusals(this.content, settings);
    this.signal = AbortSignal.any([request.signal, this.abandoned.signal]);
    this.soon = AbortSignal.any([this.signal, this.finishing.signal]);
    this.files = new ReplyFiles(this.content, request, settings, this.signal, () => this.wakeUp());
    this.pictures = this.files.pictures;
    this.pace = new ReplyPace(settings.clock, settings.buckets, this.soon);
    // `once`, or Node 20 would keep this reply forever: it holds on to combined signals that have listeners.
    this.soon.addEventListener('abort', () => this.wakeUp(), { once: true });
    status.onFailure = (error) => this.statusFailed(error);
    if (!status.possible) void this.later(PLACEHOLDER_AFTER_MS, () => (this.content.placeholderDue = true));
    if (stopButton) void this.later(STOP_BUTTON_AFTER_MS, async () => (this.content.meanwhile = [await stopButton()]));
    this.loop = this.run().catch((error: unknown) => void (this.failure = error));
  }

  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  stop(): void {
    // Nothing is left to stop: the answer is whole, and about to be shown so.
    if (this.finishing.signal.aborted) return;
    this.stopping.abort('stopped');
    this.wakeUp();
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

  async finish(
    controls?: readonly ReplyControl[],
    whenStopped: StoppedControls = { new: controls, earlier: controls },
  ): Promise<{ ts: string; text: string }[]> {
    this.content.controls = controls;
    this.finishing.abort('complete');
    await this.loop;
    this.settings.status.end();
    if (this.failure !== undefined) return this.refused(this.failure);
    if (this.stopped.reason instanceof ReplyError) throw this.stopped.reason;
    if (!this.stopped.aborted) return this.written();
    const { messages, step, request, settings, signal } = this;
    if (!messages || !step) return [];
    const earlier = await earlierAnswer(messages, request.conversation, settings, signal);
    if (earlier?.standing) return this.files.afterStop(earlier.standing);
    const restored = earlier && (await this.restore(earlier.text, messages, step, whenStopped.earlier));
    if (restored) return restored;
    return this.files.afterStop(await stoppedReply(messages, request, settings, signal, whenStopped.new));
  }

  async abandon(): Promise<void> {
    this.abandoned.abort(new Error('the reply is left to another process'));
    await this.loop;
    this.settings.status.end();
    await this.refusals.told();
  }

  /** Where Slack refuses the reply, the text is still wanted: it goes to the people who asked. */
  private throwFailure(): void {
    if (this.failure !== undefined && !this.refusals.problemIn(this.failure)) throw this.failure;
  }

  /** What stands there is remembered, if there is anything, and if nobody will go on with it. */
  private async refused(failure: unknown): Promise<{ ts: string; text: string }[]> {
    await this.refusals.tell(failure);
    if (!(failure instanceof ReplyError) || failure.retryable) throw failure;
    const shown = (await this.messages?.shown().catch(() => [])) ?? [];
    if (shown.length === 0) throw failure;
    const { logger, place } = this.settings;
    logger.error({ err: failure, channel: place.channel }, 'cannot post the rest of a reply, giving up');
    return shown;
  }

  /** The first call in a channel. */
  private statusFailed(error: unknown): void {
    if (this.messages?.newest || this.content.whole !== '' || this.soon.aborted || this.stopping.signal.aborted) return;
    const reason = this.refusals.afterStatus(error);
    if (!reason) return;
    this.stopping.abort(reason);
    this.wakeUp();
  }

  /** A run before this one has changed the messages: they show `text` again. Undefined if a person has deleted one of them. */
  private async restore(
    text: string,
    messages: ReplyMessages,
    step: ReplyStep,
    controls: readonly ReplyControl[] | undefined,
  ): Promise<{ ts: string; text: string }[] | undefined> {
    this.content.restart();
    this.content.write(text);
    this.content.controls = controls;
    try {
      await this.showWhole(step, () => messages.hasGone);
    } catch (error) {
      return this.refused(error);
    }
    return messages.hasGone ? undefined : this.written();
  }

  private written(): { ts: string; text: string }[] {
    return this.content.written((at) => this.messages?.at(at)?.ts);
  }

  private async run(): Promise<void> {
    const { clock, logger, mode, place, status, findUnrecorded, readText: read } = this.settings;
    const onPosted = (): void => {
      status.posted();
      this.settings.outages.over(place.recipient.teamId);
    };
    const options = { clock, logger, place, native: mode === 'native', findUnrecorded, onPosted };
    // A workspace that cannot be looked up must not keep a reply that is given up.
    const client = await unlessAborted(this.settings.client, this.signal);
    const calls = { client, channel: place.channel, read, stillOwned: () => this.request.stillOwned() };
    const messages = new ReplyMessages(calls, this.request, options);
    this.messages = messages;
    const { content, pace, request, settings } = this;
    const onStopped = (): void => this.stopping.abort('stopped');
    const step = new ReplyStep(messages, { content, pace, request, settings, onStopped });
    this.step = step;
    while (!this.stopped.aborted && !(await this.succeeds(() => this.lookForStop(messages))));
    while (!this.stopped.aborted) {
      await this.somethingToShow();
      if (this.stopped.aborted) return;
      if (!messages.newest) await this.pace.beforeFirst(this.signal);
      if (this.finishing.signal.aborted) return this.showWhole(step, () => this.stopped.aborted);
      if (await this.succeeds(() => step.take(false))) await this.pace.after(messages.newest, this.signal);
    }
  }

  /** The whole text, and then its files, unless that is over before. */
  private async showWhole(step: ReplyStep, isOver: () => boolean): Promise<void> {
    const client = await this.settings.client;
    do {
      await this.files.prepare(client);
      if (!(await this.succeeds(() => step.take(true)))) continue;
      if (isOver() || (await this.succeeds(() => this.files.show(client)))) return;
    } while (!isOver());
  }

  /** False if it says so, or if it failed and is to be tried again, after the wait that this takes. */
  private async succeeds(step: () => Promise<boolean | void>): Promise<boolean> {
    if (this.step) this.step.changing = undefined;
    try {
      const outcome = await step();
      this.refusals.succeeded();
      return outcome !== false;
    } catch (error) {
      this.signal.throwIfAborted();
      await this.refusals.afterFailure(error, this.step?.changing, this.signal);
      return false;
    }
  }

  /** A person may have stopped the stream of a process that died before it noticed. */
  private async lookForStop(messages: ReplyMessages): Promise<void> {
    const { newest } = messages;
    if (!newest || this.settings.mode !== 'native') return;
    await this.request.stillOwned();
    await newest.lookForStop();
    if (newest.stopped) this.stopping.abort('stopped');
  }

  private async somethingToShow(): Promise<void> {
    // Below a message that cannot be changed, the rest is shown when it is whole.
    const isShown = (): boolean => this.settings.mode !== 'off' && !this.messages?.hasFrozen;
    const isOver = (): boolean => this.finishing.signal.aborted || this.stopped.aborted;
    const hasNews = (): boolean => isOver() || (isShown() && this.isBehind());
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

  /** Unless the text is complete by then. */
  private async later(ms: number, act: () => unknown): Promise<void> {
    await this.settings.clock.sleep(ms, this.soon).catch(() => {});
    if (this.soon.aborted) return;
    await act();
    this.wakeUp();
  }
}
