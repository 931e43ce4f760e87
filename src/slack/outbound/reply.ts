/**
 * A reply on its way into Slack. The model writes as fast as it likes; a loop of its own brings the messages in step
 * with the text at the pace that Slack allows. What a step could not do, the next one does: each compares what the
 * messages show with what they should.
 */
import type { WebClient } from '@slack/web-api';
import { StaleRunError } from '../../core/errors.js';
import type { Clock, ReplyRequest, ReplyWriter } from '../../core/ports.js';
import { slackFailure, isTooLong } from '../web-api/failure.js';
import { ReplyMessage, type ReplyPlace } from './message.js';
import { settledPrefix, withoutPings } from './pings.js';
import { RetryPolicy } from './retry-policy.js';
import { type ReplyPart, splitReply } from './split.js';
import type { ThreadStatus } from './status.js';
import { Thoughts } from './thinking.js';
import type { TokenBucket } from './token-bucket.js';

export type ReplyMode = 'native' | 'edit' | 'off';

export interface ReplySettings {
  client: WebClient;
  clock: Clock;
  mode: ReplyMode;
  place: ReplyPlace;
  /** What sights of an unfinished text are spent from; the finished one is shown in any case. */
  allowances: { append: TokenBucket; edit: TokenBucket };
  status: ThreadStatus;
  /** Messages of the bot's own that nothing records, newer than the turn `after`, oldest first; `known` are those that are recorded. */
  findUnrecorded(after: string, known: Set<string>): Promise<string[]>;
}

/**
 * A message is not posted for its first word alone: what is in it then is what a notification shows, and a short answer
 * is whole by the end of this.
 */
const FIRST_SIGHT_MS = 250;
/** How often an unfinished text is shown anew. Slack's own clients redraw an edited message about once a second. */
const STREAM_INTERVAL_MS = 700;
const EDIT_INTERVAL_MS = 1_200;
/** A native stream dies about five minutes after it starts; from here on the message is edited. */
const STREAM_LIFETIME_MS = 4 * 60_000;
/** Messages that Slack finds too long are made half as long, down to about 1,100 bytes. */
const SMALLEST_SHARE = 1 / 8;
/** Where Slack has no status line, a message stands for it when the first word takes long. */
const PLACEHOLDER = 'Thinking…';
const PLACEHOLDER_AFTER_MS = 2_000;

export class Reply implements ReplyWriter {
  private text = '';
  private thoughts = new Thoughts();
  private readonly finishing = new AbortController();
  private readonly abandoned = new AbortController();
  /** Aborts when the reply is given up. */
  private readonly signal: AbortSignal;
  /** Aborts when it is given up or the text is whole: for waits that only spread out what is unfinished. */
  private readonly soon: AbortSignal;
  private failure: unknown;
  private wakeUp = (): void => {};

  private readonly messages: ReplyMessage[];
  /** What the reply's messages are newer than. */
  private readonly after: string;
  /** Taken out of `messages`, and to be removed. */
  private surplus: ReplyMessage[] = [];
  /** A message may stand there of which nobody knows, of this process or of the one before. */
  private mayHaveLost: boolean;
  private placeholderDue = false;
  /** Of a message's usual length; less once Slack has refused one as too long. */
  private share = 1;
  private readonly loop: Promise<void>;

  constructor(
    private readonly request: ReplyRequest,
    private readonly settings: ReplySettings,
  ) {
    const { client, clock, place, status } = settings;
    const begun = request.conversation.reply;
    this.after = begun?.after ?? request.after;
    this.messages = (begun?.messages ?? []).map((ts) => ReplyMessage.adopt(client, place.channel, ts, clock.now()));
    this.mayHaveLost = begun?.opening ?? false;
    this.signal = AbortSignal.any([request.signal, this.abandoned.signal]);
    this.soon = AbortSignal.any([this.signal, this.finishing.signal]);
    // `once`, or Node 20 would keep this reply for ever: it holds on to combined signals that have listeners.
    this.soon.addEventListener('abort', () => this.wakeUp(), { once: true });
    void status.show();
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
  }

  async finish(): Promise<{ ts: string; text: string }[]> {
    this.finishing.abort();
    await this.loop;
    await this.settings.status.clear();
    if (this.failure !== undefined) throw this.failure;
    // Where a person stopped it there are fewer messages than parts.
    return this.parts(true).flatMap((part, at) => {
      const message = this.messages[at];
      return message ? [{ ts: message.ts, text: part.source }] : [];
    });
  }

  async abandon(): Promise<void> {
    this.abandoned.abort(new Error('the reply is left to another process'));
    await this.loop;
    // Not waited for: a process that stops may be short of time, and the status goes by itself.
    void this.settings.status.clear();
  }

