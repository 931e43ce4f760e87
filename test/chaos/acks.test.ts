import { expect, test } from '@jest/globals';
import { acksOf } from '../../chaos/evidence/acks.js';
import type { Delivery } from '../../src/simulator/index.js';

const TS = '1766458000.000001';
const delivery = (event: object, ...attempts: Delivery['attempts']): Delivery => ({
  eventId: 'Ev1',
  payload: { event: { type: 'message', ts: TS, ...event } },
  state: 'acked',
  attempts,
});
const acked = (at: number, endedAt: number): Delivery['attempts'][number] => ({ at, endedAt, outcome: 'acked' });
const lost = (at: number): Delivery['attempts'][number] => ({ at, endedAt: at + 3_000, outcome: 'timeout' });

test('a message counts as acknowledged from the first ack of any of its events', () => {
  const { said } = acksOf([
    delivery({}, lost(10), acked(4_000, 4_020)),
    delivery({ type: 'app_mention' }, lost(11), acked(3_500, 3_600)),
    delivery({ ts: '7.0', subtype: 'file_share' }, acked(20, 30)),
    delivery({ ts: '7.0', type: 'app_mention' }, acked(4_000, 4_020)),
  ]);
  expect(said.get(TS)).toEqual({ sentAt: 10, ackedAt: 3_600 });
  expect(said.get('7.0')).toEqual({ sentAt: 20, ackedAt: 30 });
  expect(acksOf([delivery({}, lost(10))]).said.get(TS)).toEqual({ sentAt: 10, ackedAt: undefined });
});

test('numbers the edits, reads both forms of a deletion, and files them under the `ts` of the message', () => {
  const edit = (text: string, at: number): Delivery =>
    delivery({ subtype: 'message_changed', ts: '9.0', message: { ts: TS, text } }, acked(at, at + 5));
  const { edited, deleted } = acksOf([
    edit('q-12#1 better', 10),
    edit('<@U1> q-12#2 best', 20),
    delivery({ subtype: 'message_deleted', ts: '9.1', deleted_ts: '5.0' }, acked(30, 35)),
    delivery(
      { subtype: 'message_changed', ts: '9.2', message: { ts: '6.0', text: 'gone', subtype: 'tombstone' } },
      acked(40, 45),
    ),
  ]);
  expect([edited.get(`${TS}#1`)?.ackedAt, edited.get(`${TS}#2`)?.ackedAt]).toEqual([15, 25]);
  expect([deleted.get('5.0')?.ackedAt, deleted.get('6.0')?.ackedAt]).toEqual([35, 45]);
});
