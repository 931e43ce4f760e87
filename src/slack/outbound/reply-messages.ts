/** The messages of one reply: opens, records, finds again and deletes them, so that each exists once whatever dies in between. */
import type { WebClient } from '@slack/web-api';
import type { Clock, ReplyRequest } from '../../core/ports.js';
import { refusalCode, slackFailure } from '../web-api/failure.js';
import { isStreamable, type MessageContent } from './blocks.js';
import { ReplyMessage, type ReplyPlace } from './message.js';
import type { ThinkingCard } from './thinking.js';

export interface ReplyMessagesOptions {
  clock: Clock;
  place: ReplyPlace;
  /** Unfinished messages are native streams. */
  native: boolean;
  /** Called when a message has appeared in the thread. */
  onPosted: () => void;
  /** The bot's replies in the thread, newer than turn `after`, that are not `recorded`, oldest first. */
  findUnrecorded: (after: string, recorded: Set<string>) => Promise<string[]>;
}

export class ReplyMessages {
  private messages: ReplyMessage[];
  /** No longer needed, to be deleted. */
  private surplus: ReplyMessage[] = [];
  /** A message may exist that is not recorded, of this process or of the one before. */
  private mayHaveUnrecorded: boolean;
  /** The messages are newer than this. */
  private readonly after: string;

  constructor(
    private readonly client: WebClient,
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

  /**
   * The messages with the slice of the answer that each shows. `read`: the words of a message as they stand in Slack, where
   * this process does not know them.
   */
  async shown(read: (ts: string) => Promise<string | undefined>): Promise<{ ts: string; text: string }[]> {
    const shown: { ts: string; text: string }[] = [];
    for (const { ts, source } of this.messages) {
      const text = source ?? (await read(ts).catch(unlessRefused)) ?? '';
      if (text.trim() !== '') shown.push({ ts, text });
    }
    return shown;
  }

  get newest(): ReplyMessage | undefined {
    return this.messages.at(-1);
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
      throw error;
    }
    this.options.onPosted();
    await this.record(false);
  }

  /** Deletes all but the first `needed`: after a restart the text may need fewer than have been posted, recorded or not. */
  async deleteSurplus(needed: number): Promise<void> {
    this.surplus.push(...(await this.unrecorded()));
    this.mayHaveUnrecorded = false;
    this.surplus.push(...this.messages.splice(needed));
    if (this.surplus.length === 0) return;
    // Recorded first: a process that takes over must not mistake a deleted message for one that a person deleted, and
    // has to look for those that are not deleted yet.
    await this.record(true);
    for (let next = this.surplus[0]; next; next = this.surplus[0]) {
      await next.retract();
      this.surplus.shift();
    }
  }

  private async post(
    content: MessageContent,
    complete: boolean,
    card: ThinkingCard | undefined,
  ): Promise<ReplyMessage> {
    const { clock, place, native } = this.options;
    const { threadTs } = place;
    if (native && threadTs !== undefined && !complete && isStreamable(content)) {
      const stream = await ReplyMessage.stream(this.client, { ...place, threadTs }, content, clock.now(), card);
      if (stream) return stream;
    }
    return ReplyMessage.post(this.client, place, content, clock.now());
  }

  private async unrecorded(): Promise<ReplyMessage[]> {
    if (!this.mayHaveUnrecorded) return [];
    const recorded = [...this.request.conversation.turns, ...this.messages].map(({ ts }) => ts);
    const found = await this.options.findUnrecorded(this.after, new Set(recorded));
    return found.map((ts) => this.adopt(ts));
  }

  private record(opening: boolean): Promise<void> {
    return this.request.record({ after: this.after, messages: this.messages.map(({ ts }) => ts), opening });
  }

  private adopt(ts: string): ReplyMessage {
    const { clock, place } = this.options;
    return ReplyMessage.adopt(this.client, place.channel, ts, clock.now());
  }
}

/** Where Slack refuses to be read, nothing is remembered. */
function unlessRefused(error: unknown): undefined {
  if (refusalCode(error) === undefined) throw error;
}
