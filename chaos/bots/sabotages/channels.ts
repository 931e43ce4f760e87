/** Sabotaged channel stores. */
import type { ChannelStore } from '../../../src/core/ports.js';

export function forgetChannel(channels: ChannelStore): ChannelStore {
  return { ...channels, opened: async () => [] };
}

/** Edits are followed, deletions are not. */
export function keepDeletedInChannel(channels: ChannelStore): ChannelStore {
  return {
    ...channels,
    amended: async (channel, message) => (message.turn ? channels.amended(channel, message) : []),
  };
}
