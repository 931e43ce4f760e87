/**
 * Reads once what came from Slack, whichever way, before Bolt does: Bolt assumes forms that not every payload has. Pure.
 * https://docs.slack.dev/apis/events-api/#receiving-events
 */
import { isInteraction } from '../inbound/interaction.js';
import { type Fields, fieldsOf } from '../inbound/nodes.js';
import { COMMAND } from './manifest.js';

export type Incoming =
  /** An event or an interaction. */
  | { kind: 'payload'; body: Fields }
  /** Slack leaves out events. `minute`: when, in seconds since 1970. */
  | { kind: 'rate_limited'; minute?: number }
  /** `ack`: false where a person waits, who must not see it succeed. Slack sends anything else again without an ack. */
  | { kind: 'unusable'; problem: string; ack: boolean };

/** `payload`: any JSON. */
export function readIncoming(payload: unknown): Incoming {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return unusable('is not a JSON object');
  const body = fieldsOf(payload);
  const { type, event, command } = body;
  if (type === 'app_rate_limited') {
    const minute = body['minute_rate_limited'];
    return { kind: 'rate_limited', ...(typeof minute === 'number' && Number.isFinite(minute) && { minute }) };
  }
  if (type === 'event_callback' || event !== undefined) {
    return typeof fieldsOf(event)['type'] === 'string'
      ? { kind: 'payload', body }
      : unusable('is an event without content');
  }
  if (command !== undefined) {
    return command === COMMAND
      ? { kind: 'payload', body }
      : unusable('is a command that this app does not have', false);
  }
  if (type === 'block_actions' && !Array.isArray(body['actions']))
    return unusable('is a button without actions', false);
  return isInteraction(type) ? { kind: 'payload', body } : unusable('is of a kind that this app does not handle');
}

function unusable(problem: string, ack = true): Incoming {
  return { kind: 'unusable', problem, ack };
}
