/**
 * Whatever is said, edited, deleted, answered and summarized, in any order: both stores have the same conversation, with
 * every word that still stands and none that was taken back.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type ConversationKey, keyOf } from '../../src/core/conversation-id.js';
import { type Conversation, newestIn } from '../../src/core/conversation.js';
import type { Compaction, ConversationStore } from '../../src/core/ports.js';
import { type PersonTurn, positionOf } from '../../src/core/turn.js';
import { type NextSegment, toCompaction } from '../../src/prompt/summary.js';
import { settledStretches } from '../../src/prompt/transcript.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { memoryStoreFixture, redisStoreFixture } from './backends.js';
import type { StoreFixture } from './store.contract.js';

const RUNS = 200;
const AUTHORS = ['U0ANN', 'U0BOB'];
/** Between two moments there is room for messages that arrive late. */
const APART = 10;

type Step =
  | { do: 'say'; author: number; asks: boolean }
  | { do: 'say late'; before: number; asks: boolean }
  | { do: 'deliver again'; which: number }
  | { do: 'edit'; which: number; regenerate: boolean; asks: boolean }
  | { do: 'remove'; which: number }
  | { do: 'answer'; meanwhile: boolean; messages: number }
  | { do: 'summarize'; stretch: number; count: number; neighbour: boolean; seal: number }
  | { do: 'merge'; which: number; seal: number };

const small = fc.nat({ max: 40 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('say' as const), author: fc.nat({ max: 1 }), asks: fc.boolean() }),
  fc.record({ do: fc.constant('say late' as const), before: small, asks: fc.boolean() }),
  fc.record({ do: fc.constant('deliver again' as const), which: small }),
  fc.record({ do: fc.constant('edit' as const), which: small, regenerate: fc.boolean(), asks: fc.boolean() }),
  fc.record({ do: fc.constant('remove' as const), which: small }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      meanwhile: fc.boolean(),
      messages: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('summarize' as const),
      stretch: small,
      count: fc.integer({ min: 1, max: 6 }),
      neighbour: fc.boolean(),
      seal: fc.nat({ max: 4 }),
    }),
  },
  fc.record({ do: fc.constant('merge' as const), which: small, seal: fc.nat({ max: 4 }) }),
);

/** A word of its own for each version of each message. A summary here repeats all words that it stands for. */
const WORD = /word\d+;/g;

class Thread {
  readonly key: ConversationKey;
  /** The words of each message that has been said, by `ts`; undefined once it was removed. */
  readonly standing = new Map<string, string | undefined>();
  readonly withdrawn = new Set<string>();
  readonly #delivered = new Map<string, { author: string; text: string }>();
  readonly #stores: readonly ConversationStore[];
  readonly #id;
  #moment = 0;
  #words = 0;
  /** Highest `ts` of all that was sealed. */
  sealed = '';

  constructor(stores: readonly ConversationStore[], n: number) {
    this.#stores = stores;
    this.#id = { team: 'T1', channel: `C${n}`, thread: this.#ts(APART) };
    this.key = keyOf(this.#id);
  }

  #ts(moment: number): string {
    return `1766458000.${String(moment).padStart(6, '0')}`;
  }

