import type { Delivery } from '../../src/simulator/index.js';

/** When an event was first sent to the bot, and when it was first acknowledged; in milliseconds since 1970. */
interface DeliveryTimes {
  sentAt: number | undefined;
  ackedAt: number | undefined;
}

export interface Acks {
  /** New messages by `ts`. Of a mention's two events, the earlier time counts. */
  readonly said: ReadonlyMap<string, DeliveryTimes>;
  /** Deletions by `ts` of the message. */
  readonly deleted: ReadonlyMap<string, DeliveryTimes>;
  /** Edits by `ts` of the message and number of the edit: `1766458026.240809#1`. */
  readonly edited: ReadonlyMap<string, DeliveryTimes>;
}

interface MessageEvent {
  readonly type: string;
  readonly subtype?: string;
  readonly ts: string;
  readonly deleted_ts?: string;
  readonly message?: { readonly ts: string; readonly text: string; readonly subtype?: string };
}

export function acksOf(deliveries: readonly Delivery[]): Acks {
  const said = new Map<string, DeliveryTimes>();
  const deleted = new Map<string, DeliveryTimes>();
  const edited = new Map<string, DeliveryTimes>();
  for (const delivery of deliveries) {
    const event = delivery.payload['event'] as MessageEvent;
    const times = timesOf(delivery);
    if (event.subtype === undefined || event.subtype === 'file_share') merge(said, event.ts, times);
    else if (event.subtype === 'message_deleted') merge(deleted, event.deleted_ts ?? '', times);
    // Slack replaces the deleted first message of a thread by a tombstone.
    else if (event.message?.subtype === 'tombstone') merge(deleted, event.message.ts, times);
    else if (event.message)
      merge(edited, `${event.message.ts}#${/[qc]-\d+#(\d+)/.exec(event.message.text)?.[1] ?? ''}`, times);
  }
  return { said, deleted, edited };
}

function timesOf({ attempts }: Delivery): DeliveryTimes {
  return { sentAt: attempts[0]?.at, ackedAt: attempts.find(({ outcome }) => outcome === 'acked')?.endedAt };
}

function merge(all: Map<string, DeliveryTimes>, key: string, times: DeliveryTimes): void {
  const before = all.get(key);
  all.set(key, { sentAt: earlier(before?.sentAt, times.sentAt), ackedAt: earlier(before?.ackedAt, times.ackedAt) });
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
