/** What `ConversationStore` promises, checked on every adapter alike. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AmendedError, StaleRunError } from '../../src/core/errors.js';
import type { Appended, Intent, ConversationStore } from '../../src/core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../src/core/turn.js';
import type { ConversationId } from '../../src/core/conversation-id.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import { keyOf } from '../../src/core/conversation-id.js';

export interface StoreBench {
  store: ConversationStore;
  /** Another process's store of the same conversations. */
  other: ConversationStore;
  close(): Promise<void>;
}

const ANN = 'U0ANN';
const BOB = 'U0BOB';
const CY = 'U0CY';
const ASKINGS: Intent[] = ['yes', 'known', 'auto', 'no'];

const ID: ConversationId = { team: 'T1', channel: 'C1', thread: ts(1) };
const KEY = keyOf(ID);

/** The `n`-th moment of the test, in Slack's form. */
function ts(n: number): string {
  return `1766458000.${String(n).padStart(6, '0')}`;
}

function said(n: number, author = ANN, text = `message ${n}`, conversation = ID): IncomingMessage {
  return { conversation, ts: ts(n), author, text, addressed: 'open' };
}

function person(n: number, author = ANN, text = `message ${n}`): PersonTurn {
  return { role: 'person', ts: ts(n), author, text };
}

function bot(n: number, after: number, text = `reply ${n}`): AssistantTurn {
  return { role: 'assistant', ts: ts(n), text, after: ts(after) };
}

const inProgress = { after: ts(1), messages: [ts(5)], opening: true };

