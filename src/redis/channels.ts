import type { Result } from 'ioredis';
import {
  type ChannelId,
  type ChannelMessage,
  type ChannelSettings,
  MAX_CHANNEL_BYTES,
  MAX_CHANNEL_HOURS,
  MAX_CHANNEL_REMOVED,
} from '../core/channel.js';
import type { ChannelStore } from '../core/ports.js';
import type { RedisClient } from './client.js';
import { decodeTurn, encodeTurn } from './codec.js';
import { channelKeys } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinChannel(...keysThenArgs: string[]): Result<string[], Context>;
  }
}

const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_DAY = 86_400;
/** An answer may come a day late: its copies must be followed for as long as they may be used. */
const SPARE_DAYS = 2;

/** `conversationTtlDays`: for how long a conversation uses its copies. */
export function redisChannels(
  redis: RedisClient,
  { messages, hours }: ChannelSettings,
  conversationTtlDays: number,
  prefix?: string,
): ChannelStore {
  defineScript(redis, 'skeinChannel', 'channel', 2);
  const bounds = [
    messages,
    MAX_CHANNEL_BYTES,
    hours * SECONDS_PER_HOUR,
    MAX_CHANNEL_REMOVED,
    Math.ceil((conversationTtlDays + SPARE_DAYS) * SECONDS_PER_DAY),
    MAX_CHANNEL_HOURS * SECONDS_PER_HOUR,
  ].map(String);

  function run(
    what: 'said' | 'opened' | 'amended',
    channel: ChannelId,
    { ts, version, turn }: ChannelMessage,
  ): Promise<string[]> {
    const { said, copies } = channelKeys(channel, prefix);
    return redis.skeinChannel(said, copies, what, ts, version, turn ? encodeTurn(turn) : '', ...bounds);
  }

  return {
    async said(channel, message) {
      await run('said', channel, message);
    },
    async opened(channel, message) {
      const flat = await run('opened', channel, message);
      return Array.from({ length: flat.length / 3 }, (_, at) => {
        const [ts = '', version = '', bytes = ''] = flat.slice(3 * at);
        const turn = decodeTurn(ts, bytes);
        return { ts, version, ...(turn?.role === 'person' && { turn }) };
      }).filter(({ turn }) => turn !== undefined);
    },
    amended: (channel, message) => run('amended', channel, message),
  };
}
