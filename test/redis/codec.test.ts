/** The stored form: what was written is read, by this version and past what a later one adds. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AssistantTurn, PersonTurn, Turn } from '../../src/core/turn.js';
import type { ReplyInProgress } from '../../src/core/conversation.js';
import { decodeReply, decodeTurn, encodeReply, encodeTurn } from '../../src/redis/codec.js';

const ts = fc
  .tuple(fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([seconds, micros]) => `${seconds}.${String(micros).padStart(6, '0')}`);
const text = fc.string({ unit: 'binary' });
const tokens = fc.nat();
const person: fc.Arbitrary<PersonTurn> = fc.record(
  { role: fc.constant('person'), ts, author: fc.string(), text, tokens },
  { requiredKeys: ['role', 'ts', 'author', 'text'] },
);
const usage = fc.record(
  {
    promptTokens: fc.nat(),
    cachedTokens: fc.nat(),
    completionTokens: fc.nat(),
    costUsd: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: ['promptTokens', 'cachedTokens', 'completionTokens'] },
);
const assistant: fc.Arbitrary<AssistantTurn> = fc.record(
  {
    role: fc.constant('assistant'),
    ts,
    text,
    after: ts,
    tokens,
    notice: fc.constant(true),
    omits: fc.constant(true),
    usage,
  },
  { requiredKeys: ['role', 'ts', 'text', 'after'] },
);
const turn: fc.Arbitrary<Turn> = fc.oneof(person, assistant);
const reply: fc.Arbitrary<ReplyInProgress> = fc.record({ after: ts, messages: fc.array(ts), opening: fc.boolean() });
/** What a later version may say besides; its names are none of ours. */
const more = fc.dictionary(
  fc.string().map((name) => `later_${name}`),
  fc.jsonValue(),
);

const withMore = (bytes: string, extra: object): string =>
  JSON.stringify({ ...extra, ...(JSON.parse(bytes) as object) });

describe('a turn', () => {
  test('comes back as it was', () => {
    fc.assert(fc.property(turn, (one) => expect(decodeTurn(one.ts, encodeTurn(one))).toEqual(one)));
  });

  test('is read past what a later version adds', () => {
    fc.assert(
      fc.property(turn, more, (one, extra) =>
        expect(decodeTurn(one.ts, withMore(encodeTurn(one), extra))).toEqual(one),
      ),
    );
  });

  test('whose usage is of a form that is not known is read without it', () => {
    fc.assert(
      fc.property(assistant, fc.jsonValue(), (one, odd) => {
        const { usage: took, ...words } = one;
        const bytes = JSON.stringify({ ...words, usage: [took, odd] });
        expect(decodeTurn(one.ts, bytes)).toEqual(words);
      }),
    );
  });

  test('of a form that is not known is none, whatever stands there', () => {
    fc.assert(
      fc.property(
        ts,
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.jsonValue().map((value) => JSON.stringify(value)),
          more.map((extra) => JSON.stringify({ role: 'tool', ...extra })),
        ),
        (at, bytes) => {
          expect(decodeTurn(at, bytes)).toBeUndefined();
        },
      ),
    );
  });
});

describe('a reply in progress', () => {
  test('comes back as it was, past what a later version adds', () => {
    fc.assert(
      fc.property(reply, more, (one, extra) => expect(decodeReply(withMore(encodeReply(one), extra))).toEqual(one)),
    );
  });

  test('of a form that is not known is none', () => {
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