  #word(): string {
    this.#words += 1;
    return `word${this.#words};`;
  }

  #now(): string {
    this.#moment += APART;
    return this.#ts(this.#moment);
  }

  /** The same call of both stores, with the same result. */
  async #both<T>(call: (store: ConversationStore) => Promise<T>): Promise<T> {
    const [first, ...others] = await Promise.all(this.#stores.map(call));
    for (const other of others) expect(other).toEqual(first);
    return first as T;
  }

  async load(): Promise<Conversation> {
    return (await this.#both((store) => store.load(this.key))) as Conversation;
  }

  async say(ts: string, author: string, asks: boolean): Promise<void> {
    if (this.standing.has(ts)) return;
    const text = this.#word();
    this.standing.set(ts, text);
    this.#delivered.set(ts, { author, text });
    await this.#append(ts, author, text, asks);
  }

  async #append(ts: string, author: string, text: string, asks: boolean): Promise<void> {
    const message = { conversation: this.#id, ts, author, text, addressed: 'open' as const };
    await this.#both((store) => store.append(message, asks ? 'yes' : 'no'));
  }

  async do(next: Step): Promise<void> {
    const known = [...this.standing.keys()].toSorted();
    const pick = (n: number): string => known[n % known.length] ?? '';
    switch (next.do) {
      case 'say':
        return this.say(this.#now(), AUTHORS[next.author] ?? '', next.asks);
      case 'say late':
        return this.say(this.#ts(APART * (1 + (next.before % (this.#moment / APART))) - 5), 'U0ANN', next.asks);
      case 'deliver again': {
        const ts = pick(next.which);
        const delivered = this.#delivered.get(ts);
        // Nobody delivers again what is so old that it is sealed.
        if (delivered && ts > this.sealed) await this.#append(ts, delivered.author, delivered.text, true);
        return undefined;
      }
      case 'edit': {
        const ts = pick(next.which);
        const { author } = this.#delivered.get(ts) ?? {};
        if (author === undefined) return undefined;
        const text = this.#word();
        this.#replace(ts, this.standing.get(ts) === undefined ? undefined : text);
        const turn: PersonTurn = { role: 'person', ts, author, text };
        const meaning = { asks: next.asks, newlyAsks: next.asks, regenerate: next.regenerate };
        await this.#both((store) => store.edit(this.key, turn, this.#ts(900_000 + this.#words), meaning));
        return undefined;
      }
      case 'remove': {
        const ts = pick(next.which);
        this.#replace(ts, undefined);
        await this.#both((store) => store.remove(this.key, ts));
        return undefined;
      }
      case 'answer':
        return this.#answer(next.meanwhile, next.messages);
      case 'summarize': {
        const conversation = await this.load();
        const stretches = settledStretches(conversation);
        const at = next.stretch % stretches.length;
        const turns = stretches[at]?.turns ?? [];
        // Never all turns of a conversation: the last exchange stays.
        const end = Math.min(turns.length, conversation.turns.length - 1, next.count);
        const before = stretches[at + 1]?.segment;
        const covered = turns.slice(0, end);
        if (covered.length === 0) return undefined;
        const neighbour = stretches[at]?.segment ?? (covered.length === turns.length ? before : undefined);
        const segments = next.neighbour && neighbour ? [neighbour] : [];
        return this.#compact(conversation, { turns: covered, segments, before }, next.seal);
      }
      case 'merge': {
        const conversation = await this.load();
        const stretches = settledStretches(conversation);
        const at = 1 + (next.which % stretches.length);
        const [first, second] = [stretches[at], stretches[at + 1]];
        if (!first?.segment || !second?.segment || first.turns.length > 0) return undefined;
        return this.#compact(conversation, { turns: [], segments: [first.segment, second.segment] }, next.seal);
      }
    }
  }

  #replace(ts: string, text: string | undefined): void {
    const old = this.standing.get(ts);
    if (old !== undefined) this.withdrawn.add(old);
    this.standing.set(ts, text);
  }

  async #answer(meanwhile: boolean, messages: number): Promise<void> {
    const conversation = await this.load();
    const { redo } = conversation;
    const after = conversation.reply?.after ?? newestIn(conversation);
    if (conversation.pending.length === 0) {
      // Its question was deleted: the reply that was being rewritten goes too.
      for (const { ts } of redo ?? []) this.#replace(ts, undefined);
      if (redo) await this.#both((store) => store.settle(this.key, [], []));
      return;
    }
    const answered = conversation.pending.filter((ts) => ts <= after);
    if (meanwhile) await this.say(this.#now(), 'U0BOB', true);
    const reply = Array.from({ length: messages }, (_, at) => {
      const ts = redo?.[at]?.ts ?? this.#now();
      return { role: 'assistant' as const, ts, text: this.#word(), after };
    });
    for (const { ts, text } of reply) {
      // A message that was deleted meanwhile stays deleted.
      const isDeleted = this.standing.has(ts) && this.standing.get(ts) === undefined;
      if (!isDeleted) this.#replace(ts, text);
    }
    for (const { ts } of redo?.slice(messages) ?? []) this.#replace(ts, undefined);
    await this.#both((store) => store.settle(this.key, answered, reply));
  }

  async #compact(conversation: Conversation, next: NextSegment, seal: number): Promise<void> {
    const text = [...next.turns, ...next.segments].flatMap((part) => part.text.match(WORD) ?? []).join(' ');
    const compaction: Compaction = {
      ...toCompaction(next, text, conversation, true),
      seal: (conversation.segments ?? []).slice(0, seal).filter((segment) => !next.segments.includes(segment)),
    };
    for (const { newest } of compaction.seal) if (newest > this.sealed) this.sealed = newest;
    await this.#both((store) => store.compact(this.key, compaction, conversation.changes ?? 0));
  }
}

/** Two segments become one; a turn that waited between them is summarized then; and the merged segment is dropped. */
const BETWEEN_TWO: Step[] = [
  { do: 'answer', meanwhile: false, messages: 1 },
  { do: 'remove', which: 3 },
  { do: 'say', author: 0, asks: true },
  { do: 'summarize', stretch: 0, count: 1, neighbour: false, seal: 0 },
  { do: 'say', author: 0, asks: false },
  { do: 'summarize', stretch: 13, count: 1, neighbour: false, seal: 0 },
  { do: 'merge', which: 0, seal: 0 },
  { do: 'answer', meanwhile: false, messages: 1 },
  { do: 'summarize', stretch: 21, count: 1, neighbour: false, seal: 0 },
  { do: 'remove', which: 0 },
];

let server: RedisServer;
let fixtures: StoreFixture[];
beforeAll(async () => {
  server = await startRedis();
  fixtures = [await memoryStoreFixture(), await redisStoreFixture(server)];
});
afterAll(async () => {
  for (const fixture of fixtures) await fixture.close();
  await server.stop();
});

test('both stores agree on every word that stands, and have none that was taken back', async () => {
  let count = 0;
  const stores = fixtures.map(({ store }) => store);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const thread = new Thread(stores, (count += 1));
      await thread.do({ do: 'say', author: 0, asks: true });
      for (const next of steps) {
        await thread.do(next);
        const { turns, segments = [], redo = [] } = await thread.load();
        const words = [...turns, ...segments].flatMap(({ text }) => text.match(WORD) ?? []);
        const rewriting = redo.flatMap(({ text }) => text.match(WORD) ?? []);
        for (const word of [...words, ...rewriting])
          if (thread.withdrawn.has(word)) throw new Error(`${word} was taken back`);
        const positions = segments.map(({ position }) => position);
        expect(positions).toEqual(positions.toSorted());
        expect(turns.map(positionOf)).toEqual(turns.map(positionOf).toSorted());
        if (thread.sealed !== '') continue;
        // A reply that is being rewritten stands nowhere meanwhile.
        const rewritten = new Set(redo.map(({ ts }) => ts));
        const standing = [...thread.standing].flatMap(([ts, word = '']) => (rewritten.has(ts) ? [] : [word]));
        expect(words.toSorted()).toEqual(standing.filter(Boolean).toSorted());
      }
    }),
    { numRuns: RUNS, examples: [[BETWEEN_TWO]] },
  );
}, 120_000);
