/**
 * One Slack message of a reply. Makes it show a content, by a native stream while that works and by edits otherwise.
 * Every call may be repeated after a failure.
 */
import { isContentRefused, refusalOf, slackFailure } from '../web-api/failure.js';
import { contentArguments, controlBlocks, isSameContent, isStreamable, type MessageContent } from './blocks.js';
import { type MessageCalls, messageRefusal } from './message-calls.js';
import { markdownChunk, type SessionStatus, stopStream, type StreamAddition } from './stop-stream.js';

interface MessageState {
  /** What it shows now; undefined if unknown. */
  shown?: MessageContent;
  streaming?: boolean;
  /** Since when it is there, milliseconds since 1970. */
  since: number;
  /** A stream that began with a card: Slack wants the rest in chunks too. */
  inChunks?: boolean;
}

/** So often Slack may say of a message that is there that it is not, or that it streams and does not stream. */
const MAX_CONTRADICTIONS = 3;

export class ReplyMessage {
  /** A person pressed Slack's stop button or deleted the message: it is left as it is. */
  stopped = false;
  /** It is no longer there. */
  gone = false;
  private shown: MessageContent | undefined;
  private streaming: boolean;
  private frozen = false;
  private contradictions = 0;

  /** Of an earlier process: all but `since` is unknown, and it may still be streaming. */
  constructor(
    private readonly calls: MessageCalls,
    readonly ts: string,
    private readonly state: MessageState,
  ) {
    this.shown = state.shown;
    this.streaming = state.streaming ?? false;
  }

  get isStreaming(): boolean {
    return this.streaming;
  }

  /** Slack lets it be changed no more: it keeps what it shows. */
  get isFrozen(): boolean {
    return this.frozen;
  }

  freeze(): void {
    this.frozen = true;
    this.streaming = false;
  }

  ageMs(now: number): number {
    return now - this.state.since;
  }

  /** Undefined where that is unknown. */
  get content(): MessageContent | undefined {
    return this.shown;
  }

  /** The slice of the answer that it shows, or its words where that is unknown; undefined if it is gone. */
  async source(): Promise<string | undefined> {
    if (this.gone) return undefined;
    if (this.shown) return this.shown.source ?? '';
    const words = await this.calls.read(this.ts);
    if (words === undefined) return undefined;
    // Of one that may change, what it shows stays unknown: other forms may have the same words.
    if (this.frozen) this.shown = { markdown: words, source: words };
    return words;
  }

  isShowing(content: MessageContent): boolean {
    return this.stopped || this.frozen || (this.shown !== undefined && isSameContent(this.shown, content));
  }

  /**
   * Only an append tells whether a person stopped a stream. If it still runs, as that of another process may, it shows
   * three dots more, until it is edited. https://docs.slack.dev/reference/methods/chat.appendStream#errors
   */
  async lookForStop(): Promise<void> {
    try {
      await this.calls.client.chat.appendStream({ channel: this.calls.channel, ts: this.ts, ...this.addition('…') });
      this.streaming = true;
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      this.stopped = messageRefusal(error) === 'stopped';
    }
  }

  /** Makes it show `content`. `complete` ends a stream. `session`: what the session is to be once a stream has ended. */
  async show(content: MessageContent, complete: boolean, session?: SessionStatus): Promise<void> {
    if (this.streaming) await this.extend(content, complete, session);
    if (this.isShowing(content)) return;
    try {
      await this.update(content);
    } catch (error) {
      const group = messageRefusal(error);
      if (group === undefined) throw error;
      if (group === 'stopped') this.stopped = true;
      else if (group === 'gone') await this.lookWhetherGone(error);
      else if (group !== 'still_streaming') this.freeze();
      else {
        await this.endStream(undefined, session);
        if (!this.stopped) await this.updateStopped(content);
      }
      return;
    }
    this.shown = content;
  }

  /** Shows `content`, the last one. Slack's own stop ends a stream on Slack's side: then the message is edited. */
  async showStopped(content: MessageContent): Promise<void> {
    if (!this.stopped) await this.show(content, true);
    if (!this.stopped || this.gone) return;
    this.stopped = false;
    this.streaming = false;
    await this.show(content, true);
  }

  private async updateStopped(content: MessageContent): Promise<void> {
    try {
      await this.update(content);
      this.shown = content;
    } catch (error) {
      if (messageRefusal(error) !== 'still_streaming') throw error;
      this.contradicts(error);
    }
  }

