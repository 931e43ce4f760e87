/** The messages of one reply: opens, records, finds again and deletes them, so that each exists once whatever dies in between. */
import { AmendedError, ReplyError, StaleRunError } from '../../core/errors.js';
import type { Clock, Logger, ReplyRequest } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { settlesWithin } from '../../core/shutdown.js';
import { refusalOf, slackFailure } from '../web-api/failure.js';
import { isStreamable, type MessageContent } from './blocks.js';
import { takeBack } from './late-post.js';
import { type MessageCalls, unlessRefused } from './message-calls.js';
import { ReplyMessage } from './message.js';
import { postMessage, type ReplyPlace, startStream } from './post.js';
import { retract } from './retract.js';
import type { ThinkingCard } from './thinking.js';

export interface ReplyMessagesOptions {
  clock: Clock;
  logger: Logger;
  place: ReplyPlace;
  /** Unfinished messages are native streams. */
  native: boolean;
  /** Called when a message has appeared in the thread. */
  onPosted: () => void;
  /** The bot's replies in the thread, newer than turn `after`, that are not `recorded`, oldest first. */
  findUnrecorded: (after: string, recorded: Set<string>) => Promise<string[]>;
}

/** A call that hangs must not hold up the reply: after this long, its surplus messages are deleted apart from it. */
const DELETING_MS = 2_000;
const DELETING_ATTEMPTS = 8;
const DELETING_BACKOFF = { firstMs: 500, longestMs: 8_000 };
/** Then its messages are posted: streams may be what does not work. */
const MAX_STREAM_FAILURES = 2;

export class ReplyMessages {
  private messages: ReplyMessage[];
  /** No longer needed, to be deleted. */
  private surplus: ReplyMessage[] = [];
  private readonly deleted = new Set<string>();
  /** A message may exist that is not recorded, of this process or of the one before. */
  private mayHaveUnrecorded: boolean;
  /** Posts of which Slack did not say whether they happened, and that were not found since: they may still appear. */
  private lost = 0;
  private streamFailures = 0;
  /** The messages are newer than this. */
  private readonly after: string;

  constructor(
    private readonly calls: MessageCalls,
    private readonly request: ReplyRequest,
    private readonly options: ReplyMessagesOptions,
  ) {
    const { reply } = request.conversation;
    this.after = reply?.after ?? request.after;
    this.mayHaveUnrecorded = reply?.opening ?? false;
    this.messages = (reply?.messages ?? []).map((ts) => this.adopt(ts));
  }

  at(index: number): ReplyMessage | undefined {
    return this.messages[index];
  }

  get newest(): ReplyMessage | undefined {
    return this.messages.at(-1);
  }

  get hasFrozen(): boolean {
    return this.messages.some(({ isFrozen }) => isFrozen);
  }

  get hasGone(): boolean {
    return this.messages.some(({ gone }) => gone);
  }

  get all(): readonly ReplyMessage[] {
    return this.messages;
  }

  /** Takes over those that were posted and not recorded, for nothing more is written. */
  async adoptUnrecorded(): Promise<void> {
    if (!this.mayHaveUnrecorded) return;
    this.messages.push(...(await this.unrecorded()));
    this.mayHaveUnrecorded = false;
    await this.record(false);
  }

  /** The messages that still stand there, with the slice of the answer that each shows, or with their words in Slack. */
  async shown(): Promise<{ ts: string; text: string }[]> {
    const shown: { ts: string; text: string }[] = [];
    for (const message of this.messages) {
      const text = (await message.source().catch(unlessRefused)) ?? '';
      if (text.trim() !== '') shown.push({ ts: message.ts, text });
    }
    return shown;
  }

  /** What the first messages show, up to the last one that cannot be changed any more; none if all can. */
  async kept(): Promise<string[]> {
    const last = this.messages.findLastIndex(({ isFrozen }) => isFrozen);
    const first = this.messages.slice(0, last + 1);
    for (const message of first) message.freeze();
    const slices: string[] = [];
    for (const message of first) slices.push((await message.source().catch(unlessRefused)) ?? '');
    return slices;
  }

  /** They show something else than the answer's beginning: it stands in other messages, and these are deleted. */
  drop(count: number): void {
    this.surplus.push(...this.messages.splice(0, count));
  }

  /** Shows `content` in one more message: an unrecorded one if there is any, else a new one. */
  async open(content: MessageContent, complete: boolean, card: ThinkingCard | undefined): Promise<void> {
    const [message, ...others] = await this.unrecorded();
    this.mayHaveUnrecorded = others.length > 0;
    if (message) {
      this.messages.push(message);
      await this.record(this.mayHaveUnrecorded);
      if (this.options.native) await message.lookForStop();
      if (message.stopped) return;
      return message.show(content, complete);
    }
    await this.record(true);
    try {
      this.messages.push(await this.post(content, complete, this.messages.length === 0 ? card : undefined));
    } catch (error) {
      this.mayHaveUnrecorded = slackFailure(error).kind === 'uncertain';
      if (this.mayHaveUnrecorded) this.lost += 1;
      throw error;
    }
    this.options.onPosted();
    await this.record(false).catch((error: unknown) => this.lostWith(error));
  }

