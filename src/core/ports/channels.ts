/** What was said lately in the channels that the bot is in. */
import type { ChannelId, ChannelMessage } from '../channel.js';

/**
 * Keeps the newest messages of each channel: a limited number, of a limited size, and for a limited time, counted back
 * from the channel's newest message. Every method is atomic and one round trip, may be repeated with the same
 * arguments, and gives the same result in whatever order the versions of a message arrive: the newest version counts,
 * and a removed message stays removed.
 */
export interface ChannelStore {
  /** Keeps the message. */
  said(channel: ChannelId, message: ChannelMessage): Promise<void>;
  /**
   * The same for a message that begins a conversation, which gets copies of the kept messages before it: returns them,
   * oldest first, and remembers that the conversation has them.
   */
  opened(channel: ChannelId, message: ChannelMessage): Promise<ChannelMessage[]>;
  /**
   * Replaces or removes a message, also one that is not kept any more. Returns `ts` of the messages that began the
   * conversations with a copy of it: all of them for as long as a conversation may use its copies, and perhaps others.
   */
  amended(channel: ChannelId, message: ChannelMessage): Promise<string[]>;
}
