import type { ChannelMessage } from './channel.js';
import type { ContentPart } from './content.js';
import { type ConversationId, DM_TOP_LEVEL } from './conversation-id.js';
import type { FileReference } from './files.js';
import type { PersonTurn, Unasked } from './turn.js';

/** A message from a person or an app that the bot received. */
export interface IncomingMessage {
  conversation: ConversationId;
  ts: string;
  author: string;
  /** As in `PersonTurn`. */
  name?: string;
  /** Not a person. A `workflow` names the bot and asks it; what an `app` writes asks nothing. */
  from?: 'app' | 'workflow';
  text: string;
  /** As in `PersonTurn`. */
  parts?: readonly ContentPart[];
  /** As in `PersonTurn`. */
  files?: readonly FileReference[];
  /** As in `PersonTurn`. */
  isPartial?: true;
  /** `bot`: names the bot, or is a DM. `others`: names another person. `open`: names nobody. */
  addressed: 'bot' | 'others' | 'open';
  /** Why it asks nothing, if it asks nothing. */
  unasked?: Unasked;
  /** It tells the bot to stop writing: `only` that, or something to answer `too`. */
  stops?: 'only' | 'too';
  /** People read it in the channel or group DM itself: at its top level, or a thread's reply that was also sent there. */
  inChannel?: true;
  /** What stood in the channel before it, if it begins a conversation there. */
  before?: readonly ChannelMessage[];
}

/** The turn that the message becomes. */
export function turnOf({ ts, author, name, text, parts, files, isPartial }: IncomingMessage): PersonTurn {
  const more = { ...(parts && { parts }), ...(files && { files }), ...(isPartial && { isPartial }) };
  return {
    role: 'person',
    ts,
    author,
    ...(name !== undefined && { name }),
    text,
    ...more,
  };
}

/** The same if the message asks nothing. */
export function contextTurnOf(message: IncomingMessage): PersonTurn {
  const { unasked } = message;
  return { ...turnOf(message), ...(unasked && { unasked }) };
}

/** The same if the message has stopped a reply, and says nothing else. Its two events, if it is a mention, become one turn. */
export function stopTurnOf(message: IncomingMessage): PersonTurn {
  const turn = contextTurnOf({ ...message, unasked: 'stop' });
  delete turn.isPartial;
  return turn;
}

/** Whether the message is the first of a thread, or can become it. */
export function startsThread({ conversation, ts }: IncomingMessage): boolean {
  return conversation.thread === ts;
}

/** Whether nothing can have been said before this message: it starts its thread, or is at the top level of a DM. */
export function beginsConversation(message: IncomingMessage): boolean {
  return message.conversation.thread === DM_TOP_LEVEL || startsThread(message);
}