  /** With the reply, the message that was just posted is lost, if another run took over in between. */
  private lostWith(error: unknown): never {
    const { calls, newest, options, request } = this;
    const isLost = error instanceof StaleRunError && !(error instanceof AmendedError);
    const remove = (ts: string) => retract(calls.client, { channel: options.place.channel, ts });
    const isKept = (ts: string) => request.isKept(ts);
    if (isLost && newest) void takeBack(newest.ts, { clock: options.clock, isKept, remove });
    throw error;
  }

  /** Deletes all but the first `needed`: after a restart the text may need fewer than have been posted, recorded or not. */
  async deleteSurplus(needed: number): Promise<void> {
    this.surplus.push(...(this.mayHaveUnrecorded ? await this.unrecorded() : await this.late()));
    this.mayHaveUnrecorded = false;
    this.surplus.push(...this.messages.splice(needed));
    if (this.surplus.length === 0) return;
    // Recorded first: a process that takes over must not mistake a deleted message for one that a person deleted, and
    // has to look for those that are not deleted yet.
    await this.record(true);
    const deleting = this.deleteAll();
    if (!(await settlesWithin(DELETING_MS, deleting, this.options.clock))) void this.deleteLater(deleting);
  }

  private async deleteAll(): Promise<void> {
    const { logger, place } = this.options;
    for (let next = this.surplus[0]; next; next = this.surplus[0]) {
      const message = { channel: place.channel, ts: next.ts };
      if (!(await retract(this.calls.client, message)))
        logger.warn(message, 'cannot delete or edit a message that is no longer needed: it stays');
      this.deleted.add(next.ts);
      this.surplus.shift();
    }
  }

  /** The reply may be settled already. Never rejects. */
  private async deleteLater(running: Promise<void>): Promise<void> {
    const { clock, logger, place } = this.options;
    let deleting = running;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await deleting;
      } catch (error) {
        if (attempt === DELETING_ATTEMPTS) {
          logger.warn({ channel: place.channel, err: error }, 'cannot delete messages that a reply no longer needs');
          return;
        }
        await clock.sleep(backoffMs(DELETING_BACKOFF, attempt));
        deleting = this.deleteAll();
      }
    }
  }

  private async post(
    content: MessageContent,
    complete: boolean,
    card: ThinkingCard | undefined,
  ): Promise<ReplyMessage> {
    const { clock, place, native } = this.options;
    const { threadTs } = place;
    const streams = native && this.streamFailures < MAX_STREAM_FAILURES;
    if (streams && threadTs !== undefined && !complete && isStreamable(content)) {
      try {
        const stream = await startStream(this.calls, { ...place, threadTs }, content, clock.now(), card);
        if (stream) return stream;
      } catch (error) {
        this.streamFailures += 1;
        throw error;
      }
    }
    return postMessage(this.calls, place, content, clock.now());
  }

  private async unrecorded(): Promise<ReplyMessage[]> {
    return this.mayHaveUnrecorded ? this.find() : [];
  }

  private async find(): Promise<ReplyMessage[]> {
    const known = [...this.request.conversation.turns, ...this.messages, ...this.surplus].map(({ ts }) => ts);
    const found = await this.options
      .findUnrecorded(this.after, new Set([...known, ...this.deleted]))
      .catch(throwUnreadable);
    this.lost = Math.max(0, this.lost - found.length);
    return found.map((ts) => this.adopt(ts));
  }

  /** Copies of what was posted again, because it was not there yet. Where Slack does not let them be looked for, none. */
  private async late(): Promise<ReplyMessage[]> {
    if (this.lost === 0) return [];
    try {
      return await this.find();
    } catch (error) {
      if (!(error instanceof ReplyError) && slackFailure(error).kind === 'uncertain') throw error;
      this.options.logger.warn({ err: error }, 'cannot check whether a message of a reply was posted twice');
      return [];
    }
  }

  /** What is still to be deleted, or may still appear, has to be found by whoever takes over. */
  private record(opening: boolean): Promise<void> {
    const messages = this.messages.map(({ ts }) => ts);
    const hasMore = this.surplus.length > 0 || this.lost > 0;
    return this.request.record({ after: this.after, messages, opening: opening || hasMore });
  }

  private adopt(ts: string): ReplyMessage {
    return new ReplyMessage(this.calls, ts, { since: this.options.clock.now() });
  }
}

/** Whether the reply is there cannot be told, and another one would be a second. Only this reply has to wait for it. */
function throwUnreadable(error: unknown): never {
  if (refusalOf(error)?.meaning !== 'method') throw error;
  throw new ReplyError('Slack refuses to show the thread, so the bot cannot look for its reply', true, {
    cause: error,
  });
}
