/** What the bot does when something happens to a channel. */
import { channelKeyOf, channelOf } from '../core/channel.js';
import type { ConversationKey } from '../core/conversation-id.js';
import type { Signal, StopSignals } from '../core/ports.js';
import { type ChannelEventsOptions, channelEvents } from '../slack/app/channel-events.js';
import type { EventHandler } from '../slack/app/event-handler.js';
import type { Interactions } from '../slack/app/interactions.js';
import type { SlackPlaces } from '../slack/workspaces/places.js';

const DAY_MS = 86_400_000;

interface ChannelParts extends Pick<ChannelEventsOptions, 'workspaces'> {
  acts: Pick<Interactions, 'takeEvent'>;
  signals: Pick<StopSignals, 'send'>;
  /** Days until a channel that the bot was added to counts as new again. */
  ttlDays: number;
}

/** Each process keeps names, and one of them gets the event. */
export function channelEventsFor({ workspaces, acts, signals, ttlDays }: ChannelParts): EventHandler {
  return channelEvents({
    workspaces,
    async joined({ team, channel }, user) {
      const id = `joined ${channelKeyOf({ team, channel })}`;
      await acts.takeEvent({ id, name: 'joined', team, channel, user }, ttlDays * DAY_MS);
    },
    renamed: (channel) => signals.send(channelKeyOf(channel)),
  });
}

/** What a process does when it hears a signal. */
export function hearing(
  stopped: (key: ConversationKey) => void,
  places: Pick<SlackPlaces, 'renamed'>,
): (signal: Signal) => void {
  return (signal) => {
    const channel = channelOf(signal);
    if (channel) places.renamed(channel);
    else stopped(signal);
  };
}
