/** The stored JSON: this version reads what it wrote, and ignores what a later version adds. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ReplyInProgress } from '../../src/core/conversation.js';
import type { AssistantTurn, PersonTurn, Turn } from '../../src/core/turn.js';
import { decodeReply, decodeTurn, encodeReply, encodeTurn } from '../../src/redis/codec.js';

const ts = fc
  .tuple(fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([seconds, micros]) => `${seconds}.${String(micros).padStart(6, '0')}`);
const text = fc.string({ unit: 'binary' });
const parts = fc.array(fc.record({ type: fc.constant('text' as const), text }), { minLength: 1 });
const person: fc.Arbitrary<PersonTurn> = fc.record(
  {
    role: fc.constant('person'),
    ts,
    author: fc.string(),
    text,
    parts,
    isPartial: fc.constant(true),
    name: fc.string(),
    unasked: fc.constantFrom('others', 'between', 'mention', 'app', 'edited', 'backlog', 'channel'),
  },
  { requiredKeys: ['role', 'ts', 'author', 'text'] },
);
const usage = fc.record(
  {
    promptTokens: fc.nat(),
    cachedTokens: fc.nat(),
    cacheWriteTokens: fc.nat(),
    completionTokens: fc.nat(),
    costUsd: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: ['promptTokens', 'cachedTokens', 'completionTokens'] },
);
const postedFiles = fc.array(
  fc.record({ id: fc.string(), digest: fc.string(), picture: fc.string() }, { requiredKeys: ['id', 'digest'] }),
  { minLength: 1 },
);
const assistant: fc.Arbitrary<AssistantTurn> = fc.record(
  {
    role: fc.constant('assistant'),
    ts,
    text,
    after: ts,
    notice: fc.constant(true),
    omits: fc.constant(true),
    postedFiles,
    usage,
  },
  { requiredKeys: ['role', 'ts', 'text', 'after'] },
);
const turn: fc.Arbitrary<Turn> = fc.oneof(person, assistant);
const reply: fc.Arbitrary<ReplyInProgress> = fc.record(
  { after: ts, messages: fc.array(ts), opening: fc.boolean(), postedFiles },
  { requiredKeys: ['after', 'messages', 'opening'] },
);
/** Fields that a later version may add. */
const addedFields = fc.dictionary(
  fc.string().map((name) => `later_${name}`),
  fc.jsonValue(),
);

const withFields = (bytes: string, added: object): string =>
  JSON.stringify({ ...added, ...(JSON.parse(bytes) as object) });

describe('a turn', () => {
  test('with a reason that a later version adds has none', () => {
    const stored = JSON.stringify({ role: 'person', author: 'U1', text: 'hello', unasked: 'a whim' });
    expect(decodeTurn('1766458000.000001', stored)).toEqual({
      role: 'person',
      ts: '1766458000.000001',
      author: 'U1',
      text: 'hello',
    });
  });

  test('without parts, as earlier versions stored it, has none', () => {
    const stored = JSON.stringify({ role: 'person', author: 'U1', text: 'hello' });
    expect(decodeTurn('1766458000.000001', stored)).toEqual({
      role: 'person',
      ts: '1766458000.000001',
      author: 'U1',
      text: 'hello',
    });
  });

  test('with parts of which none is known is its text', () => {
    const stored = { role: 'person', author: 'U1', text: 'hello', parts: [{ type: 'hologram', id: 'H1' }] };
    const decoded = decodeTurn('1766458000.000001', JSON.stringify(stored));
    expect(decoded).toEqual({ ts: '1766458000.000001', role: 'person', author: 'U1', text: 'hello' });
  });

  test('with parts of a kind that only a later version knows keeps the others', () => {
    const known = { type: 'text', text: 'hello' };
    const stored = { role: 'person', author: 'U1', text: 'hello', parts: [known, { type: 'hologram', id: 'H1' }, 7] };
    expect(decodeTurn('1766458000.000001', JSON.stringify(stored))).toMatchObject({ parts: [known] });
  });

  test('is decoded as it was encoded', () => {
    fc.assert(fc.property(turn, (one) => expect(decodeTurn(one.ts, encodeTurn(one))).toEqual(one)));
  });

  test('is decoded without the fields that a later version adds', () => {
    fc.assert(
      fc.property(turn, addedFields, (one, added) =>
        expect(decodeTurn(one.ts, withFields(encodeTurn(one), added))).toEqual(one),
      ),
    );
  });

  test('with usage in an unknown format is decoded without the usage', () => {
    fc.assert(
      fc.property(assistant, fc.jsonValue(), (one, unknown) => {
        const { usage: known, ...rest } = one;
        const bytes = JSON.stringify({ ...rest, usage: [known, unknown] });
        expect(decodeTurn(one.ts, bytes)).toEqual(rest);
      }),
    );
  });

  test('in an unknown format is undefined', () => {
    fc.assert(
      fc.property(
        ts,
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.jsonValue().map((value) => JSON.stringify(value)),
          addedFields.map((added) => JSON.stringify({ role: 'tool', ...added })),
        ),
        (at, bytes) => {
          expect(decodeTurn(at, bytes)).toBeUndefined();
        },
      ),
    );
  });
});

describe('a reply in progress', () => {
  test('is decoded as it was encoded, without the fields that a later version adds', () => {
    fc.assert(
      fc.property(reply, addedFields, (one, added) =>
        expect(decodeReply(withFields(encodeReply(one), added))).toEqual(one),
      ),
    );
  });

  test('in an unknown format is undefined', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (bytes) => expect(decodeReply(bytes)).toBeUndefined(),
      ),
    );
  });
});
