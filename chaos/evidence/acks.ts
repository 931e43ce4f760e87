import type { Delivery } from '../../src/simulator/index.js';

/** When the bot was told of something, and when it had acknowledged that; in milliseconds since 1970. */
interface Told {
  sentAt: number | undefined;
  ackedAt: number | undefined;
}

export interface Acks {
  /** By the `ts` of the message. A mention is told twice: the first word of it counts. */
  readonly said: ReadonlyMap<string, Told>;
  readonly deleted: ReadonlyMap<string, Told>;
  /** By `ts` and the number of the edit: `1766458026.240809#1`. */
  readonly edited: ReadonlyMap<string, Told>;
}

interface Inner {
  readonly type: string;
  readonly subtype?: string;
  readonly ts: string;
  readonly deleted_ts?: string;
  readonly message?: { readonly ts: string; readonly text: string; readonly subtype?: string };
}

export function acksOf(deliveries: readonly Delivery[]): Acks {
  const said = new Map<string, Told>();
  const deleted = new Map<string, Told>();
  const edited = new Map<string, Told>();
  for (const delivery of deliveries) {
    const event = delivery.payload['event'] as Inner;
    const told = toldBy(delivery);
    if (event.subtype === undefined) merge(said, event.ts, told);
    else if (event.subtype === 'message_deleted') merge(deleted, event.deleted_ts ?? '', told);
    // A thread's first message leaves a tombstone.
    else if (event.message?.subtype === 'tombstone') merge(deleted, event.message.ts, told);
    else if (event.message)
      merge(edited, `${event.message.ts}#${/[qc]-\d+#(\d+)/.exec(event.message.text)?.[1] ?? ''}`, told);
  }
  return { said, deleted, edited };
}

function toldBy({ attempts }: Delivery): Told {
  return { sentAt: attempts[0]?.at, ackedAt: attempts.find(({ outcome }) => outcome === 'acked')?.endedAt };
}

function merge(known: Map<string, Told>, name: string, told: Told): void {
  const before = known.get(name);
  known.set(name, { sentAt: earlier(before?.sentAt, told.sentAt), ackedAt: earlier(before?.ackedAt, told.ackedAt) });
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
