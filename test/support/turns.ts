import type { Conversation, Segment } from '../../src/core/conversation.js';
import { type AssistantTurn, inOrder, type PersonTurn, positionOf, type Turn } from '../../src/core/turn.js';
import { textTokens } from '../../src/prompt/tokens.js';
import { isDirectMessage } from '../../src/slack/channels.js';

export const ANN = 'U0ANN000001';
export const BEN = 'U0BEN000001';
export const CAT = 'U0CAT000001';

/** Slack `ts`, `at` seconds after the start of the conversation. */
export function tsAt(at: number): string {
  return `${1_766_458_000 + at}.000100`;
}

export function person(at: number, text: string, author: string = ANN): PersonTurn {
  return { role: 'person', ts: tsAt(at), author, text };
}

/** The bot's message at `at`, written when it had read everything up to `after`. */
export function assistant(
  at: number,
  text: string,
  after: number,
  more: Pick<AssistantTurn, 'notice'> = {},
): AssistantTurn {
  return { role: 'assistant', ts: tsAt(at), text, after: tsAt(after), ...more };
}

/** In a channel thread, unless `more` overrides `id`. */
export function conversation(turns: Turn[], pending: number[] = [], more: Partial<Conversation> = {}): Conversation {
  return {
    id: { team: 'T1', channel: 'C1', thread: tsAt(0) },
    turns: inOrder(turns),
    pending: pending.map(tsAt),
    backlogRead: true,
    ...more,
  };
}

/** The text with so many words after it that it has `tokens` in all, or a few more. */
export function padded(text: string, tokens: number): string {
  return text + ' a'.repeat(Math.max(0, tokens - textTokens(text)));
}

/** A segment of turns, of 100 tokens each. */
export function segmentOf(turns: readonly Turn[], text: string, id = 's'): Segment {
  const [positions, timestamps] = [turns.map(positionOf).toSorted(), turns.map(({ ts }) => ts).toSorted()];
  return {
    id,
    text,
    position: positions[0] ?? '',
    newest: timestamps.at(-1) ?? '',
    turns: turns.length,
    tokens: 100 * turns.length,
  };
}

/** As the bot decides it. */
export function isShared({ id }: Conversation): boolean {
  return !isDirectMessage(id.channel);
}

export const direct = { id: { team: 'T1', channel: 'D1', thread: 'dm' } };
