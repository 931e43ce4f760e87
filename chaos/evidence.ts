import type { Delivery, Simulator } from '../src/simulator/index.js';
import type { Evidence } from './checker.js';
import type { FaultyModel } from './model.js';
import { placeOf, type Workload } from './workload.js';

/** What the checker looks at: the workspace as it stands, and what the model was sent. */
export function evidenceOf(slack: Simulator, workload: Workload, model: FaultyModel): Evidence {
  const acks = acksOf(slack.deliveries);
  const places = new Map(workload.messages.map((message) => [placeOf(message), message]));
  const channels = new Set(workload.messages.map(({ channel }) => channel));
  return {
    said: workload.messages.map((message) => ({
      token: message.token,
      asks: message.asks,
      place: placeOf(message),
      ts: message.ts,
      deleted: message.deleted,
      ackedAt: acks.said.get(message.ts),
      deletionAckedAt: acks.removed.get(message.ts),
    })),
    shown: [...channels].flatMap((channel) =>
      slack
        .messages(channel)
        .filter(({ user, subtype }) => user === slack.bot.userId && subtype !== 'tombstone')
        .map(({ ts, threadTs, markdown, text, streaming }) => ({ place: placeOf({ channel, thread: threadTs }), ts, text: markdown ?? text, live: streaming === 'live' })),
    ),
    prompts: model.prompts,
    statuses: [...places].flatMap(([place, { channel, thread }]) => (thread !== undefined && slack.status(channel, thread) ? [place] : [])),
  };
}

/** When the bot acknowledged, by the `ts` of the message: it itself, and that it was deleted. */
function acksOf(deliveries: readonly Delivery[]): { said: Map<string, number>; removed: Map<string, number> } {
  const said = new Map<string, number>();
  const removed = new Map<string, number>();
  for (const { payload, attempts } of deliveries) {
    const acked = attempts.find(({ outcome }) => outcome === 'acked');
    const event = payload['event'] as { type: string; subtype?: string; ts: string; deleted_ts?: string };
    if (!acked) continue;
    if (event.subtype === 'message_deleted' && event.deleted_ts !== undefined) removed.set(event.deleted_ts, acked.at);
    else if (event.subtype === undefined) said.set(event.ts, Math.min(acked.at, said.get(event.ts) ?? Number.POSITIVE_INFINITY));
  }
  return { said, removed };
}
