/**
 * One Slack message of a reply. Makes it show a content, by a native stream while that works and by edits otherwise.
 * Every call may be repeated after a failure.
 */
import type { WebClient } from '@slack/web-api';
import { refusalCode, slackFailure } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { contentArguments, controlBlocks, isSameContent, isStreamable, type MessageContent } from './blocks.js';
import { type SessionStatus, stopStream } from './stop-stream.js';
import type { ThinkingCard } from './thinking.js';

/** Where a reply goes. */
export interface ReplyPlace {
  channel: string;
  /** Undefined at the top level of a DM. */
  threadTs: string | undefined;
  /** Who watches a stream; Slack requires it in channels. */
  recipient: { userId: string; teamId: string };
}

/**
 * Slack fetches links to preview them before anybody clicks: an injected text could make the model put what it knows
 * into an address. Streams and edits have no such argument. https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const WITHOUT_PREVIEWS = { unfurl_links: false, unfurl_media: false };
const GONE = 'message_not_found';
/** Replaces the text of a message that cannot be deleted. */
const RETRACTED = '_(taken back)_';
/** Codes that mean this message is not, or no longer, being streamed. */
const NOT_STREAMING = new Set(['message_not_in_streaming_state', GONE, 'channel_type_not_supported']);
const STOPPED_BY_PERSON = 'stopped_by_user';
const STILL_STREAMING = 'streaming_state_conflict';

export class ReplyMessage {
  private constructor(
    private readonly client: WebClient,
    private readonly channel: string,
    readonly ts: string,
    /** What it shows now; undefined if unknown. */
    private shown: MessageContent | undefined,
    private streaming: boolean,
    private readonly since: number,
    /** A stream that began with a card: Slack wants the rest in chunks too. */
    private readonly inChunks = false,
  ) {}

  /** A person pressed Slack's stop button or deleted the message: it is left as it is. */
  stopped = false;

  static async post(client: WebClient, place: ReplyPlace, content: MessageContent, now: number): Promise<ReplyMessage> {
    const { channel, threadTs } = place;
    const { ts = '' } = await client.chat.postMessage({
      channel,
      ...contentArguments(content),
      ...WITHOUT_PREVIEWS,
      metadata: metadataFor('reply'),
      ...(threadTs !== undefined && { thread_ts: threadTs }),
    });
    return new ReplyMessage(client, channel, ts, content, false, now);
  }

  /**
   * Undefined if Slack does not stream here, or not now: post instead. If Slack refuses the card, which is a decoration,
   * the text goes without it.
   */
  static async stream(
    client: WebClient,
    place: ReplyPlace & { threadTs: string },
    content: MessageContent,
    now: number,
    card?: ThinkingCard,
  ): Promise<ReplyMessage | undefined> {
    const { channel, threadTs, recipient } = place;
    const { markdown: text } = content;
    try {
      const { ts = '' } = await client.chat.startStream({
        channel,
        thread_ts: threadTs,
        ...(card ? { chunks: [card, markdownChunk(text)] } : { markdown_text: text }),
        recipient_user_id: recipient.userId,
        recipient_team_id: recipient.teamId,
      });
      return new ReplyMessage(client, channel, ts, content, true, now, card !== undefined);
    } catch (error) {
      const { kind } = slackFailure(error);
      if (kind === 'uncertain') throw error;
      return kind === 'refused' && card ? ReplyMessage.stream(client, place, content, now) : undefined;
    }
  }

  /** A message that an earlier process posted. It may still be streaming. */
  static adopt(client: WebClient, channel: string, ts: string, now: number): ReplyMessage {
    return new ReplyMessage(client, channel, ts, undefined, false, now);
  }

  get isStreaming(): boolean {
    return this.streaming;
  }

  ageMs(now: number): number {
    return now - this.since;
  }

  /** The slice of the answer that it shows; undefined if unknown. */
  get source(): string | undefined {
    return this.shown && (this.shown.source ?? '');
  }

  isShowing(content: MessageContent): boolean {
    return this.stopped || (this.shown !== undefined && isSameContent(this.shown, content));
  }