  private async run(): Promise<void> {
    const patience = new RetryPolicy(this.settings.clock);
    for (;;) {
      await this.somethingToShow();
      if (this.messages.length === 0) await this.rest(FIRST_SIGHT_MS);
      const last = this.finishing.signal.aborted;
      try {
        await this.bringInStep(last);
        if (last) return;
        patience.reset();
      } catch (error) {
        this.signal.throwIfAborted();
        if (error instanceof StaleRunError) throw error;
        if (isTooLong(error) && this.share > SMALLEST_SHARE) this.share /= 2;
        else await this.settings.clock.sleep(patience.waitMs(error), this.signal);
        continue;
      }
      await this.pace();
    }
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
    const parts = this.parts(false);
    return parts.some((part, at) => !this.messages[at]?.isShowing(part.shown));
  }

  private parts(last: boolean): ReplyPart[] {
    const text = withoutPings(last ? this.text : settledPrefix(this.text));
    if (text.trim() === '')
      return this.placeholderDue && !last ? splitReply(`_${this.thoughts.newest ?? PLACEHOLDER}_`) : [];
    return splitReply(text, this.share);
  }

  private async bringInStep(last: boolean): Promise<void> {
    const parts = this.parts(last);
    for (const [at, part] of parts.entries()) {
      await this.request.stillOwned();
      const complete = last || at < parts.length - 1;
      const message = this.messages[at];
      if (!message) await this.open(part.shown, complete);
      else if (!message.isShowing(part.shown) || (complete && message.isStreaming)) {
        this.allowanceOf(message).spend();
        const tooOld = message.ageMs(this.settings.clock.now()) > STREAM_LIFETIME_MS;
        await message.show(part.shown, complete || tooOld);
      }
      // A person who stopped it, or took it away, wants no more of it.
      if (this.messages[at]?.stopped) return;
    }
    if (last) await this.removeSurplus(parts.length);
  }

  private async open(text: string, complete: boolean): Promise<void> {
    const { client, clock, mode, place, status } = this.settings;
    const [message, ...others] = await this.findLost();
    this.mayHaveLost = others.length > 0;
    if (message) {
      this.messages.push(message);
      await this.record(this.mayHaveLost);
      return message.show(text, complete);
    }
    await this.record(true);
    try {
      const { threadTs } = place;
      const streams = mode === 'native' && threadTs !== undefined && !complete;
      const card = this.messages.length === 0 ? this.thoughts.card : undefined;
      const streaming = streams
        ? await ReplyMessage.stream(client, { ...place, threadTs }, text, clock.now(), card)
        : undefined;
      this.messages.push(streaming ?? (await ReplyMessage.post(client, place, text, clock.now())));
    } catch (error) {
      this.mayHaveLost = slackFailure(error).kind === 'uncertain';
      throw error;
    }
    status.posted();
    await this.record(false);
  }

  private async findLost(): Promise<ReplyMessage[]> {
    if (!this.mayHaveLost) return [];
    const { client, clock, place } = this.settings;
    const recorded = [...this.request.conversation.turns, ...this.messages].map(({ ts }) => ts);
    const lost = await this.settings.findUnrecorded(this.after, new Set(recorded));
    return lost.map((ts) => ReplyMessage.adopt(client, place.channel, ts, clock.now()));
  }

  private record(opening: boolean): Promise<void> {
    return this.request.record({ after: this.after, messages: this.messages.map(({ ts }) => ts), opening });
  }

  /** After a restart the text may need fewer messages than were posted, and than anybody recorded. */
  private async removeSurplus(needed: number): Promise<void> {
    this.surplus.push(...(await this.findLost()));
    this.mayHaveLost = false;
    this.surplus.push(...this.messages.splice(needed));
    if (this.surplus.length === 0) return;
    // Recorded first: a process that takes over must not take a message that is gone for one that a person took away,
    // and has to look for those that are not gone yet.
    await this.record(true);
    for (let next = this.surplus[0]; next; next = this.surplus[0]) {
      await next.retract();
      this.surplus.shift();
    }
  }

  private async pace(): Promise<void> {
    const newest = this.messages.at(-1);
    const allowance = this.allowanceOf(newest);
    await this.rest(newest?.isStreaming ? STREAM_INTERVAL_MS : EDIT_INTERVAL_MS);
    for (let wait = allowance.waitMs(); wait > 0 && !this.soon.aborted; wait = allowance.waitMs())
      await this.rest(wait);
  }

  private allowanceOf(message: ReplyMessage | undefined): TokenBucket {
    const { append, edit } = this.settings.allowances;
    return message?.isStreaming ? append : edit;
  }

  /** Waits, unless the text is whole. */
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
