/** Copies of a channel's messages in a conversation's state. */
import type { ChannelMessage } from '../core/channel.js';
import type { Conversation } from '../core/conversation.js';
import { newestOf, type PersonTurn, type Turn } from '../core/turn.js';
import { decodeTurn, encodeTurn } from './codec.js';

const FIELD = 'channel:';

/** "<version> <turn>", with no turn if the message was removed. */
export function encodeCopy({ version, turn }: ChannelMessage): string {
  return `${version} ${turn ? encodeTurn(turn) : ''}`;
}

/** Not of a conversation that began more than `ttl` seconds before its newest turn: edits and deletions no longer reach its copies. */
export function channelBeforeIn(
  state: ReadonlyMap<string, string>,
  turns: readonly Turn[],
  ttl: number,
): Pick<Conversation, 'channelBefore'> {
  const copies = [...state].flatMap(([field, entry]): PersonTurn[] => {
    if (!field.startsWith(FIELD)) return [];
    const turn = decodeTurn(field.slice(FIELD.length), entry.slice(entry.indexOf(' ') + 1));
    return turn?.role === 'person' ? [turn] : [];
  });
  const inOrder = copies.toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
  const newest = inOrder.at(-1);
  return newest && Number(newestOf(turns)) - Number(newest.ts) <= ttl ? { channelBefore: inOrder } : {};
}
