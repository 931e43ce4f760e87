/**
 * A reply on its way into Slack. The model writes as fast as it likes; a loop brings the messages in step with the text
 * at the pace that Slack allows. What one step could not do, the next one does: each compares what the messages show
 * with what they should show.
 */
import type { WebClient } from '@slack/web-api';
import { StaleRunError } from '../../core/errors.js';
import type { Clock, Logger, ReplyControl, ReplyRequest, ReplyWriter } from '../../core/ports.js';
import { isContentRefused, isTooLong } from '../web-api/failure.js';
import type { MessageContent } from './blocks.js';
import { ReplyForm } from './form.js';
import type { ReplyMessage, ReplyPlace } from './message.js';
import { settledPrefix, withoutPings } from './pings.js';
import { ReplyMessages } from './reply-messages.js';
import { RetryPolicy } from './retry-policy.js';
import { type ReplyPart, splitReply } from './split.js';
import type { ReplyStatus } from './status.js';
import { Thoughts } from './thinking.js';
import type { TokenBucket } from './token-bucket.js';

export type ReplyMode = 'native' | 'edit' | 'off';

export interface ReplySettings {
  client: Promise<WebClient>;
  clock: Clock;
  mode: ReplyMode;
  place: ReplyPlace;
  /** For showing unfinished text; the finished text is shown in any case. */
  buckets: { append: TokenBucket; edit: TokenBucket };
  status: ReplyStatus;
  /** The bot's unrecorded replies in the thread newer than turn `after`, oldest first. `recorded`: those that are known. */
  findUnrecorded: (after: string, recorded: Set<string>) => Promise<string[]>;
  logger: Logger;
  /** In place of an answer that Slack takes in no form. */
  notice: string;
}

/** A notification shows what a message was posted with, so it waits for more than a word. A short answer is whole by then. */
const FIRST_POST_MS = 250;
/** Between updates of an unfinished text. Slack's clients redraw an edited message about once a second. */
const STREAM_INTERVAL_MS = 700;
const EDIT_INTERVAL_MS = 1_200;
/** A native stream dies about five minutes after its start; from here on the message is edited. */
const STREAM_LIFETIME_MS = 4 * 60_000;
/** Messages that Slack finds too long are halved, down to about 1,100 bytes. */
const SMALLEST_SHARE = 1 / 8;
/** Where Slack has no status line, this message stands in for it when the first word takes long. */
const PLACEHOLDER = 'Thinking…';
const PLACEHOLDER_AFTER_MS = 2_000;

export class Reply implements ReplyWriter {
  private text = '';
  private thoughts = new Thoughts();
  private controls: readonly ReplyControl[] | undefined;
  private readonly finishing = new AbortController();
  private readonly abandoned = new AbortController();
  /** Aborts when the reply is given up. */
  private readonly signal: AbortSignal;
  /** Aborts when it is given up or the text is complete: for waits that only pace unfinished text. */
  private readonly soon: AbortSignal;
  private failure: unknown;
  private wakeUp = (): void => {};

  /** Undefined until the workspace's client is there. */
  private messages: ReplyMessages | undefined;
  private placeholderDue = false;
  /** Of a message's usual length; less once Slack has refused one as too long. */
  private share = 1;
  private form: ReplyForm;
  private readonly loop: Promise<void>;

  constructor(
    private readonly request: ReplyRequest,
    private readonly settings: ReplySettings,
  ) {
    const { status } = settings;
    this.form = new ReplyForm(settings.notice);
    this.signal = AbortSignal.any([request.signal, this.abandoned.signal]);
    this.soon = AbortSignal.any([this.signal, this.finishing.signal]);
    // `once`, or Node 20 would keep this reply forever: it holds on to combined signals that have listeners.
    this.soon.addEventListener('abort', () => this.wakeUp(), { once: true });
    if (!status.possible) void this.callForPlaceholder();
    this.loop = this.run().catch((error: unknown) => {
      this.failure = error;
    });
  }

  write(text: string): void {
    if (this.failure !== undefined) throw this.failure;
    this.text += text;
    this.wakeUp();
  }

  thinking(text: string): void {
    if (this.failure !== undefined) throw this.failure;
    this.thoughts.add(text);
    if (this.thoughts.newest === undefined) return;
    this.settings.status.thinking(this.thoughts.newest);
    this.wakeUp();
  }

  restart(): void {
    this.text = '';
    this.thoughts = new Thoughts();
    this.form = new ReplyForm(this.settings.notice);
  }

