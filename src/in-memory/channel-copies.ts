/** What conversations have copied of their channels. */
import { type ChannelMessage, replaces } from '../core/channel.js';
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { IncomingMessage } from '../core/incoming-message.js';
import { inOrder, type Turn } from '../core/turn.js';
import type { Entry } from './entry.js';

export class ChannelCopies {
  /** By conversation, and then by `ts`. */
  private readonly copies = new Map<ConversationKey, Map<string, ChannelMessage>>();

  put(key: ConversationKey, message: ChannelMessage): void {
    const known = this.copies.get(key) ?? new Map<string, ChannelMessage>();
    this.copies.set(key, known);
    if (replaces(message, known.get(message.ts))) known.set(message.ts, structuredClone(message));
  }

  /** Once: what the prompts begin with stays the same. */
  take(entry: Entry, { conversation, before }: IncomingMessage): void {
    if (!before || entry.copied) return;
    entry.copied = new Set(before.map(({ ts }) => ts));
    for (const copy of before) this.put(keyOf(conversation), copy);
  }

  of(key: ConversationKey, { copied = new Set() }: Entry): Turn[] {
    const known = this.copies.get(key);
    return inOrder([...copied].flatMap((ts) => known?.get(ts)?.turn ?? []));
  }
}