  /**
   * Only an append tells whether a person stopped a stream. If it still runs, as that of another process may, it shows
   * three dots more, until it is edited. https://docs.slack.dev/reference/methods/chat.appendStream#errors
   */
  async lookForStop(): Promise<void> {
    try {
      await this.client.chat.appendStream({ channel: this.channel, ts: this.ts, ...this.addition('…') });
      this.streaming = true;
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined) throw error;
      this.stopped = code === STOPPED_BY_PERSON;
    }
  }

  /** Makes it show `content`. `complete` ends a stream. `session`: what the session is to be once a stream has ended. */
  async show(content: MessageContent, complete: boolean, session?: SessionStatus): Promise<void> {
    if (this.streaming) await this.extend(content, complete, session);
    if (this.isShowing(content)) return;
    try {
      await this.update(content);
    } catch (error) {
      const code = refusalCode(error);
      if (code === GONE || code === STOPPED_BY_PERSON) {
        this.stopped = true;
        return;
      }
      if (code !== STILL_STREAMING) throw error;
      await this.endStream(undefined, session);
      if (this.stopped) return;
      await this.update(content).catch(retryContradiction);
    }
    this.shown = content;
  }

  private async update(content: MessageContent): Promise<void> {
    await this.client.chat.update({ channel: this.channel, ts: this.ts, ...contentArguments(content) });
  }

  /** A stream can only grow. Anything else, and whatever follows an uncertain call, is left to an edit. */
  private async extend(content: MessageContent, complete: boolean, session?: SessionStatus): Promise<void> {
    const shown = this.shown?.markdown;
    const { markdown } = content;
    const more =
      shown !== undefined && isStreamable(content) && markdown.startsWith(shown)
        ? markdown.slice(shown.length)
        : undefined;
    if (more === undefined) {
      const wasOver = await this.endStream(undefined, session);
      // What follows would be an edit, which Slack takes for a stopped stream too.
      if (wasOver && !this.stopped) await this.lookForStop();
      return;
    }
    if (more !== '') await this.append(more, { markdown, source: content.source ?? '' });
    if (complete && this.streaming) await this.endStream(content, session);
  }

  private async append(more: string, whole: MessageContent): Promise<void> {
    const before = this.shown;
    // Until the outcome is known. An uncertain one is put right by an edit.
    this.shown = undefined;
    try {
      await this.client.chat.appendStream({ channel: this.channel, ts: this.ts, ...this.addition(more) });
      this.shown = whole;
    } catch (error) {
      const { kind } = slackFailure(error);
      if (kind === 'rate_limited' || kind === 'refused') this.shown = before;
      this.noteEnd(error);
    }
  }

  private addition(text: string): { markdown_text: string } | { chunks: ReturnType<typeof markdownChunk>[] } {
    return this.inChunks ? { chunks: [markdownChunk(text)] } : { markdown_text: text };
  }

  /** True if it was over already. `content`: what the message shows when the stream has ended, if that is known. */
  private async endStream(content?: MessageContent, session?: SessionStatus): Promise<boolean> {
    const blocks = controlBlocks(content?.controls ?? []);
    try {
      await stopStream(this.client, { channel: this.channel, ts: this.ts }, blocks, session);
      this.streaming = false;
      if (content && this.shown?.markdown === content.markdown) this.shown = content;
      return false;
    } catch (error) {
      this.noteEnd(error);
      return true;
    }
  }

  /** Ends the stream on this side if Slack says that it is over. Any other failure is thrown on. */
  private noteEnd(error: unknown): void {
    const code = refusalCode(error);
    if (code === STOPPED_BY_PERSON) this.stopped = true;
    else if (code === undefined || !NOT_STREAMING.has(code)) throw error;
    this.streaming = false;
  }

  /** Deletes it; fine if it is gone already. In a workspace that does not let it be deleted, its text is replaced. */
  async retract(): Promise<void> {
    try {
      await this.deleteEvenStreaming();
    } catch (error) {
      if (refusalCode(error) === undefined) throw error;
      await this.update({ markdown: RETRACTED }).catch((again: unknown) => {
        if (refusalCode(again) === undefined) throw again;
      });
    }
  }

  private async deleteEvenStreaming(): Promise<void> {
    try {
      await this.delete();
    } catch (error) {
      if (refusalCode(error) !== STILL_STREAMING) throw error;
      await this.endStream();
      await this.delete().catch(retryContradiction);
    }
  }

  private async delete(): Promise<void> {
    try {
      await this.client.chat.delete({ channel: this.channel, ts: this.ts });
    } catch (error) {
      if (refusalCode(error) !== GONE) throw error;
    }
  }
}

function markdownChunk(text: string): { type: 'markdown_text'; text: string } {
  return { type: 'markdown_text', text };
}

/** Slack just said that nothing is being streamed, and now that something is: not a refusal, a retry will tell. */
function retryContradiction(error: unknown): never {
  throw refusalCode(error) === STILL_STREAMING
    ? new Error('Slack contradicts itself about a stream', { cause: error })
    : error;
}