export function storeContract(name: string, make: () => Promise<StoreBench>): void {
  describe(`ConversationStore in ${name}`, () => {
    let bench: StoreBench;
    let store: ConversationStore;
    beforeEach(async () => {
      bench = await make();
      ({ store } = bench);
    });
    afterEach(() => bench.close());

    async function turns(key = KEY): Promise<[string, string][]> {
      const conversation = await store.load(key);
      return (conversation?.turns ?? []).map((turn) => [turn.ts, turn.text]);
    }
    async function order(): Promise<string[]> {
      return (await turns()).map(([at]) => at);
    }
    /** Ann asked, the bot answered. */
    async function answered(): Promise<void> {
      await store.append(said(1), 'yes');
      await store.settle(KEY, [ts(1)], [bot(2, 1)]);
    }
    async function pending(key = KEY): Promise<string[] | undefined> {
      return (await store.load(key))?.pending;
    }

    describe('append', () => {
      test('begins a conversation with a message that asks the bot', async () => {
        expect(await store.append(said(1), 'yes')).toBe('pending');
        expect(await store.load(KEY)).toEqual({ id: ID, turns: [person(1)], pending: [ts(1)], backlogRead: true });
      });

      test('keeps what the reply took', async () => {
        await store.append(said(1), 'yes');
        const reply: AssistantTurn = {
          ...bot(2, 1),
          usage: { promptTokens: 9, cachedTokens: 8, completionTokens: 7, costUsd: 0.001 },
        };
        await store.settle(KEY, [ts(1)], [reply, bot(3, 1)]);
        expect((await store.load(KEY))?.turns).toEqual([person(1), reply, bot(3, 1)]);
      });

      test('keeps how many tokens it has, if somebody has counted', async () => {
        await store.append({ ...said(1), tokens: 3 }, 'yes');
        await store.addBacklog(KEY, [{ ...person(0), tokens: 4 }]);
        await store.settle(KEY, [ts(1)], [{ ...bot(2, 1), tokens: 5 }]);
        expect((await store.load(KEY))?.turns).toEqual([
          { ...person(0), tokens: 4 },
          { ...person(1), tokens: 3 },
          { ...bot(2, 1), tokens: 5 },
        ]);
      });

      test.each(ASKINGS.filter((asking) => asking !== 'yes'))(
        'ignores "%s" in a conversation the bot has no part in',
        async (asking) => {
          expect(await store.append(said(1), asking)).toBe('ignored');
          expect(await store.load(KEY)).toBeUndefined();
          // Nothing of it was kept for later either.
          expect(await store.append(said(2), 'yes')).toBe('pending');
          expect(await order()).toEqual([ts(2)]);
        },
      );

      test('knows of what it ignored in a young thread, for whoever reads the backlog, when the first message comes late', async () => {
        await store.append(said(3, BOB), 'no');
        await store.append(said(2), 'auto');
        expect(await store.append(said(2), 'auto')).toBe('ignored');
        await store.append(said(1), 'yes');
        const conversation = await store.load(KEY);
        expect(conversation).toMatchObject({ turns: [person(1)], pending: [ts(1)], backlogRead: false });
        expect(conversation?.seenBeforeStart?.toSorted()).toEqual([ts(2), ts(3)]);
        await store.addBacklog(KEY, [person(2), person(3, BOB)]);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2), person(3, BOB)],
          pending: [ts(1)],
          backlogRead: true,
        });
      });

      test('knows nothing of what it ignored in an old thread', async () => {
        const old = { ...ID, thread: '1766450000.000001' };
        await store.append(said(2, ANN, 'message 2', old), 'no');
        await store.append(said(3, ANN, 'message 3', old), 'yes');
        expect(await store.load(keyOf(old))).toEqual({
          id: old,
          turns: [person(3)],
          pending: [ts(3)],
          backlogRead: false,
        });
      });

      test.each<[Intent, string, string[]]>([
        ['yes', 'pending', [ts(1), ts(2)]],
        ['known', 'pending', [ts(1), ts(2)]],
        ['auto', 'pending', [ts(1), ts(2)]],
        ['no', 'context', [ts(1)]],
      ])('keeps "%s" in a known conversation as %s', async (asking, appended, waiting) => {
        await store.append(said(1), 'yes');
        expect(await store.append(said(2), asking)).toBe(appended);
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await pending()).toEqual(waiting);
      });

      test.each(ASKINGS)(
        'takes the second delivery of a message, now "%s", for a duplicate and changes nothing',
        async (asking) => {
          await store.append(said(1), 'yes');
          await store.append(said(2), 'no');
          const before = await store.load(KEY);
          expect(await store.append(said(1, BOB, 'other words'), asking)).toBe('duplicate');
          expect(await store.append(said(2, BOB, 'other words'), asking)).toBe('duplicate');
          expect(await store.load(KEY)).toEqual(before);
        },
      );

      test('does not make an answered message pending again', async () => {
        await store.append(said(1), 'yes');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await store.append(said(1), 'yes')).toBe('duplicate');
        expect(await pending()).toEqual([]);
      });

      test('takes a message once when two processes get it many times at the same moment', async () => {
        const deliveries = Array.from({ length: 40 }, (_, n) =>
          (n % 2 === 0 ? store : bench.other).append(said(1), 'yes'),
        );
        const appended = await Promise.all(deliveries);
        expect(appended.filter((result) => result !== 'duplicate')).toEqual(['pending']);
        expect(await order()).toEqual([ts(1)]);
      });

      test('loses none of many messages that two processes append at the same moment', async () => {
        const numbers = Array.from({ length: 50 }, (_, n) => n + 1);
        await Promise.all(numbers.map((n) => (n % 2 === 0 ? store : bench.other).append(said(n), 'yes')));
        expect(await pending()).toEqual(numbers.map(ts));
        expect(await order()).toEqual(numbers.map(ts));
      });

      test('names pendings that differ by one microsecond apart, oldest first', async () => {
        const id = { ...ID, thread: '9999999999.999997' };
        const late = ['9999999999.999999', '9999999999.999998', '9999999999.999997'];
        for (const at of late) await store.append({ ...said(1), conversation: id, ts: at }, 'yes');
        expect(await pending(keyOf(id))).toEqual(late.toReversed());
      });
    });

    describe('append, "auto"', () => {
      test('asks as long as one person writes, even after what did not ask', async () => {
        await answered();
        await store.append(said(3), 'no');
        expect(await store.append(said(4), 'auto')).toBe('pending');
      });

      test('asks for a second person whom the bot answered last', async () => {
        await answered();
        expect(await store.append(said(3, BOB), 'auto')).toBe('pending');
      });

      test('asks for several people as long as the newest message asked', async () => {
        await answered();
        await store.append(said(3, BOB), 'yes');
        expect(await store.append(said(4, ANN), 'auto')).toBe('pending');
        expect(await store.append(said(5, CY), 'auto')).toBe('pending');
      });

      test('is context for several people after an aside, and is an aside itself', async () => {
        await answered();
        await store.append(said(3, BOB), 'no');
        expect(await store.append(said(4, ANN), 'auto')).toBe('context');
        expect(await store.append(said(5, BOB), 'auto')).toBe('context');
        expect(await pending()).toEqual([]);
      });

      test('is context when the first message of a second person follows an aside', async () => {
        await answered();
        await store.append(said(3, ANN), 'no');
        expect(await store.append(said(4, BOB), 'auto')).toBe('context');
      });

      test.each<Intent>(['yes', 'known'])(
        'asks again once somebody has asked ("%s") after the aside',
        async (asking) => {
          await answered();
          await store.append(said(3, BOB), 'no');
          await store.append(said(4, ANN), asking);
          expect(await store.append(said(5, BOB), 'auto')).toBe('pending');
        },
      );

      test('asks again once the bot has answered after the aside', async () => {
        await answered();
        await store.append(said(3, BOB), 'no');
        await store.settle(KEY, [], [bot(4, 3)]);
        expect(await store.append(said(5, BOB), 'auto')).toBe('pending');
      });

      test('is context after an aside newer than the answer that was settled later', async () => {
        await store.append(said(1), 'yes');
        await store.append(said(3, BOB), 'no');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await store.append(said(4, ANN), 'auto')).toBe('context');
      });

      test('goes by the newest message, not by the one that arrived last', async () => {
        await answered();
        await store.append(said(5, BOB), 'yes');
        await store.append(said(4, BOB), 'no');
        expect(await store.append(said(6, ANN), 'auto')).toBe('pending');
        await store.append(said(9, BOB), 'no');
        await store.append(said(8, BOB), 'yes');
        expect(await store.append(said(10, ANN), 'auto')).toBe('context');
      });

      test('counts the person whose message arrives late', async () => {
        await answered();
        await store.append(said(5, ANN), 'no');
        await store.append(said(4, BOB), 'no');
        expect(await store.append(said(6, ANN), 'auto')).toBe('context');
      });

      test('counts the people who wrote before the bot was named', async () => {
        await store.append(said(3), 'yes');
        await store.addBacklog(KEY, [person(1, BOB), person(2)]);
        await store.append(said(4), 'no');
        expect(await store.append(said(5), 'auto')).toBe('context');
      });

      test('counts neither the bot nor the one person again, by what was said before the bot was named', async () => {
        await store.append(said(3), 'yes');
        await store.addBacklog(KEY, [person(1), bot(2, 2)]);
        await store.append(said(4), 'no');
        expect(await store.append(said(5), 'auto')).toBe('pending');
      });

      test('does not count a duplicate', async () => {
        await answered();
        await store.append(said(1, BOB), 'no');
        await store.append(said(3, ANN), 'no');
        await store.append(said(3, BOB), 'no');
        expect(await store.append(said(4, ANN), 'auto')).toBe('pending');
      });
    });

    describe('edit', () => {
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'no');
      });

      test('replaces the turn, and leaves pending what is pending', async () => {
        expect(await store.edit(KEY, person(1, ANN, 'better words'), ts(3))).toBe('changed');
        expect(await store.edit(KEY, person(2, ANN, 'other words'), ts(4))).toBe('changed');
        expect(await turns()).toEqual([
          [ts(1), 'better words'],
          [ts(2), 'other words'],
        ]);
        expect(await pending()).toEqual([ts(1)]);
      });

      test('does not make an answered turn pending', async () => {
        await store.settle(KEY, [ts(1)], [bot(3, 2)]);
        expect(await store.edit(KEY, person(1, ANN, 'better words'), ts(4))).toBe('changed');
        expect(await pending()).toEqual([]);
      });

      test('keeps the newest edit, in whatever order edits arrive', async () => {
        expect(await store.edit(KEY, person(1, ANN, 'second'), ts(6))).toBe('changed');
        expect(await store.edit(KEY, person(1, ANN, 'first'), ts(5))).toBe('unchanged');
        expect(await turns()).toContainEqual([ts(1), 'second']);
        expect(await store.edit(KEY, person(1, ANN, 'third'), ts(7))).toBe('changed');
        expect(await turns()).toContainEqual([ts(1), 'third']);
      });

      test('changes nothing when it is repeated', async () => {
        const edited = person(1, ANN, 'better words');
        await store.edit(KEY, edited, ts(3));
        const before = await store.load(KEY);
        expect(await store.edit(KEY, edited, ts(3))).toBe('unchanged');
        expect(await store.load(KEY)).toEqual(before);
      });

      test('orders the edits of each turn by themselves', async () => {
        await store.edit(KEY, person(1, ANN, 'edited last'), ts(9));
        expect(await store.edit(KEY, person(2, ANN, 'edited before'), ts(8))).toBe('changed');
      });

      test('is not undone by a late delivery of the first form', async () => {
        await store.edit(KEY, person(1, ANN, 'better words'), ts(3));
        expect(await store.append(said(1), 'yes')).toBe('duplicate');
        expect(await turns()).toContainEqual([ts(1), 'better words']);
      });

      test('of a turn that is not known adds none', async () => {
        expect(await store.edit(KEY, person(3), ts(4))).toBe('unknown');
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await store.append(said(3), 'yes')).toBe('pending');
      });

      test('of a turn that has not come yet is what comes, in the newest of its forms', async () => {
        await store.edit(KEY, person(3, ANN, 'second'), ts(6));
        await store.edit(KEY, person(3, ANN, 'first'), ts(5));
        expect(await store.append(said(3), 'yes')).toBe('pending');
        expect(await turns()).toContainEqual([ts(3), 'second']);
        expect(await store.edit(KEY, person(3, ANN, 'first'), ts(5))).toBe('unchanged');
        expect(await store.edit(KEY, person(3, ANN, 'third'), ts(7))).toBe('changed');
        expect(await turns()).toContainEqual([ts(3), 'third']);
        expect(await store.append(said(3), 'yes')).toBe('duplicate');
      });

      test('of a turn that has not come yet is forgotten with the turn', async () => {
        await store.edit(KEY, person(3, ANN, 'a secret'), ts(5));
        await store.remove(KEY, ts(3));
        await store.edit(KEY, person(3, ANN, 'a secret'), ts(6));
        expect(await store.append(said(3), 'yes')).toBe('duplicate');
        expect(await order()).toEqual([ts(1), ts(2)]);
      });

      test('of a turn too old to come any more is not kept', async () => {
        await store.edit(KEY, person(3, ANN, 'better words'), '1766458601.000000');
        await store.append(said(3), 'yes');
        expect(await turns()).toContainEqual([ts(3), 'message 3']);
      });

      test('of a removed turn does not bring it back', async () => {
        await store.remove(KEY, ts(1));
        expect(await store.edit(KEY, person(1), ts(4))).toBe('unchanged');
        expect(await order()).toEqual([ts(2)]);
      });

      test('in an unknown conversation does not begin it', async () => {
        const unknown = keyOf({ ...ID, thread: ts(9) });
        expect(await store.edit(unknown, person(9), ts(10))).toBe('unknown');
        expect(await store.load(unknown)).toBeUndefined();
      });

      test.each([true, false])(
        'in an unknown conversation is kept for the message that begins it, if it asks: %s',
        async (asks) => {
          const id = { ...ID, thread: ts(9) };
          await store.edit(keyOf(id), person(9, ANN, 'better words'), ts(10), { asks });
          expect(await store.load(keyOf(id))).toBeUndefined();
          await store.append(said(9, ANN, 'hello', id), 'yes');
          expect(await turns(keyOf(id))).toEqual([[ts(9), asks ? 'better words' : 'hello']]);
          expect(await pending(keyOf(id))).toEqual([ts(9)]);
        },
      );
    });

    describe('an edit of what does not ask, in a conversation that is not known yet', () => {
      const words = person(2, BOB, 'better words');
      const read = async (): Promise<[string, string][]> => {
        await store.addBacklog(KEY, [words]);
        return turns();
      };
      beforeEach(async () => {
        await store.edit(KEY, words, ts(3), { asks: false });
        await store.append(said(1), 'yes');
      });

      test('leaves its words to the backlog', async () => {
        expect(await store.load(KEY)).toMatchObject({
          turns: [person(1)],
          backlogRead: false,
          seenBeforeStart: [ts(2)],
        });
        expect(await read()).toEqual([
          [ts(1), 'message 1'],
          [ts(2), 'better words'],
        ]);
        expect(await store.append(said(2, BOB), 'no')).toBe('duplicate');
        expect(await read()).toContainEqual([ts(2), 'better words']);
      });

      test('leaves them to it also where the first form comes before that', async () => {
        expect(await store.append(said(2, BOB), 'no')).toBe('context');
        expect(await read()).toContainEqual([ts(2), 'better words']);
      });

      test('which a later edit replaces, and a deletion', async () => {
        await store.append(said(2, BOB), 'no');
        await store.edit(KEY, person(2, BOB, 'the best words'), ts(6));
        expect(await read()).toContainEqual([ts(2), 'the best words']);
        await store.remove(KEY, ts(2));
        expect(await read()).toEqual([[ts(1), 'message 1']]);
      });

      test('lets an edit go that asked before it', async () => {
        const id = { ...ID, thread: ts(5) };
        await store.edit(keyOf(id), person(6, ANN, 'do you hear?'), ts(7), { asks: true });
        await store.edit(keyOf(id), person(6, ANN, 'never mind'), ts(8), { asks: false });
        await store.append(said(5, ANN, 'hello', id), 'yes');
        await store.append(said(6, ANN, 'do you here?', id), 'yes');
        await store.addBacklog(keyOf(id), [person(6, ANN, 'never mind')]);
        expect(await turns(keyOf(id))).toContainEqual([ts(6), 'never mind']);
      });
    });

    describe('an edit that asks now', () => {
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'no');
      });

      test('makes the turn pending, once', async () => {
        const edited = person(2, ANN, 'and you?');
        expect(await store.edit(KEY, edited, ts(3), { newlyAsks: true })).toBe('changed');
        expect(await pending()).toEqual([ts(1), ts(2)]);
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await store.edit(KEY, edited, ts(3), { newlyAsks: true })).toBe('unchanged');
        expect(await pending()).toEqual([]);
      });

      test('asks nothing where the newest reply has answered the turn', async () => {
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        await store.edit(KEY, person(2, ANN, 'and you?'), ts(5), { newlyAsks: true });
        expect(await pending()).toEqual([]);
      });
    });

    describe('an edit of what is being answered', () => {
      const anew = { regenerate: true };
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'yes');
        await store.load(KEY, 'first');
      });

      test('has the run load again, whether its reply was begun or not', async () => {
        await store.edit(KEY, person(1, ANN, 'better words'), ts(5), anew);
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        await store.load(KEY, 'first');
        await store.confirm(KEY, 'first');
        await store.recordReply(KEY, { ...inProgress, after: ts(2) }, 'first');
        await store.edit(KEY, person(2, ANN, 'better words too'), ts(6), anew);
        const before = await store.load(KEY);
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        await expect(store.recordReply(KEY, inProgress, 'first')).rejects.toThrow(AmendedError);
        await expect(store.settle(KEY, [ts(1), ts(2)], [bot(5, 2)], 'first')).rejects.toThrow(AmendedError);
        expect(await store.load(KEY)).toEqual(before);
      });

      test('leaves another run stale, however often it comes', async () => {
        await bench.other.load(KEY, 'second');
        await store.edit(KEY, person(1, ANN, 'better words'), ts(5), anew);
        await store.edit(KEY, person(1, ANN, 'the best words'), ts(6), anew);
        await expect(store.confirm(KEY, 'second')).rejects.toThrow(AmendedError);
        const refusal = await store.confirm(KEY, 'first').catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(StaleRunError);
        expect(refusal).not.toBeInstanceOf(AmendedError);
      });

      test.each([
        ['of what waits behind the reply', 2, 'other words', anew],
        ['that says the same', 1, 'message 1', anew],
        ['that is only remembered', 1, 'other words', {}],
      ])('%s does not', async (_, n, text, meaning) => {
        await store.recordReply(KEY, inProgress, 'first');
        await store.edit(KEY, person(n, ANN, text), ts(5), meaning);
        await store.confirm(KEY, 'first');
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'first');
        expect(await pending()).toEqual([ts(2)]);
      });

      test('a deletion does as well', async () => {
        await store.recordReply(KEY, inProgress, 'first');
        await store.remove(KEY, ts(2));
        await store.confirm(KEY, 'first');
        await store.remove(KEY, ts(1));
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        expect(await store.load(KEY)).toMatchObject({ turns: [], pending: [], reply: inProgress });
      });
    });

    describe('an edit of what the newest reply answered', () => {
      const edited = person(2, ANN, 'better words');
      const anew = { regenerate: true };
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'yes');
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), bot(4, 2)]);
      });

      test('has its questions wait again, and the reply be one in progress, until it is settled', async () => {
        expect(await store.edit(KEY, edited, ts(5), anew)).toBe('changed');
        expect(await store.load(KEY)).toMatchObject({
          turns: [person(1), edited],
          pending: [ts(1), ts(2)],
          reply: { after: ts(2), messages: [ts(3), ts(4)], opening: false },
          redo: [bot(3, 2), bot(4, 2)],
        });
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2, 'a better reply')]);
        const settled = await store.load(KEY);
        expect(settled).toMatchObject({ turns: [person(1), edited, bot(3, 2, 'a better reply')], pending: [] });
        expect(settled).not.toHaveProperty('redo');
        expect(settled).not.toHaveProperty('reply');
        await store.edit(KEY, person(2, ANN, 'the best words'), ts(6), anew);
        expect(await pending()).toEqual([ts(1), ts(2)]);
      });

      test('asks for what was not deleted', async () => {
        await store.remove(KEY, ts(1));
        await store.edit(KEY, edited, ts(5), anew);
        expect(await pending()).toEqual([ts(2)]);
      });

      test.each<[string, () => Promise<unknown>]>([
        ['that is repeated', () => store.edit(KEY, person(2), ts(5), anew)],
        ['that is only remembered', () => store.edit(KEY, edited, ts(5))],
        ['of what an earlier one answered', () => settledBehind().then(() => store.edit(KEY, edited, ts(9), anew))],
        [
          'where something waits',
          () =>
            store
              .append(said(6), 'yes')
              .then(() => store.edit(KEY, edited, ts(7), anew))
              .then(() => store.remove(KEY, ts(6))),
        ],
        [
          'where somebody took a message of the reply away',
          () => store.remove(KEY, ts(4)).then(() => store.edit(KEY, edited, ts(5), anew)),
        ],
        [
          'where Slack took no reply',
          () => settledWithout().then(() => store.edit(KEY, person(6, ANN, 'other words'), ts(9), anew)),
        ],
      ])('%s asks nothing', async (_, edit) => {
        await edit();
        const conversation = await store.load(KEY);
        expect(conversation?.pending).toEqual([]);
        expect(conversation).not.toHaveProperty('reply');
        expect(conversation?.turns).toContainEqual(bot(3, 2));
      });

      async function settledBehind(): Promise<void> {
        await store.append(said(6), 'yes');
        await store.settle(KEY, [ts(6)], [bot(7, 6)]);
      }
      async function settledWithout(): Promise<void> {
        await store.append(said(6), 'yes');
        await store.settle(KEY, [ts(6)], []);
      }
    });

    describe('remove', () => {
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'yes');
      });

      test('takes the turn away and its question back', async () => {
        expect(await store.remove(KEY, ts(2))).toBe('changed');
        expect(await order()).toEqual([ts(1)]);
        expect(await pending()).toEqual([ts(1)]);
      });

      test("takes a turn of the bot's away", async () => {
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), bot(4, 2)]);
        expect(await store.remove(KEY, ts(3))).toBe('changed');
        expect(await order()).toEqual([ts(1), ts(2), ts(4)]);
      });

      test.each(ASKINGS)('is for good: a late delivery ("%s") is a duplicate', async (asking) => {
        await store.remove(KEY, ts(2));
        expect(await store.append(said(2), asking)).toBe('duplicate');
        expect(await order()).toEqual([ts(1)]);
        expect(await pending()).toEqual([ts(1)]);
      });

      test('that overtakes the message keeps it out', async () => {
        expect(await store.remove(KEY, ts(3))).toBe('unknown');
        expect(await store.append(said(3), 'yes')).toBe('duplicate');
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await pending()).toEqual([ts(1), ts(2)]);
      });

      test('repeated says that nothing was there', async () => {
        await store.remove(KEY, ts(2));
        expect(await store.remove(KEY, ts(2))).toBe('unchanged');
        expect(await order()).toEqual([ts(1)]);
      });

      test('in an unknown conversation does not begin it, and keeps the message out of it', async () => {
        const id = { ...ID, thread: ts(9) };
        await store.edit(keyOf(id), person(9, ANN, 'better words'), ts(10), { asks: true });
        expect(await store.remove(keyOf(id), ts(9))).toBe('unknown');
        await store.edit(keyOf(id), person(9, ANN, 'better words'), ts(11), { asks: true });
        expect(await store.load(keyOf(id))).toBeUndefined();
        expect(await store.append(said(9, ANN, 'hello', id), 'yes')).toBe('duplicate');
        expect(await store.load(keyOf(id))).toBeUndefined();
        expect(await store.append(said(10, ANN, 'hello again', id), 'yes')).toBe('pending');
        expect(await store.append(said(9, ANN, 'hello', id), 'yes')).toBe('duplicate');
        expect(await turns(keyOf(id))).toEqual([[ts(10), 'hello again']]);
      });

      test('of every turn leaves a conversation that the bot has a part in', async () => {
        await store.remove(KEY, ts(1));
        await store.remove(KEY, ts(2));
        expect(await store.load(KEY)).toEqual({ id: ID, turns: [], pending: [], backlogRead: true, changes: 2 });
        expect(await store.append(said(3), 'known')).toBe('pending');
      });
    });

    describe('load', () => {
      test('does not know a conversation that nobody began', async () => {
        expect(await store.load(KEY)).toBeUndefined();
      });

      test('reads in the order of time what was delivered in another', async () => {
        for (const n of [3, 1, 4, 2]) await store.append(said(n), 'yes');
        expect(await order()).toEqual([ts(1), ts(2), ts(3), ts(4)]);
        expect(await pending()).toEqual([ts(1), ts(2), ts(3), ts(4)]);
      });

      test('reads a reply right behind the newest turn that it had read', async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'yes');
        await store.settle(KEY, [ts(1)], [bot(3, 1), bot(4, 1)]);
        await store.settle(KEY, [ts(2)], [bot(5, 2)]);
        expect(await order()).toEqual([ts(1), ts(3), ts(4), ts(2), ts(5)]);
      });

      test.each<[string, ConversationId, boolean]>([
        ['begins the thread', ID, true],
        ['is said in a direct message, outside any thread', { team: 'T1', channel: 'D1', thread: 'dm' }, true],
        ['names the bot in the middle of a thread', { ...ID, thread: '1766450000.000001' }, false],
      ])('knows whether there is a backlog to read, when the first message %s', async (_, id, backlogRead) => {
        await store.append(said(1, ANN, 'hello', id), 'yes');
        expect(await store.load(keyOf(id))).toMatchObject({ id, backlogRead });
        await store.append(said(2, ANN, 'again', id), 'yes');
        expect(await store.load(keyOf(id))).toMatchObject({ backlogRead });
      });

      test('sees what another process wrote', async () => {
        await store.append(said(1), 'yes');
        await bench.other.append(said(2), 'yes');
        await bench.other.recordReply(KEY, inProgress);
        expect(await store.load(KEY)).toEqual(await bench.other.load(KEY));
        expect(await order()).toEqual([ts(1), ts(2)]);
      });

      test('sees a reply settled whole or not at all', async () => {
        await store.append(said(1), 'yes');
        await store.recordReply(KEY, inProgress);
        const settled = bench.other.settle(KEY, [ts(1)], [bot(5, 1), bot(6, 1)]);
        const seen = await Promise.all(Array.from({ length: 30 }, () => store.load(KEY)));
        await settled;
        const shapes = seen.map((conversation) => [
          conversation?.turns.length,
          conversation?.pending.length,
          conversation?.reply !== undefined,
        ]);
        for (const shape of shapes)
          expect([
            [1, 1, true],
            [3, 0, false],
          ]).toContainEqual(shape);
      });
    });

    describe('addBacklog', () => {
      const THREAD = { ...ID, thread: '1766450000.000001' };
      const THREAD_KEY = keyOf(THREAD);
      beforeEach(async () => {
        await store.append(said(5, ANN, 'message 5', THREAD), 'yes');
      });

      test('adds what is not known, none of it pending, and there is no backlog any more', async () => {
        await store.addBacklog(THREAD_KEY, [person(1, BOB), bot(2, 2), person(3, CY)]);
        expect(await store.load(THREAD_KEY)).toEqual({
          id: THREAD,
          turns: [person(1, BOB), bot(2, 2), person(3, CY), person(5)],
          pending: [ts(5)],
          backlogRead: true,
        });
      });

      test('may be empty', async () => {
        await store.addBacklog(THREAD_KEY, []);
        expect(await store.load(THREAD_KEY)).toMatchObject({ turns: [person(5)], backlogRead: true });
      });

      test('leaves a known turn as it is, its edits and its question included', async () => {
        await store.edit(THREAD_KEY, person(5, ANN, 'edited'), ts(6));
        await store.addBacklog(THREAD_KEY, [person(5, ANN, 'as it was')]);
        expect(await turns(THREAD_KEY)).toEqual([[ts(5), 'edited']]);
        expect(await pending(THREAD_KEY)).toEqual([ts(5)]);
      });

      test('gives way to an edit of what comes after it', async () => {
        await store.edit(THREAD_KEY, person(1, ANN, 'edited'), ts(6));
        await store.addBacklog(THREAD_KEY, [person(1)]);
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(1), 'edited'],
          [ts(5), 'message 5'],
        ]);
        expect(await store.append(said(1, ANN, 'late', THREAD), 'no')).toBe('duplicate');
      });

      test('does not bring back what was removed before the conversation was known', async () => {
        const id = { ...THREAD, thread: '1766450000.000002' };
        await store.remove(keyOf(id), ts(1));
        await store.append(said(5, ANN, 'hello', id), 'yes');
        await store.addBacklog(keyOf(id), [person(1)]);
        expect(await turns(keyOf(id))).toEqual([[ts(5), 'hello']]);
      });

      test('does not bring back what was removed', async () => {
        await store.remove(THREAD_KEY, ts(1));
        await store.addBacklog(THREAD_KEY, [person(1), person(2)]);
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(2), 'message 2'],
          [ts(5), 'message 5'],
        ]);
      });

      test('adds turns that can be edited and removed like any other', async () => {
        await store.addBacklog(THREAD_KEY, [person(1), person(2)]);
        expect(await store.edit(THREAD_KEY, person(1, ANN, 'edited'), ts(6))).toBe('changed');
        expect(await store.remove(THREAD_KEY, ts(2))).toBe('changed');
        expect(await store.append(said(2, ANN, 'late', THREAD), 'yes')).toBe('duplicate');
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(1), 'edited'],
          [ts(5), 'message 5'],
        ]);
      });

      describe('adds a question of which only the event is late', () => {
        const late = (n = 1, asking: Intent = 'yes'): Promise<Appended> =>
          store.append(said(n, ANN, 'late', THREAD), asking);
        beforeEach(() => store.addBacklog(THREAD_KEY, [person(1), bot(2, 2), person(3, BOB)]));

        test('which asks when it comes, once, in the words that are known', async () => {
          expect([await late(), await late()]).toEqual(['pending', 'duplicate']);
          expect(await pending(THREAD_KEY)).toEqual([ts(1), ts(5)]);
          expect(await turns(THREAD_KEY)).toContainEqual([ts(1), 'message 1']);
        });

        test.each([false, true])(
          'which is answered by the reply that has read it, its event being there by then: %s',
          async (came) => {
            if (came) await late();
            await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
            expect(await pending(THREAD_KEY)).toEqual([]);
            expect(await late()).toBe('duplicate');
            expect(await pending(THREAD_KEY)).toEqual([]);
          },
        );

        test('which asks still where that reply was taken back, or none was written', async () => {
          await store.settle(THREAD_KEY, [ts(5)], []);
          expect(await late()).toBe('pending');
        });

        test('which asks still where an earlier reply stands behind it, which had not read it', async () => {
          await store.append(said(7, ANN, 'message 7', THREAD), 'yes');
          await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
          await store.addBacklog(THREAD_KEY, [person(4)]);
          await store.settle(THREAD_KEY, [ts(7)], [bot(8, 7)]);
          expect([await late(4), await late(4)]).toEqual(['pending', 'duplicate']);
          await store.settle(THREAD_KEY, [ts(4)], [bot(9, 7)]);
          expect(await late(4)).toBe('duplicate');
          expect(await pending(THREAD_KEY)).toEqual([]);
        });

        test("but neither what does not ask by itself, nor the bot's own", async () => {
          expect([await late(3, 'auto'), await late(3, 'no'), await late(2)]).toEqual([
            'duplicate',
            'duplicate',
            'duplicate',
          ]);
        });
      });

      test('changes nothing when it is repeated', async () => {
        await store.addBacklog(THREAD_KEY, [person(1)]);
        await store.remove(THREAD_KEY, ts(1));
        await store.addBacklog(THREAD_KEY, [person(1)]);
        expect(await turns(THREAD_KEY)).toEqual([[ts(5), 'message 5']]);
      });

      test('does not begin a conversation', async () => {
        await store.addBacklog(KEY, [person(1)]);
        expect(await store.load(KEY)).toBeUndefined();
        expect(await store.append(said(2), 'known')).toBe('ignored');
      });
    });

    describe('a run', () => {
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.load(KEY, 'first');
      });

      test('owns the reply from its load on, until another one loads', async () => {
        await store.confirm(KEY, 'first');
        await expect(store.confirm(KEY, 'second')).rejects.toThrow(StaleRunError);
        await bench.other.load(KEY, 'second');
        await store.confirm(KEY, 'second');
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(StaleRunError);
      });

      test('that only looks owns nothing', async () => {
        await bench.other.load(KEY);
        await store.confirm(KEY, 'first');
      });

      test('writes the reply and settles it', async () => {
        await store.recordReply(KEY, inProgress, 'first');
        expect((await store.load(KEY))?.reply).toEqual(inProgress);
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'first');
        expect(await store.load(KEY)).toMatchObject({ pending: [], turns: [person(1), bot(5, 1)] });
      });

      test('that comes late changes nothing', async () => {
        await bench.other.load(KEY, 'second');
        await bench.other.recordReply(KEY, inProgress, 'second');
        const before = await store.load(KEY);
        await expect(store.recordReply(KEY, { ...inProgress, messages: [] }, 'first')).rejects.toThrow(StaleRunError);
        await expect(store.settle(KEY, [ts(1)], [bot(6, 1)], 'first')).rejects.toThrow(StaleRunError);
        expect(await store.load(KEY)).toEqual(before);
      });

      test('of an unknown conversation is refused nothing and begins nothing', async () => {
        const unknown = 'T1:C1:1766459999.000001';
        expect(await store.load(unknown, 'first')).toBeUndefined();
        await store.confirm(unknown, 'first');
        await store.settle(unknown, [ts(1)], [bot(5, 1)], 'first');
        expect(await store.load(unknown)).toBeUndefined();
      });
    });

    describe('recordReply and settle', () => {
      beforeEach(async () => {
        await store.append(said(1), 'yes');
        await store.append(said(2), 'yes');
      });

      test('remember the newest state of the reply, and forget it in the end', async () => {
        await store.recordReply(KEY, { after: ts(2), messages: [], opening: true });
        await store.recordReply(KEY, { after: ts(2), messages: [ts(3), ts(4)], opening: false });
        expect((await store.load(KEY))?.reply).toEqual({ after: ts(2), messages: [ts(3), ts(4)], opening: false });
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), { ...bot(4, 2), notice: true }]);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2), bot(3, 2), { ...bot(4, 2), notice: true }],
          pending: [],
          backlogRead: true,
        });
      });

      test('leave pending what came while the reply was written', async () => {
        await store.recordReply(KEY, inProgress);
        await store.append(said(3), 'yes');
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await pending()).toEqual([ts(3)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(4), ts(3)]);
      });

      test('may end without a reply', async () => {
        await store.recordReply(KEY, inProgress);
        await store.settle(KEY, [ts(1), ts(2)], []);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2)],
          pending: [],
          backlogRead: true,
        });
      });

      test('leave out a message of the reply that was deleted while the rest was written', async () => {
        await store.remove(KEY, ts(4));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2), bot(5, 2)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(5)]);
      });

      test('leave out a question that was deleted while its answer was written', async () => {
        await store.remove(KEY, ts(2));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await order()).toEqual([ts(1), ts(4)]);
        expect(await store.append(said(2), 'yes')).toBe('duplicate');
      });

      test('keep the edit of a question that came while its answer was written', async () => {
        await store.edit(KEY, person(2, ANN, 'better words'), ts(3));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await turns()).toContainEqual([ts(2), 'better words']);
        expect(await pending()).toEqual([]);
      });

      test('change nothing when the end is repeated', async () => {
        const settle = (): Promise<void> => store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        await settle();
        await store.append(said(5), 'yes');
        await store.remove(KEY, ts(4));
        const before = await store.load(KEY);
        await settle();
        expect(await store.load(KEY)).toEqual(before);
      });

      test('take what is not pending for answered', async () => {
        await store.settle(KEY, [ts(1), ts(8), ts(9)], [bot(4, 2)]);
        expect(await pending()).toEqual([ts(2)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(4)]);
      });

      test('end a reply of many messages to many questions', async () => {
        const asked = Array.from({ length: 300 }, (_, n) => n + 10);
        const reply = Array.from({ length: 300 }, (_, n) => bot(n + 400, 309));
        await Promise.all(asked.map((n) => store.append(said(n), 'yes')));
        await store.settle(KEY, asked.map(ts), reply);
        expect(await pending()).toEqual([ts(1), ts(2)]);
        expect((await store.load(KEY))?.turns.slice(-300)).toEqual(reply);
      });

      test('leave no trace of a conversation that is unknown', async () => {
        const id = { ...ID, thread: ts(9) };
        await store.recordReply(keyOf(id), inProgress);
        await store.settle(keyOf(id), [ts(9)], [bot(10, 9)]);
        await store.recordReply(keyOf(id), inProgress);
        expect(await store.load(keyOf(id))).toBeUndefined();
        expect(await store.append(said(11, ANN, 'hello', id), 'known')).toBe('ignored');
        await store.append(said(12, ANN, 'hello', id), 'yes');
        expect(await store.load(keyOf(id))).toEqual({
          id,
          turns: [person(12, ANN, 'hello')],
          pending: [ts(12)],
          backlogRead: false,
          seenBeforeStart: [ts(11)],
        });
      });
    });

    describe('compact', () => {
      const summary = { text: 'So far: "plums"\n', covers: [ts(1), ts(2)] };
      beforeEach(async () => {
        await answered();
        await store.append(said(3), 'yes');
        await store.settle(KEY, [ts(3)], [bot(4, 3)]);
      });
      const summaryNow = async (): Promise<unknown> => (await store.load(KEY))?.summary;

      test('puts the summary there, and leaves the turns', async () => {
        expect(await store.compact(KEY, summary, 0)).toBe(true);
        expect(await store.load(KEY)).toMatchObject({
          summary,
          turns: [person(1), bot(2, 1), person(3), bot(4, 3)],
          changes: 1,
        });
        const further = { text: 'Further.', covers: [ts(1), ts(2), ts(3), ts(4)] };
        expect(await store.compact(KEY, further, 1)).toBe(true);
        expect(await summaryNow()).toEqual(further);
      });

      test('does nothing where another summary was made meanwhile', async () => {
        expect(await bench.other.compact(KEY, summary, 0)).toBe(true);
        expect(await store.compact(KEY, { ...summary, text: 'Late.' }, 0)).toBe(false);
        expect(await summaryNow()).toEqual(summary);
      });

      test.each<[string, () => Promise<unknown>]>([
        ['edited', () => store.edit(KEY, person(1, ANN, 'better words'), ts(9))],
        ['removed', () => store.remove(KEY, ts(2))],
        ['answered anew', () => store.edit(KEY, person(3, ANN, 'better words'), ts(9), { regenerate: true })],
      ])('does nothing where a turn was %s meanwhile', async (_, change) => {
        await change();
        expect(await store.compact(KEY, summary, 0)).toBe(false);
        expect(await summaryNow()).toBeUndefined();
      });

      test.each<[string, () => Promise<unknown>]>([
        ['said', () => store.append(said(5), 'yes')],
        ['edited as it was', () => store.edit(KEY, person(1), ts(9))],
        ['removed twice', () => store.remove(KEY, ts(7))],
      ])('keeps the summary where something was only %s', async (_, change) => {
        await change();
        expect(await store.compact(KEY, summary, 0)).toBe(true);
      });

      test.each<[string, unknown, () => Promise<unknown>]>([
        ['edited', undefined, () => store.edit(KEY, person(1, ANN, 'better words'), ts(9))],
        ['removed', undefined, () => store.remove(KEY, ts(2))],
        ['outside it edited', summary, () => store.edit(KEY, person(3, ANN, 'better words'), ts(9))],
        ['outside it removed', summary, () => store.remove(KEY, ts(4))],
      ])('is over when a turn that it covers is %s', async (_, left, change) => {
        await store.compact(KEY, summary, 0);
        await change();
        expect(await summaryNow()).toEqual(left);
      });

      test('is over when a reply that it covers is written anew', async () => {
        await store.compact(KEY, { ...summary, covers: [ts(1), ts(4)] }, 0);
        await store.edit(KEY, person(3, ANN, 'better words'), ts(9), { regenerate: true });
        expect(await summaryNow()).toBeUndefined();
      });

      test('begins no conversation', async () => {
        const unknown = 'T1:C1:1766459999.000001';
        expect(await store.compact(unknown, summary, 0)).toBe(false);
        expect(await store.load(unknown)).toBeUndefined();
      });
    });

    describe('what is kept', () => {
      test.each([
        ['nothing', ''],
        ['emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 é́ 漢字'],
        ['control characters', 'a\u0000b\u0001\u001f\u007f\u2028\u2029\r\n\t'],
        ['half a surrogate pair', 'cut \ud83d here'],
        ['right-to-left text', '\u202eשלום مرحبا\u202c'],
        ['quotes and backslashes', '"\\" \'{"role":"assistant"}\' \\u0041'],
        ['a megabyte', 'ab🙂'.repeat(262_144)],
      ])('is the text to the letter: %s', async (_, text) => {
        await store.append(said(1, ANN, text), 'yes');
        await store.append(said(2), 'no');
        await store.edit(KEY, person(2, ANN, text), ts(3));
        await store.settle(KEY, [ts(1)], [bot(4, 2, text)]);
        expect((await store.load(KEY))?.turns.map((turn) => turn.text === text)).toEqual([true, true, true]);
      });

      test('is kept apart from every other conversation', async () => {
        const others = [
          { ...ID, team: 'T2' },
          { ...ID, channel: 'C2' },
          { ...ID, thread: ts(2) },
        ];
        await store.append(said(1), 'yes');
        for (const id of others) expect(await store.append(said(1, BOB, 'elsewhere', id), 'yes')).toBe('pending');
        await store.edit(KEY, person(1, ANN, 'edited'), ts(3));
        await store.recordReply(KEY, inProgress);
        await store.settle(KEY, [ts(1)], [bot(5, 1)]);
        await store.remove(KEY, ts(1));
        for (const id of others) {
          expect(await store.load(keyOf(id))).toMatchObject({
            id,
            turns: [person(1, BOB, 'elsewhere')],
            pending: [ts(1)],
          });
          expect((await store.load(keyOf(id)))?.reply).toBeUndefined();
        }
      });

      test('is out of reach of whoever changes what was given or loaded', async () => {
        const message = said(1);
        const backlog = [person(2)];
        const edited = person(2, ANN, 'edited');
        const reply = { after: ts(1), messages: [ts(5)], opening: true };
        const answer = [bot(4, 1)];
        await store.append(message, 'yes');
        await store.addBacklog(KEY, backlog);
        await store.edit(KEY, edited, ts(3));
        await store.settle(KEY, [], answer);
        await store.recordReply(KEY, reply);
        const before = structuredClone(await store.load(KEY));

        message.text = 'changed';
        message.conversation = { ...ID };
        for (const turn of [...backlog, edited, ...answer]) turn.text = 'changed';
        reply.messages.push(ts(6));
        const loaded = await store.load(KEY);
        for (const turn of loaded?.turns ?? []) turn.text = 'changed';
        loaded?.turns.pop();
        loaded?.pending.pop();
        loaded?.reply?.messages.push(ts(7));
        expect(await store.load(KEY)).toEqual(before);
      });
    });
  });
}
