/** Keeps what people say in channels, and follows their edits and deletions into the conversations that have copies. */
import { type ChannelMessage, removedMessage, saidVersion } from '../core/channel.js';
import { textOf } from '../core/content.js';
import { type ConversationId, keyOf } from '../core/conversation-id.js';
import type { IncomingMessage } from '../core/incoming-message.js';
import type { ChannelStore, ConversationStore } from '../core/ports.js';
import { cutAt } from '../core/text.js';
import type { PersonTurn } from '../core/turn.js';

/** UTF-16 units of a message that are kept: it is background, and some people paste logs. */
const MAX_CHARACTERS = 4_000;
const CUT = '\n[… the rest is left out]';

export interface ChannelIntake {
  /** With what stood before the message, if it begins a conversation. */
  said(message: IncomingMessage, begins: boolean): Promise<IncomingMessage>;
  edited(message: IncomingMessage, editedTs: string): Promise<void>;
  /** `id`: of the conversation that the message belongs to. */
  deleted(id: ConversationId, ts: string): Promise<void>;
}

/** `isKept`: false where nothing is kept of channels; what conversations have copies of is followed all the same. */
export function channelIntake(
  channels: ChannelStore,
  store: Pick<ConversationStore, 'amendBefore'>,
  isKept: boolean,
): ChannelIntake {
  async function amend(id: ConversationId, message: ChannelMessage): Promise<void> {
    const threads = await channels.amended(id, message);
    await Promise.all(threads.map((thread) => store.amendBefore(keyOf({ ...id, thread }), message)));
  }

  return {
    async said(message, begins) {
      if (!message.inChannel || !isKept) return message;
      const { conversation, ts } = message;
      const kept = { ts, version: saidVersion(message), turn: keptTurn(message) };
      if (begins) return { ...message, before: await channels.opened(conversation, kept) };
      await channels.said(conversation, kept);
      return message;
    },
    edited: (message, editedTs) =>
      amend(message.conversation, { ts: message.ts, version: editedTs, turn: keptTurn(message) }),
    deleted: (id, ts) => amend(id, removedMessage(ts)),
  };
}

function keptTurn({ ts, author, name, text, parts, unasked, addressed, from }: IncomingMessage): PersonTurn {
  const whole = textOf(parts ?? text);
  const kept = whole.length > MAX_CHARACTERS ? cutAt(whole, MAX_CHARACTERS) + CUT : whole;
  const asked = from === undefined && addressed === 'bot';
  const more = { ...(name !== undefined && { name }), ...(unasked && !asked && { unasked }) };
  return { role: 'person', ts, author, text: kept, ...more };
}
