/** One step of a reply: its messages show what they should show now. */
import type { ReplyRequest } from '../../core/ports.js';
import type { ReplyMessage } from './message.js';
import type { ReplyMessages } from './reply-messages.js';
import type { ReplyPace } from './reply-pace.js';
import type { ReplySettings } from './reply-settings.js';
import type { ReplyText } from './reply-text.js';

/** A native stream dies about five minutes after its start; from here on the message is edited. */
const STREAM_LIFETIME_MS = 4 * 60_000;

export interface ReplyParts {
  content: ReplyText;
  pace: ReplyPace;
  request: ReplyRequest;
  settings: ReplySettings;
  /** Called when a person has stopped or deleted one of the messages in Slack. */
  onStopped: () => void;
}

export class ReplyStep {
  /** The message that is being changed, or that could not be. */
  changing: ReplyMessage | undefined;

  constructor(
    private readonly messages: ReplyMessages,
    private readonly parts: ReplyParts,
  ) {}

  /** `last`: the text is complete. May be repeated after a failure. */
  async take(last: boolean): Promise<void> {
    for (;;) {
      const kept = await this.messages.kept();
      if (kept.length > 0 && !last) return;
      if (!this.parts.content.goesOnFrom(kept, last)) this.messages.drop(kept.length);
      else if (await this.showContents(last, kept.length)) return;
    }
  }

  /** False if Slack lets one of the messages, behind the first `kept`, be changed no more: then what follows is another. */
  private async showContents(last: boolean, kept: number): Promise<boolean> {
    const { messages } = this;
    const { content: text, pace, request, settings, onStopped } = this.parts;
    const { clock, outages, place, status } = settings;
    const contents = text.contents(last);
    for (const [at, content] of contents.entries()) {
      await request.stillOwned();
      const complete = last || at < contents.length - 1;
      const message = messages.at(at);
      this.changing = message;
      if (!message) await messages.open(content, complete, text.card);
      else if (!message.isShowing(content) || (complete && message.isStreaming)) {
        pace.bucketOf(message).spend();
        const tooOld = message.ageMs(clock.now()) > STREAM_LIFETIME_MS;
        await message.show(content, complete || tooOld, last ? undefined : status.sessionStatus);
        outages.over(place.recipient.teamId);
      }
      this.changing = undefined;
      const shown = messages.at(at);
      if (shown?.stopped) {
        onStopped();
        return true;
      }
      if (shown?.isFrozen && at >= kept) return false;
      await request.rewritten();
    }
    if (last || text.making !== undefined) await messages.deleteSurplus(contents.length);
    return true;
  }
}
