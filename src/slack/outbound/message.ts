/**
 * One Slack message of a reply: brings it to show a text, by a native stream while that works and by edits otherwise.
 * Every call may be made again after a failure.
 */
import type { WebClient } from '@slack/web-api';
import { slackFailure } from '../web-api/failure.js';
import type { ThinkingCard } from './thinking.js';

/** Where a reply goes. */
export interface ReplyPlace {
  channel: string;
  /** Undefined at the top level of a DM. */
  threadTs: string | undefined;
  /** Who reads along while it streams; Slack asks for them in channels. */
  recipient: { userId: string; teamId: string };
}

/**
 * Slack fetches the address of a link to preview it, before anybody clicks: an injected text could have the model write what it
 * knows into such an address. Streams and edits have no such argument. https://docs.slack.dev/reference/methods/chat.postMessage
 */
const WITHOUT_PREVIEWS = { unfurl_links: false, unfurl_media: false };
const GONE = 'message_not_found';
/** What stands where a message cannot be deleted. */
const TAKEN_BACK = '_(taken back)_';
/** Codes that say: no stream is (any longer) under way in this message. */
const NOT_STREAMING = new Set(['message_not_in_streaming_state', GONE, 'channel_type_not_supported']);
const STOPPED_BY_PERSON = 'stopped_by_user';
const STILL_STREAMING = 'streaming_state_conflict';

export class ReplyMessage {
  private constructor(
    private readonly client: WebClient,
    private readonly channel: string,
    readonly ts: string,
    /** What it shows now; undefined when that is not known. */
    private shown: string | undefined,
    private streaming: boolean,
    private readonly since: number,
    /** Of a stream that began with a card: Slack wants all of one in the same form. */
    private readonly inChunks = false,
  ) {}

  /** True once a person pressed Slack's stop button or deleted the message: it is left as it is. */
  stopped = false;

  static async post(client: WebClient, place: ReplyPlace, text: string, now: number): Promise<ReplyMessage> {
    const { channel, threadTs } = place;
    const { ts = '' } = await client.chat.postMessage({
      channel,
      markdown_text: text,
      ...WITHOUT_PREVIEWS,
      ...(threadTs !== undefined && { thread_ts: threadTs }),
    });
    return new ReplyMessage(client, channel, ts, text, false, now);
  }

  /**
   * Undefined when Slack does not stream here (any more, for the moment): post instead. The card is a decoration: an
   * edit takes it away, and where Slack refuses it the text goes without.
   */
  static async stream(
    client: WebClient,
    place: ReplyPlace & { threadTs: string },
    text: string,
    now: number,
    card?: ThinkingCard,
  ): Promise<ReplyMessage | undefined> {
    const { channel, threadTs, recipient } = place;
    try {
      const { ts = '' } = await client.chat.startStream({
        channel,
        thread_ts: threadTs,
        ...(card ? { chunks: [card, markdownChunk(text)] } : { markdown_text: text }),
        recipient_user_id: recipient.userId,
        recipient_team_id: recipient.teamId,
      });
      return new ReplyMessage(client, channel, ts, text, true, now, card !== undefined);
    } catch (error) {
      const { kind } = slackFailure(error);
      if (kind === 'uncertain') throw error;
      return kind === 'refused' && card ? ReplyMessage.stream(client, place, text, now) : undefined;
    }
  }

  /** A message that an earlier process posted; it may still be streaming. */
  static adopt(client: WebClient, channel: string, ts: string, now: number): ReplyMessage {
    return new ReplyMessage(client, channel, ts, undefined, false, now);
  }

  get isStreaming(): boolean {
    return this.streaming;
  }

  ageMs(now: number): number {
    return now - this.since;
  }

  isShowing(text: string): boolean {
    return this.stopped || this.shown === text;
  }

  /** Makes it show `text`; `complete` ends a stream. */
  async show(text: string, complete: boolean): Promise<void> {
    if (this.streaming) await this.extend(text, complete);
    if (this.isShowing(text)) return;
    try {
      await this.update(text);
    } catch (error) {
      const code = refusal(error);
      if (code === GONE) {
        this.stopped = true;
        return;
      }
      if (code !== STILL_STREAMING) throw error;
      await this.endStream();
      if (this.stopped) return;
      await this.update(text).catch(doubt);
    }
    this.shown = text;
  }

  private async update(text: string): Promise<void> {
    await this.client.chat.update({ channel: this.channel, ts: this.ts, markdown_text: text });
  }

  /** A stream can only grow: what does not continue the text, and what follows an uncertain call, is left to an edit. */
  private async extend(text: string, complete: boolean): Promise<void> {
    const more = this.shown !== undefined && text.startsWith(this.shown) ? text.slice(this.shown.length) : undefined;
    if (more === undefined) return this.endStream();
    if (more !== '') await this.append(more, text);
    if (complete && this.streaming) await this.endStream();
  }

  private async append(more: string, whole: string): Promise<void> {
    const before = this.shown;
    // Until the outcome is known; what stays unknown is put right by an edit.
    this.shown = undefined;
    try {
      const content = this.inChunks ? { chunks: [markdownChunk(more)] } : { markdown_text: more };
      await this.client.chat.appendStream({ channel: this.channel, ts: this.ts, ...content });
      this.shown = whole;
    } catch (error) {
      if (slackFailure(error).kind === 'rate_limited') this.shown = before;
      this.noteEnd(error);
    }
  }

  private async endStream(): Promise<void> {
    try {
      await this.client.chat.stopStream({ channel: this.channel, ts: this.ts });
      this.streaming = false;
    } catch (error) {
      this.noteEnd(error);
    }
  }

  /** The stream is over when Slack says so; any other failure is thrown on. */
  private noteEnd(error: unknown): void {
    const code = refusal(error);
    if (code === STOPPED_BY_PERSON) this.stopped = true;
    else if (code === undefined || !NOT_STREAMING.has(code)) throw error;
    this.streaming = false;
  }

  /** Takes it back; one that is gone already is fine. Where the workspace keeps it from being deleted it says no more what it said. */
  async retract(): Promise<void> {
    try {
      await this.deleteEvenStreaming();
    } catch (error) {
      if (refusal(error) === undefined) throw error;
      await this.update(TAKEN_BACK).catch((again: unknown) => {
        if (refusal(again) === undefined) throw again;
      });
    }
  }

  private async deleteEvenStreaming(): Promise<void> {
    try {
      await this.delete();
    } catch (error) {
      if (refusal(error) !== STILL_STREAMING) throw error;
      await this.endStream();
      await this.delete().catch(doubt);
    }
  }

  private async delete(): Promise<void> {
    try {
      await this.client.chat.delete({ channel: this.channel, ts: this.ts });
    } catch (error) {
      if (refusal(error) !== GONE) throw error;
    }
  }
}

function markdownChunk(text: string): { type: 'markdown_text'; text: string } {
  return { type: 'markdown_text', text };
}

/** Of a message of which Slack has just said that no stream is under way, and now that one is, nobody knows: it is no refusal, trying again will tell. */
function doubt(error: unknown): never {
  throw refusal(error) === STILL_STREAMING
    ? new Error('Slack contradicts itself about a stream', { cause: error })
    : error;
}

/** Slack's error code when it said no; undefined for all other failures. */
function refusal(error: unknown): string | undefined {
  const failure = slackFailure(error);
  return failure.kind === 'refused' ? failure.code : undefined;
}
