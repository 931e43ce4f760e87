/**
 * Slack's stop button under a thread, stored before Slack gets its ack.
 * https://docs.slack.dev/reference/events/agent_session_stopped
 */
import * as z from 'zod';
import type { StopReply } from '../../conversation/stop.js';
import { keyOf } from '../../core/conversation-id.js';
import type { Clock } from '../../core/ports.js';
import { teamOf } from '../inbound/events.js';
import { fieldsOf } from '../inbound/nodes.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

const TYPE = 'agent_session_stopped';

/** `streaming_message_ts`: the streams that Slack has stopped, none if the bot had written nothing yet. */
const stopped = z.object({
  event: z.object({
    type: z.literal(TYPE),
    channel: z.string(),
    thread_ts: z.string(),
    event_ts: z.string().optional().catch(undefined),
    streaming_message_ts: z.array(z.string()).catch([]),
  }),
});

export interface StopsOptions {
  workspaces: Workspaces;
  stop: StopReply;
  clock: Pick<Clock, 'now'>;
}

export function stops({ workspaces, stop, clock }: StopsOptions): EventHandler {
  return {
    async handle(body) {
      // Most events are none, and a parse that fails is slow.
      if (fieldsOf(fieldsOf(body)['event'])['type'] !== TYPE) return;
      const { data } = stopped.safeParse(body);
      if (!data) return;
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      const { channel, thread_ts: thread, event_ts: at, streaming_message_ts: messages } = data.event;
      await stop(keyOf({ team: bot.teamId, channel, thread }), { at: at ?? tsAt(clock.now()), messages });
    },
  };
}

/** `now`, milliseconds since 1970, as Slack writes times. */
export function tsAt(now: number): string {
  return `${(now / 1_000).toFixed(3)}000`;
}