  /** A person may have deleted it; or Slack just does not find it. Where it cannot be read, it counts as deleted. */
  private async lookWhetherGone(notFound: unknown): Promise<void> {
    const words = await this.calls.read(this.ts).catch((failure: unknown) => {
      if (refusalOf(failure) === undefined) throw failure;
    });
    if (words !== undefined) return this.contradicts(notFound);
    this.gone = true;
    this.stopped = true;
  }

  /** Not a refusal: a retry will tell. Unless it has gone on like that. */
  private contradicts(error: unknown): void {
    this.contradictions += 1;
    if (this.contradictions < MAX_CONTRADICTIONS)
      throw new Error('Slack gives contradictory errors about a message', { cause: error });
    this.freeze();
  }

  private update(content: MessageContent): Promise<void> {
    const { client, channel, stillOwned } = this.calls;
    return this.changing(async () => {
      await stillOwned();
      await client.chat.update({ channel, ts: this.ts, ...contentArguments(content) });
    });
  }

  /** Until its outcome is known, what the message shows is not: after an edit that may have happened, the next is refused perhaps. */
  private async changing(call: () => Promise<void>): Promise<void> {
    const before = this.shown;
    this.shown = undefined;
    try {
      await call();
    } catch (error) {
      if (slackFailure(error).kind !== 'uncertain') this.shown = before;
      throw error;
    }
  }

  /** A stream can only grow. Anything else, and whatever follows an uncertain call, is left to an edit. */
  private async extend(content: MessageContent, complete: boolean, session?: SessionStatus): Promise<void> {
    const shown = this.shown?.markdown;
    const { markdown } = content;
    const goesOn = shown !== undefined && isStreamable(content) && markdown.startsWith(shown);
    const more = goesOn ? markdown.slice(shown.length) : undefined;
    if (more === undefined) {
      const wasOver = await this.endStream(undefined, session);
      // What follows would be an edit, which Slack takes for a stopped stream too.
      if (wasOver && !this.stopped) await this.lookForStop();
      return;
    }
    if (complete && more !== '' && (await this.endStreamWith(more, content, session))) return;
    if (more !== '') await this.append(more, { ...content, controls: [], source: content.source ?? '' });
    if (complete && this.streaming) await this.endStream(content, session);
  }

  /** An uncertain one is put right by an edit. */
  private async append(more: string, whole: MessageContent): Promise<void> {
    const { client, channel } = this.calls;
    try {
      await this.changing(async () => {
        await client.chat.appendStream({ channel, ts: this.ts, ...this.addition(more) });
      });
      this.shown = whole;
    } catch (error) {
      this.noteEnd(error);
      // Otherwise people would see it grow no more, and not end.
      const group = messageRefusal(error);
      if (group === 'closed' || group === 'still_streaming')
        await stopStream(client, { channel, ts: this.ts }, []).catch(() => {});
    }
  }

  private addition(text: string): StreamAddition {
    return this.state.inChunks ? { chunks: [markdownChunk(text)] } : { markdown_text: text };
  }

  /** The rest of the text and the end in one call. False if Slack refuses that: only an append tells whether it was stopped. */
  private async endStreamWith(more: string, content: MessageContent, session?: SessionStatus): Promise<boolean> {
    const { client, channel } = this.calls;
    const blocks = controlBlocks(content.controls ?? []);
    try {
      await this.changing(() => stopStream(client, { channel, ts: this.ts }, blocks, session, this.addition(more)));
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return false;
    }
    this.shown = content;
    this.streaming = false;
    return true;
  }

  /** True if it was over already. `content`: what the message shows when the stream has ended, if that is known. */
  private async endStream(content?: MessageContent, session?: SessionStatus): Promise<boolean> {
    const blocks = controlBlocks(content?.controls ?? []);
    try {
      const { client, channel } = this.calls;
      await stopStream(client, { channel, ts: this.ts }, blocks, session);
      this.streaming = false;
      if (content && this.shown?.markdown === content.markdown) this.shown = content;
      return false;
    } catch (error) {
      // Nothing simpler would end it.
      if (isContentRefused(error)) this.streaming = false;
      else this.noteEnd(error);
      return true;
    }
  }

  /** Ends the stream on this side if Slack says that it is over. Any other failure is thrown on. */
  private noteEnd(error: unknown): void {
    const group = messageRefusal(error);
    if (group === undefined) throw error;
    if (group === 'stopped') this.stopped = true;
    this.streaming = false;
  }
}
