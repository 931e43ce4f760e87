/** What was said lately in channels, in memory. Same contract as in Redis. */
import {
  type ChannelId,
  type ChannelMessage,
  type ChannelSettings,
  MAX_CHANNEL_BYTES,
  MAX_CHANNEL_REMOVED,
  replaces,
} from '../core/channel.js';
import type { ChannelStore } from '../core/ports.js';

const SECONDS_PER_HOUR = 3_600;

interface Channel {
  said: Map<string, ChannelMessage>;
  /** By `ts` of the message that began a conversation: `ts` of the oldest message that it has a copy of. */
  copies: Map<string, string>;
}

export function memoryChannels({ messages: most, hours }: ChannelSettings): ChannelStore {
  const channels = new Map<string, Channel>();
  const isWithin = (ts: string, newest: string): boolean => Number(newest) - Number(ts) <= hours * SECONDS_PER_HOUR;

  function channelOf({ team, channel }: ChannelId): Channel {
    const key = `${team}:${channel}`;
    const known = channels.get(key) ?? { said: new Map(), copies: new Map() };
    channels.set(key, known);
    return known;
  }

  function put({ said }: Channel, message: ChannelMessage): void {
    if (most === 0) return;
    if (replaces(message, said.get(message.ts))) said.set(message.ts, structuredClone(message));
    const newestFirst = [...said.keys()].toSorted().toReversed();
    const [newest = ''] = newestFirst;
    let [messages, removed, bytes] = [0, 0, 0];
    for (const ts of newestFirst) {
      const turn = said.get(ts)?.turn;
      if (turn) {
        messages += 1;
        bytes += Buffer.byteLength(JSON.stringify(turn));
      } else removed += 1;
      // One more: a mention that is delivered again counts too.
      const isTooMuch = turn ? messages > most + 1 || bytes > MAX_CHANNEL_BYTES : removed > MAX_CHANNEL_REMOVED;
      if (isTooMuch || !isWithin(ts, newest)) said.delete(ts);
    }
  }

  return {
    async said(id, message) {
      put(channelOf(id), message);
    },
    async opened(id, message) {
      const channel = channelOf(id);
      const before = [...channel.said.values()]
        .filter(({ ts, turn }) => turn && ts < message.ts && isWithin(ts, message.ts))
        .toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
      put(channel, message);
      const copied = most === 0 ? [] : before.slice(-most);
      const [oldest] = copied;
      const known = channel.copies.get(message.ts);
      if (oldest && (known === undefined || oldest.ts < known)) channel.copies.set(message.ts, oldest.ts);
      return structuredClone(copied);
    },
    async amended(id, message) {
      const channel = channelOf(id);
      put(channel, message);
      return [...channel.copies]
        .filter(([began, oldest]) => oldest <= message.ts && message.ts < began)
        .map(([began]) => began)
        .toSorted();
    },
  };
}