  async finish(controls?: readonly ReplyControl[]): Promise<{ ts: string; text: string }[]> {
    this.controls = controls;
    this.finishing.abort();
    await this.loop;
    this.settings.status.end();
    if (this.failure !== undefined) throw this.failure;
    // If a person stopped it, there are fewer messages than parts.
    return this.parts(true).flatMap((part, at) => {
      const message = this.messages?.at(at);
      return message ? [{ ts: message.ts, text: part.source }] : [];
    });
  }

  async abandon(): Promise<void> {
    this.abandoned.abort(new Error('the reply is left to another process'));
    await this.loop;
    this.settings.status.end();
  }

  private async run(): Promise<void> {
    const { clock, mode, place, status, findUnrecorded } = this.settings;
    const onPosted = (): void => status.posted();
    const options = { clock, place, native: mode === 'native', findUnrecorded, onPosted };
    const messages = new ReplyMessages(await this.client(), this.request, options);
    this.messages = messages;
    const retry = new RetryPolicy(clock);
    for (;;) {
      await this.somethingToShow();
      if (!messages.newest) await this.rest(FIRST_POST_MS);
      const last = this.finishing.signal.aborted;
      try {
        await this.bringInStep(messages, last);
        if (last) return;
        retry.reset();
      } catch (error) {
        this.signal.throwIfAborted();
        if (error instanceof StaleRunError) throw error;
        if (isTooLong(error) && this.share > SMALLEST_SHARE) this.share /= 2;
        else if (!this.simplify(error)) await clock.sleep(retry.waitMs(error), this.signal);
        continue;
      }
      await this.pace(messages.newest);
    }
  }

  /** A workspace that cannot be looked up must not keep a reply that is given up. */
  private async client(): Promise<WebClient> {
    const { signal } = this;
    signal.throwIfAborted();
    const found = new AbortController();
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: found.signal });
    });
    try {
      const client = await Promise.race([this.settings.client, givenUp]);
      signal.throwIfAborted();
      return client;
    } finally {
      // Removes the listener, or Node 20 would keep the reply, see above.
      found.abort();
    }
  }

  private simplify(error: unknown): boolean {
    const { logger, place } = this.settings;
    const { name } = this.form;
    if (!isContentRefused(error) || !this.form.simplify(this.controls !== undefined)) return false;
    const facts = { err: error, channel: place.channel, refused: name, next: this.form.name };
    logger.error(facts, 'Slack refuses the form of a reply: trying a simpler one');
    return true;
  }

  private async somethingToShow(): Promise<void> {
    const hasNews = (): boolean => this.finishing.signal.aborted || (this.settings.mode !== 'off' && this.isBehind());
    while (!hasNews()) {
      await new Promise<void>((resolve) => {
        this.wakeUp = resolve;
        if (this.signal.aborted) resolve();
      });
      this.signal.throwIfAborted();
    }
  }

  private isBehind(): boolean {
    return this.parts(false).some((part, at) => !this.messages?.at(at)?.isShowing(this.contentOf(part)));
  }

  private parts(last: boolean): ReplyPart[] {
    const text = withoutPings(last ? this.text : settledPrefix(this.text));
    if (text.trim() !== '') return this.form.parts(text, this.share);
    return this.placeholderDue && !last ? splitReply(`_${this.thoughts.newest ?? PLACEHOLDER}_`) : [];
  }

  private contentOf({ shown }: ReplyPart, controls?: readonly ReplyControl[]): MessageContent {
    return { markdown: shown, ...(controls && { controls }), ...(this.form.isPlain && { plain: true }) };
  }

  private async bringInStep(messages: ReplyMessages, last: boolean): Promise<void> {
    const parts = this.parts(last);
    for (const [at, part] of parts.entries()) {
      await this.request.stillOwned();
      const isLastPart = at === parts.length - 1;
      const complete = last || !isLastPart;
      const controls = last && isLastPart ? this.form.controls(this.controls) : undefined;
      const content = this.contentOf(part, controls);
      const message = messages.at(at);
      if (!message) await messages.open(content, complete, this.thoughts.card);
      else if (!message.isShowing(content) || (complete && message.isStreaming)) {
        this.bucketOf(message).spend();
        const tooOld = message.ageMs(this.settings.clock.now()) > STREAM_LIFETIME_MS;
        await message.show(content, complete || tooOld, last ? undefined : this.settings.status.sessionStatus);
      }
      // A person stopped it, or deleted the message: no more of it.
      if (messages.at(at)?.stopped) return;
    }
    if (last) await messages.deleteSurplus(parts.length);
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
    this.placeholderDue = !this.soon.aborted;
    this.wakeUp();
  }
}
