/** Contract suite of `ConversationStore`, run on every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChannelMessage, removedMessage } from '../../src/core/channel.js';
import { type ConversationId, keyOf } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { AmendedError, StaleRunError } from '../../src/core/errors.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import type { Appended, Compaction, ConversationStore, Intent } from '../../src/core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../src/core/turn.js';

export interface StoreFixture {
  store: ConversationStore;
  /** The store of another process, with the same conversations. */
  other: ConversationStore;
  close(): Promise<void>;
}

const ANN = 'U0ANN';
const BOB = 'U0BOB';
const CY = 'U0CY';
const INTENTS: Intent[] = ['yes', 'known', 'auto', 'no'];

const ID: ConversationId = { team: 'T1', channel: 'C1', thread: ts(1) };
const KEY = keyOf(ID);

/** The `n`-th moment of the test, as a Slack `ts`. */
function ts(n: number): string {
  return `1766458000.${String(n).padStart(6, '0')}`;
}

function message(n: number, author = ANN, text = `message ${n}`, conversation = ID): IncomingMessage {
  return { conversation, ts: ts(n), author, text, addressed: 'open' };
}

function person(n: number, author = ANN, text = `message ${n}`): PersonTurn {
  return { role: 'person', ts: ts(n), author, text };
}

function bot(n: number, after: number, text = `reply ${n}`): AssistantTurn {
  return { role: 'assistant', ts: ts(n), text, after: ts(after) };
}

const replyInProgress = { after: ts(1), messages: [ts(5)], opening: true };

export function storeContract(name: string, make: () => Promise<StoreFixture>): void {
  describe(`ConversationStore in ${name}`, () => {
    let fixture: StoreFixture;
    let store: ConversationStore;
    beforeEach(async () => {
      fixture = await make();
      ({ store } = fixture);
    });
    afterEach(() => fixture.close());

    async function turns(key = KEY): Promise<[string, string][]> {
      const conversation = await store.load(key);
      return (conversation?.turns ?? []).map((turn) => [turn.ts, turn.text]);
    }
    async function order(): Promise<string[]> {
      return (await turns()).map(([at]) => at);
    }
    /** Stores a question of Ann's and the bot's answer. */
    async function answerOne(): Promise<void> {
      await store.append(message(1), 'yes');
      await store.settle(KEY, [ts(1)], [bot(2, 1)]);
    }
    async function pending(key = KEY): Promise<string[] | undefined> {
      return (await store.load(key))?.pending;
    }

    test('keeps the parts of a message and of an edit', async () => {
      const parts = [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ] as const;
      await store.append({ ...message(1), parts }, 'yes');
      expect((await store.load(KEY))?.turns).toEqual([{ ...person(1), parts }]);
      await store.edit(KEY, { ...person(1), parts: parts.slice(1) }, ts(2));
      expect((await store.load(KEY))?.turns).toEqual([{ ...person(1), parts: parts.slice(1) }]);
    });

    describe('append', () => {
      test('begins a conversation with a message that asks the bot', async () => {
        expect(await store.append(message(1), 'yes')).toBe('pending');
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1)],
          pending: [ts(1)],
          authors: [ANN],
          backlogRead: true,
        });
      });

      test('keeps the usage of a reply', async () => {
        await store.append(message(1), 'yes');
        const reply: AssistantTurn = {
          ...bot(2, 1),
          usage: { promptTokens: 9, cachedTokens: 8, completionTokens: 7, costUsd: 0.001 },
        };
        await store.settle(KEY, [ts(1)], [reply, bot(3, 1)]);
        expect((await store.load(KEY))?.turns).toEqual([person(1), reply, bot(3, 1)]);
      });

      test('that is a part of a message is kept as one, until the whole replaces it', async () => {
        await store.append({ ...message(1), isPartial: true }, 'yes');
        expect((await store.load(KEY))?.turns).toEqual([{ ...person(1), isPartial: true }]);
        await store.edit(KEY, person(1), ts(1), { asks: true, completes: true });
        const stored = await store.load(KEY);
        expect(stored).toMatchObject({ turns: [person(1)], pending: [ts(1)] });
        expect(stored?.turns[0]).not.toHaveProperty('isPartial');
      });

      test('that is the whole of another replaces nothing that was read or edited since, nor is it kept', async () => {
        const words = 'newer than "isPartial":true';
        await store.append(message(2), 'yes');
        await store.addBacklog(KEY, [person(1, ANN, words)]);
        for (const at of [1, 3])
          expect(await store.edit(KEY, person(at), ts(at), { asks: true, completes: true })).toBe('unchanged');
        expect((await store.load(KEY))?.turns[0]).toMatchObject({ ts: ts(1), text: words });
        await store.append(message(3), 'no');
        expect(await store.load(KEY)).toMatchObject({ turns: [{}, {}, person(3)], pending: [ts(2)] });
      });

      test.each(INTENTS.filter((asking) => asking !== 'yes'))(
        'ignores "%s" in an unknown conversation',
        async (asking) => {
          expect(await store.append(message(1), asking)).toBe('ignored');
          expect(await store.load(KEY)).toBeUndefined();
          // Nor was the ignored message kept.
          expect(await store.append(message(2), 'yes')).toBe('pending');
          expect(await order()).toEqual([ts(2)]);
        },
      );

      test('remembers what it ignored in a recent thread, if the first message arrives late', async () => {
        await store.append(message(3, BOB), 'no');
        await store.append(message(2), 'auto');
        expect(await store.append(message(2), 'auto')).toBe('ignored');
        await store.append(message(1), 'yes');
        const conversation = await store.load(KEY);
        expect(conversation).toMatchObject({ turns: [person(1)], pending: [ts(1)], backlogRead: false });
        expect(conversation?.seenBeforeStart?.toSorted()).toEqual([ts(2), ts(3)]);
        await store.addBacklog(KEY, [person(2), person(3, BOB)]);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2), person(3, BOB)],
          pending: [ts(1)],
          authors: [ANN, BOB],
          backlogRead: true,
        });
      });

      test('does not remember what it ignored in an old thread', async () => {
        const old = { ...ID, thread: '1766450000.000001' };
        await store.append(message(2, ANN, 'message 2', old), 'no');
        await store.append(message(3, ANN, 'message 3', old), 'yes');
        expect(await store.load(keyOf(old))).toEqual({
          id: old,
          turns: [person(3)],
          pending: [ts(3)],
          authors: [ANN],
          backlogRead: false,
        });
      });

      test.each<[Intent, string, string[]]>([
        ['yes', 'pending', [ts(1), ts(2)]],
        ['known', 'pending', [ts(1), ts(2)]],
        ['auto', 'pending', [ts(1), ts(2)]],
        ['no', 'context', [ts(1)]],
      ])('keeps "%s" in a known conversation as %s', async (asking, appended, pendingNow) => {
        await store.append(message(1), 'yes');
        expect(await store.append(message(2), asking)).toBe(appended);
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await pending()).toEqual(pendingNow);
      });

      test.each(INTENTS)(
        'treats the second delivery of a message, now "%s", as a duplicate and changes nothing',
        async (asking) => {
          await store.append(message(1), 'yes');
          await store.append(message(2), 'no');
          const before = await store.load(KEY);
          expect(await store.append(message(1, BOB, 'other words'), asking)).toBe('duplicate');
          expect(await store.append(message(2, BOB, 'other words'), asking)).toBe('duplicate');
          expect(await store.load(KEY)).toEqual(before);
        },
      );

      test('does not make an answered message pending again', async () => {
        await store.append(message(1), 'yes');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await store.append(message(1), 'yes')).toBe('duplicate');
        expect(await pending()).toEqual([]);
      });

      test('stores a message once when two processes append it many times at the same moment', async () => {
        const deliveries = Array.from({ length: 40 }, (_, n) =>
          (n % 2 === 0 ? store : fixture.other).append(message(1), 'yes'),
        );
        const appended = await Promise.all(deliveries);
        expect(appended.filter((result) => result !== 'duplicate')).toEqual(['pending']);
        expect(await order()).toEqual([ts(1)]);
      });

      test('loses none of many messages that two processes append at the same moment', async () => {
        const numbers = Array.from({ length: 50 }, (_, n) => n + 1);
        await Promise.all(numbers.map((n) => (n % 2 === 0 ? store : fixture.other).append(message(n), 'yes')));
        expect(await pending()).toEqual(numbers.map(ts));
        expect(await order()).toEqual(numbers.map(ts));
      });

      test('lets nothing leave behind it that would not find the turn', async () => {
        const found: Promise<Conversation | undefined>[] = [];
        for (const n of [1, 2, 3]) await store.append(message(n), 'yes', () => found.push(store.load(KEY)));
        const pendingThen = (await Promise.all(found)).map((conversation) => conversation?.pending.length);
        expect([[], [2, 3]]).toContainEqual(pendingThen);
      });

      test('lists pending turns one microsecond apart, oldest first', async () => {
        const id = { ...ID, thread: '9999999999.999997' };
        const late = ['9999999999.999999', '9999999999.999998', '9999999999.999997'];
        for (const at of late) await store.append({ ...message(1), conversation: id, ts: at }, 'yes');
        expect(await pending(keyOf(id))).toEqual(late.toReversed());
      });
    });

    describe('append, "auto"', () => {
      test('asks as long as only one person writes, even after a message that did not ask', async () => {
        await answerOne();
        await store.append(message(3), 'no');
        expect(await store.append(message(4), 'auto')).toBe('pending');
      });

      test('asks for a second person if the newest message is an answer', async () => {
        await answerOne();
        expect(await store.append(message(3, BOB), 'auto')).toBe('pending');
      });

      test('asks for several people if the newest message asked', async () => {
        await answerOne();
        await store.append(message(3, BOB), 'yes');
        expect(await store.append(message(4, ANN), 'auto')).toBe('pending');
        expect(await store.append(message(5, CY), 'auto')).toBe('pending');
      });

      test('is context for several people after an aside, and is an aside itself', async () => {
        await answerOne();
        await store.append(message(3, BOB), 'no');
        expect(await store.append(message(4, ANN), 'auto')).toBe('context');
        expect(await store.append(message(5, BOB), 'auto')).toBe('context');
        expect(await pending()).toEqual([]);
      });

      test('is context for a second person whose first message follows an aside', async () => {
        await answerOne();
        await store.append(message(3, ANN), 'no');
        expect(await store.append(message(4, BOB), 'auto')).toBe('context');
      });

      test.each<Intent>(['yes', 'known'])(
        'asks again once somebody has asked ("%s") after the aside',
        async (asking) => {
          await answerOne();
          await store.append(message(3, BOB), 'no');
          await store.append(message(4, ANN), asking);
          expect(await store.append(message(5, BOB), 'auto')).toBe('pending');
        },
      );

      test('asks again once the bot has answered after the aside', async () => {
        await answerOne();
        await store.append(message(3, BOB), 'no');
        await store.settle(KEY, [], [bot(4, 3)]);
        expect(await store.append(message(5, BOB), 'auto')).toBe('pending');
      });

      test('is context after an aside that is newer than an answer settled after it', async () => {
        await store.append(message(1), 'yes');
        await store.append(message(3, BOB), 'no');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await store.append(message(4, ANN), 'auto')).toBe('context');
      });

      test('depends on the newest message, not on the one that arrived last', async () => {
        await answerOne();
        await store.append(message(5, BOB), 'yes');
        await store.append(message(4, BOB), 'no');
        expect(await store.append(message(6, ANN), 'auto')).toBe('pending');
        await store.append(message(9, BOB), 'no');
        await store.append(message(8, BOB), 'yes');
        expect(await store.append(message(10, ANN), 'auto')).toBe('context');
      });

      test('counts a person whose message arrives late', async () => {
        await answerOne();
        await store.append(message(5, ANN), 'no');
        await store.append(message(4, BOB), 'no');
        expect(await store.append(message(6, ANN), 'auto')).toBe('context');
      });

      test('counts the people in the backlog', async () => {
        await store.append(message(3), 'yes');
        await store.addBacklog(KEY, [person(1, BOB), person(2)]);
        await store.append(message(4), 'no');
        expect(await store.append(message(5), 'auto')).toBe('context');
      });

      test('does not count the bot, nor the same person again, in the backlog', async () => {
        await store.append(message(3), 'yes');
        await store.addBacklog(KEY, [person(1), bot(2, 2)]);
        await store.append(message(4), 'no');
        expect(await store.append(message(5), 'auto')).toBe('pending');
      });

      test('does not count a duplicate', async () => {
        await answerOne();
        await store.append(message(1, BOB), 'no');
        await store.append(message(3, ANN), 'no');
        await store.append(message(3, BOB), 'no');
        expect(await store.append(message(4, ANN), 'auto')).toBe('pending');
      });
    });

    describe('edit', () => {
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'no');
      });

      test('replaces the turn; a pending turn stays pending', async () => {
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

      test('keeps the newest edit, whatever order edits arrive in', async () => {
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

      test('orders the edits of each turn separately', async () => {
        await store.edit(KEY, person(1, ANN, 'edited last'), ts(9));
        expect(await store.edit(KEY, person(2, ANN, 'edited before'), ts(8))).toBe('changed');
      });

      test('is not undone by a late delivery of the original message', async () => {
        await store.edit(KEY, person(1, ANN, 'better words'), ts(3));
        expect(await store.append(message(1), 'yes')).toBe('duplicate');
        expect(await turns()).toContainEqual([ts(1), 'better words']);
      });

      test('of an unknown turn adds none', async () => {
        expect(await store.edit(KEY, person(3), ts(4))).toBe('unknown');
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await store.append(message(3), 'yes')).toBe('pending');
      });

      test('of a turn that has not arrived is applied when it arrives; the newest edit wins', async () => {
        await store.edit(KEY, person(3, ANN, 'second'), ts(6));
        await store.edit(KEY, person(3, ANN, 'first'), ts(5));
        expect(await store.append(message(3), 'yes')).toBe('pending');
        expect(await turns()).toContainEqual([ts(3), 'second']);
        expect(await store.edit(KEY, person(3, ANN, 'first'), ts(5))).toBe('unchanged');
        expect(await store.edit(KEY, person(3, ANN, 'third'), ts(7))).toBe('changed');
        expect(await turns()).toContainEqual([ts(3), 'third']);
        expect(await store.append(message(3), 'yes')).toBe('duplicate');
      });

      test('of a turn that has not arrived is deleted when the turn is removed', async () => {
        await store.edit(KEY, person(3, ANN, 'a secret'), ts(5));
        await store.remove(KEY, ts(3));
        await store.edit(KEY, person(3, ANN, 'a secret'), ts(6));
        expect(await store.append(message(3), 'yes')).toBe('duplicate');
        expect(await order()).toEqual([ts(1), ts(2)]);
      });

      test('of a turn too old to arrive is not kept', async () => {
        await store.edit(KEY, person(3, ANN, 'better words'), '1766458601.000000');
        await store.append(message(3), 'yes');
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
        'in an unknown conversation is kept until the message arrives only if it asks: %s',
        async (asks) => {
          const id = { ...ID, thread: ts(9) };
          await store.edit(keyOf(id), person(9, ANN, 'better words'), ts(10), { asks });
          expect(await store.load(keyOf(id))).toBeUndefined();
          await store.append(message(9, ANN, 'hello', id), 'yes');
          expect(await turns(keyOf(id))).toEqual([[ts(9), asks ? 'better words' : 'hello']]);
          expect(await pending(keyOf(id))).toEqual([ts(9)]);
        },
      );
    });

    describe('an edit that does not ask, in an unknown conversation', () => {
      const edited = person(2, BOB, 'better words');
      const addEditedBacklog = async (): Promise<[string, string][]> => {
        await store.addBacklog(KEY, [edited]);
        return turns();
      };
      beforeEach(async () => {
        await store.edit(KEY, edited, ts(3), { asks: false });
        await store.append(message(1), 'yes');
      });

      test('gets its text from the backlog', async () => {
        expect(await store.load(KEY)).toMatchObject({
          turns: [person(1)],
          authors: [ANN],
          backlogRead: false,
          seenBeforeStart: [ts(2)],
        });
        expect(await addEditedBacklog()).toEqual([
          [ts(1), 'message 1'],
          [ts(2), 'better words'],
        ]);
        expect(await store.append(message(2, BOB), 'no')).toBe('duplicate');
        expect(await addEditedBacklog()).toContainEqual([ts(2), 'better words']);
      });

      test('gets its text from the backlog even if the original message arrives first', async () => {
        expect(await store.append(message(2, BOB), 'no')).toBe('context');
        expect(await addEditedBacklog()).toContainEqual([ts(2), 'better words']);
      });

      test('is replaced by a later edit, and by a removal', async () => {
        await store.append(message(2, BOB), 'no');
        await store.edit(KEY, person(2, BOB, 'the best words'), ts(6));
        expect(await addEditedBacklog()).toContainEqual([ts(2), 'the best words']);
        await store.remove(KEY, ts(2));
        expect(await addEditedBacklog()).toEqual([[ts(1), 'message 1']]);
      });

      test('discards an earlier edit that asked', async () => {
        const id = { ...ID, thread: ts(5) };
        await store.edit(keyOf(id), person(6, ANN, 'do you hear?'), ts(7), { asks: true });
        await store.edit(keyOf(id), person(6, ANN, 'never mind'), ts(8), { asks: false });
        await store.append(message(5, ANN, 'hello', id), 'yes');
        await store.append(message(6, ANN, 'do you here?', id), 'yes');
        await store.addBacklog(keyOf(id), [person(6, ANN, 'never mind')]);
        expect(await turns(keyOf(id))).toContainEqual([ts(6), 'never mind']);
      });
    });

    describe('an edit that asks for the first time', () => {
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'no');
      });

      test('makes the turn pending, once', async () => {
        const edited = person(2, ANN, 'and you?');
        expect(await store.edit(KEY, edited, ts(3), { newlyAsks: true })).toBe('changed');
        expect(await pending()).toEqual([ts(1), ts(2)]);
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await store.edit(KEY, edited, ts(3), { newlyAsks: true })).toBe('unchanged');
        expect(await pending()).toEqual([]);
      });

      test('does not make a turn pending that the newest reply has answered', async () => {
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        await store.edit(KEY, person(2, ANN, 'and you?'), ts(5), { newlyAsks: true });
        expect(await pending()).toEqual([]);
      });
    });

    describe('an outline', () => {
      test('has nothing that anybody has said, and what telling people needs', async () => {
        await answerOne();
        await store.append(message(3, BOB), 'yes');
        await store.recordReply(KEY, replyInProgress);
        const blank = [1, 2, 3].map((n) => person(n, ANN, ''));
        expect(await store.outline(KEY, 'first')).toEqual({
          id: ID,
          turns: blank,
          pending: [ts(3)],
          firstPending: [ts(3)],
          backlogRead: true,
          reply: replyInProgress,
        });
      });

      test('makes the run the owner of the reply, as loading does', async () => {
        await store.append(message(1), 'yes');
        await store.outline(KEY, 'first');
        await store.outline(KEY, 'second');
        await store.confirm(KEY, 'second');
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(StaleRunError);
      });

      test('of an unknown conversation is undefined', async () => {
        expect(await store.outline(KEY, 'first')).toBeUndefined();
      });
    });

    describe('an edit of a turn that is being answered', () => {
      const regenerate = { regenerate: true };
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'yes');
        await store.load(KEY, 'first');
      });

      test('makes the run load again, whether its reply was begun or not', async () => {
        await store.edit(KEY, person(1, ANN, 'better words'), ts(5), regenerate);
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        await store.load(KEY, 'first');
        await store.confirm(KEY, 'first');
        await store.recordReply(KEY, { ...replyInProgress, after: ts(2) }, 'first');
        await store.edit(KEY, person(2, ANN, 'better words too'), ts(6), regenerate);
        const before = await store.load(KEY);
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        await expect(store.recordReply(KEY, replyInProgress, 'first')).rejects.toThrow(AmendedError);
        await expect(store.settle(KEY, [ts(1), ts(2)], [bot(5, 2)], 'first')).rejects.toThrow(AmendedError);
        expect(await store.load(KEY)).toEqual(before);
      });

      test('does not make an older run current again, however often it comes', async () => {
        await fixture.other.load(KEY, 'second');
        await store.edit(KEY, person(1, ANN, 'better words'), ts(5), regenerate);
        await store.edit(KEY, person(1, ANN, 'the best words'), ts(6), regenerate);
        await expect(store.confirm(KEY, 'second')).rejects.toThrow(AmendedError);
        const refusal = await store.confirm(KEY, 'first').catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(StaleRunError);
        expect(refusal).not.toBeInstanceOf(AmendedError);
      });

      test.each([
        ['of a turn after those the reply answers', 2, 'other words', regenerate],
        ['that changes nothing', 1, 'message 1', regenerate],
        ['without `regenerate`', 1, 'other words', {}],
      ])('%s does not make the run load again', async (_, n, text, meaning) => {
        await store.recordReply(KEY, replyInProgress, 'first');
        await store.edit(KEY, person(n, ANN, text), ts(5), meaning);
        await store.confirm(KEY, 'first');
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'first');
        expect(await pending()).toEqual([ts(2)]);
      });

      test('a removal makes the run load again as well', async () => {
        await store.recordReply(KEY, replyInProgress, 'first');
        await store.remove(KEY, ts(2));
        await store.confirm(KEY, 'first');
        await store.remove(KEY, ts(1));
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(AmendedError);
        expect(await store.load(KEY)).toMatchObject({ turns: [], pending: [], reply: replyInProgress });
      });
    });

    describe('an edit of a turn that the newest reply answered', () => {
      const edited = person(2, ANN, 'better words');
      const regenerate = { regenerate: true };
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'yes');
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), bot(4, 2)]);
      });

      test('reopens the reply, and makes its questions pending, until it is settled', async () => {
        expect(await store.edit(KEY, edited, ts(5), regenerate)).toBe('changed');
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
        await store.edit(KEY, person(2, ANN, 'the best words'), ts(6), regenerate);
        expect(await pending()).toEqual([ts(1), ts(2)]);
      });

      test('does not make removed questions pending', async () => {
        await store.remove(KEY, ts(1));
        await store.edit(KEY, edited, ts(5), regenerate);
        expect(await pending()).toEqual([ts(2)]);
      });

      test.each<[string, () => Promise<unknown>]>([
        ['that changes nothing', () => store.edit(KEY, person(2), ts(5), regenerate)],
        ['without `regenerate`', () => store.edit(KEY, edited, ts(5))],
        [
          'of a turn that an earlier reply answered',
          () => settleAnother().then(() => store.edit(KEY, edited, ts(9), regenerate)),
        ],
        [
          'while another turn is pending',
          () =>
            store
              .append(message(6), 'yes')
              .then(() => store.edit(KEY, edited, ts(7), regenerate))
              .then(() => store.remove(KEY, ts(6))),
        ],
        [
          'after a message of the reply was removed',
          () => store.remove(KEY, ts(4)).then(() => store.edit(KEY, edited, ts(5), regenerate)),
        ],
        [
          'of a turn settled without a reply',
          () => settleWithoutReply().then(() => store.edit(KEY, person(6, ANN, 'other words'), ts(9), regenerate)),
        ],
      ])('%s does not reopen the reply', async (_, edit) => {
        await edit();
        const conversation = await store.load(KEY);
        expect(conversation?.pending).toEqual([]);
        expect(conversation).not.toHaveProperty('reply');
        expect(conversation?.turns).toContainEqual(bot(3, 2));
      });

      async function settleAnother(): Promise<void> {
        await store.append(message(6), 'yes');
        await store.settle(KEY, [ts(6)], [bot(7, 6)]);
      }
      async function settleWithoutReply(): Promise<void> {
        await store.append(message(6), 'yes');
        await store.settle(KEY, [ts(6)], []);
      }
    });

    describe('remove', () => {
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'yes');
      });

      test('removes the turn, and its question from the pending ones', async () => {
        expect(await store.remove(KEY, ts(2))).toBe('changed');
        expect(await order()).toEqual([ts(1)]);
        expect(await pending()).toEqual([ts(1)]);
      });

      test('removes a turn of the bot', async () => {
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), bot(4, 2)]);
        expect(await store.remove(KEY, ts(3))).toBe('changed');
        expect(await order()).toEqual([ts(1), ts(2), ts(4)]);
      });

      test.each(INTENTS)('is permanent: a late delivery ("%s") is a duplicate', async (asking) => {
        await store.remove(KEY, ts(2));
        expect(await store.append(message(2), asking)).toBe('duplicate');
        expect(await order()).toEqual([ts(1)]);
        expect(await pending()).toEqual([ts(1)]);
      });

      test('that arrives before the message keeps it out', async () => {
        expect(await store.remove(KEY, ts(3))).toBe('unknown');
        expect(await store.append(message(3), 'yes')).toBe('duplicate');
        expect(await order()).toEqual([ts(1), ts(2)]);
        expect(await pending()).toEqual([ts(1), ts(2)]);
      });

      test('changes nothing when it is repeated', async () => {
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
        expect(await store.append(message(9, ANN, 'hello', id), 'yes')).toBe('duplicate');
        expect(await store.load(keyOf(id))).toBeUndefined();
        expect(await store.append(message(10, ANN, 'hello again', id), 'yes')).toBe('pending');
        expect(await store.append(message(9, ANN, 'hello', id), 'yes')).toBe('duplicate');
        expect(await turns(keyOf(id))).toEqual([[ts(10), 'hello again']]);
      });

      test('of every turn leaves the conversation known', async () => {
        await store.remove(KEY, ts(1));
        await store.remove(KEY, ts(2));
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [],
          pending: [],
          authors: [ANN],
          backlogRead: true,
          changes: 2,
        });
        expect(await store.append(message(3), 'known')).toBe('pending');
      });
    });

    describe('load', () => {
      test('returns undefined for an unknown conversation', async () => {
        expect(await store.load(KEY)).toBeUndefined();
      });

      test('returns turns in order of time, whatever order they were delivered in', async () => {
        for (const n of [3, 1, 4, 2]) await store.append(message(n), 'yes');
        expect(await order()).toEqual([ts(1), ts(2), ts(3), ts(4)]);
        expect(await pending()).toEqual([ts(1), ts(2), ts(3), ts(4)]);
      });

      test('places a reply right after the newest turn that it had read', async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'yes');
        await store.settle(KEY, [ts(1)], [bot(3, 1), bot(4, 1)]);
        await store.settle(KEY, [ts(2)], [bot(5, 2)]);
        expect(await order()).toEqual([ts(1), ts(3), ts(4), ts(2), ts(5)]);
      });

      test.each<[string, ConversationId, boolean]>([
        ['begins the thread', ID, true],
        ['is a direct message outside any thread', { team: 'T1', channel: 'D1', thread: 'dm' }, true],
        ['mentions the bot in the middle of a thread', { ...ID, thread: '1766450000.000001' }, false],
      ])('tells whether there is a backlog to read, when the first message %s', async (_, id, backlogRead) => {
        await store.append(message(1, ANN, 'hello', id), 'yes');
        expect(await store.load(keyOf(id))).toMatchObject({ id, backlogRead });
        await store.append(message(2, ANN, 'again', id), 'yes');
        expect(await store.load(keyOf(id))).toMatchObject({ backlogRead });
      });

      test('returns what another process wrote', async () => {
        await store.append(message(1), 'yes');
        await fixture.other.append(message(2), 'yes');
        await fixture.other.recordReply(KEY, replyInProgress);
        expect(await store.load(KEY)).toEqual(await fixture.other.load(KEY));
        expect(await order()).toEqual([ts(1), ts(2)]);
      });

      test('returns a reply settled completely or not at all', async () => {
        await store.append(message(1), 'yes');
        await store.recordReply(KEY, replyInProgress);
        const settled = fixture.other.settle(KEY, [ts(1)], [bot(5, 1), bot(6, 1)]);
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
        await store.append(message(5, ANN, 'message 5', THREAD), 'yes');
      });

      test('adds unknown turns, none of them pending, and marks the backlog as read', async () => {
        await store.addBacklog(THREAD_KEY, [person(1, BOB), bot(2, 2), person(3, CY)]);
        expect(await store.load(THREAD_KEY)).toEqual({
          id: THREAD,
          turns: [person(1, BOB), bot(2, 2), person(3, CY), person(5)],
          pending: [ts(5)],
          authors: [ANN, BOB, CY],
          backlogRead: true,
        });
      });

      test('may be empty', async () => {
        await store.addBacklog(THREAD_KEY, []);
        expect(await store.load(THREAD_KEY)).toMatchObject({ turns: [person(5)], backlogRead: true });
      });

      test('does not change known turns, their edits and whether they are pending', async () => {
        await store.edit(THREAD_KEY, person(5, ANN, 'edited'), ts(6));
        await store.addBacklog(THREAD_KEY, [person(5, ANN, 'as it was')]);
        expect(await turns(THREAD_KEY)).toEqual([[ts(5), 'edited']]);
        expect(await pending(THREAD_KEY)).toEqual([ts(5)]);
      });

      test('has the edit of an old message that comes while the thread is being read, and its deletion', async () => {
        const [old, gone] = ['1766450000.000001', '1766450000.000002'].map((at) => ({ ...person(1), ts: at }));
        if (!old || !gone) throw new Error('unreachable');
        expect(await store.edit(THREAD_KEY, { ...old, text: 'as it is now' }, ts(6))).toBe('unknown');
        await store.remove(THREAD_KEY, gone.ts);
        await store.addBacklog(THREAD_KEY, [old, gone]);
        expect(await turns(THREAD_KEY)).toEqual([
          [old.ts, 'as it is now'],
          [ts(5), 'message 5'],
        ]);
      });

      test('keeps an edit of a turn that arrived before the backlog', async () => {
        await store.edit(THREAD_KEY, person(1, ANN, 'edited'), ts(6));
        await store.addBacklog(THREAD_KEY, [person(1)]);
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(1), 'edited'],
          [ts(5), 'message 5'],
        ]);
        expect(await store.append(message(1, ANN, 'late', THREAD), 'no')).toBe('duplicate');
      });

      test('does not restore a turn removed before the conversation began', async () => {
        const id = { ...THREAD, thread: '1766450000.000002' };
        await store.remove(keyOf(id), ts(1));
        await store.append(message(5, ANN, 'hello', id), 'yes');
        await store.addBacklog(keyOf(id), [person(1)]);
        expect(await turns(keyOf(id))).toEqual([[ts(5), 'hello']]);
      });

      test('does not restore a removed turn', async () => {
        await store.remove(THREAD_KEY, ts(1));
        await store.addBacklog(THREAD_KEY, [person(1), person(2)]);
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(2), 'message 2'],
          [ts(5), 'message 5'],
        ]);
      });

      test('adds turns that can be edited and removed like others', async () => {
        await store.addBacklog(THREAD_KEY, [person(1), person(2)]);
        expect(await store.edit(THREAD_KEY, person(1, ANN, 'edited'), ts(6))).toBe('changed');
        expect(await store.remove(THREAD_KEY, ts(2))).toBe('changed');
        expect(await store.append(message(2, ANN, 'late', THREAD), 'yes')).toBe('duplicate');
        expect(await turns(THREAD_KEY)).toEqual([
          [ts(1), 'edited'],
          [ts(5), 'message 5'],
        ]);
      });

      describe('adds a question whose event arrives late', () => {
        const arrive = (n = 1, asking: Intent = 'yes'): Promise<Appended> =>
          store.append(message(n, ANN, 'late', THREAD), asking);
        const summarize = async (covered: string[]): Promise<boolean> =>
          store.compact(
            THREAD_KEY,
            {
              segment: { text: 'plums', position: `${ts(1)} 0 ${ts(1)}`, newest: ts(2), turns: 2, tokens: 100 },
              turns: covered,
              segments: [],
              seal: [],
            },
            (await store.load(THREAD_KEY))?.changes ?? 0,
          );
        beforeEach(() => store.addBacklog(THREAD_KEY, [person(1), bot(2, 2), person(3, BOB)]));

        test('which becomes pending once, with the text from the backlog', async () => {
          expect([await arrive(), await arrive()]).toEqual(['pending', 'duplicate']);
          expect(await pending(THREAD_KEY)).toEqual([ts(1), ts(5)]);
          expect(await turns(THREAD_KEY)).toContainEqual([ts(1), 'message 1']);
        });

        test.each([false, true])(
          'which is answered by a reply that has read it, whether its event has arrived: %s',
          async (arrived) => {
            if (arrived) await arrive();
            await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
            expect(await pending(THREAD_KEY)).toEqual([]);
            expect(await arrive()).toBe('duplicate');
            expect(await pending(THREAD_KEY)).toEqual([]);
          },
        );

        test.each([
          ['before', true],
          ['after', false],
        ])('which is pending again when an edit reopens that reply, if it arrived %s it', async (_, early) => {
          if (early) await arrive();
          await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
          if (!early) expect(await arrive()).toBe('duplicate');
          await summarize([ts(1), ts(2)]);
          await store.edit(THREAD_KEY, person(5, ANN, 'better words'), ts(7), { regenerate: true });
          expect(await pending(THREAD_KEY)).toEqual([ts(1), ts(5)]);
          expect(await turns(THREAD_KEY)).toContainEqual([ts(1), 'message 1']);
          await store.settle(THREAD_KEY, [ts(1), ts(5)], [bot(6, 5)]);
          expect(await pending(THREAD_KEY)).toEqual([]);
        });

        test('whose edit regenerates the reply that has read it', async () => {
          await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
          await arrive();
          await store.edit(THREAD_KEY, person(1, ANN, 'better words'), ts(7), { regenerate: true });
          expect(await pending(THREAD_KEY)).toEqual([ts(1), ts(5)]);
        });

        test('which arrives while the reply that has read it is being rewritten', async () => {
          await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
          await summarize([ts(1), ts(2)]);
          await store.edit(THREAD_KEY, person(5, ANN, 'better words'), ts(7), { regenerate: true });
          expect(await pending(THREAD_KEY)).toEqual([ts(5)]);
          expect(await turns(THREAD_KEY)).toContainEqual([ts(1), 'message 1']);
          expect(await arrive()).toBe('pending');
        });

        test('which still becomes pending if no reply was written', async () => {
          await store.settle(THREAD_KEY, [ts(5)], []);
          expect(await arrive()).toBe('pending');
        });

        test('which still becomes pending if an earlier reply, which had not read it, follows it', async () => {
          await store.append(message(7, ANN, 'message 7', THREAD), 'yes');
          await store.settle(THREAD_KEY, [ts(5)], [bot(6, 5)]);
          await store.addBacklog(THREAD_KEY, [person(4)]);
          await store.settle(THREAD_KEY, [ts(7)], [bot(8, 7)]);
          expect([await arrive(4), await arrive(4)]).toEqual(['pending', 'duplicate']);
          await store.settle(THREAD_KEY, [ts(4)], [bot(9, 7)]);
          expect(await arrive(4)).toBe('duplicate');
          expect(await pending(THREAD_KEY)).toEqual([]);
        });

        test('but not a message that does not ask, nor one of the bot', async () => {
          expect([await arrive(3, 'auto'), await arrive(3, 'no'), await arrive(2)]).toEqual([
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
        expect(await store.append(message(2), 'known')).toBe('ignored');
      });
    });

    describe('a stop', () => {
      /** Whether something was said before a reply was settled depends on the clock. */
      const ago = (seconds: number): string => (Date.now() / 1_000 - seconds).toFixed(6);
      const saidAt = (at: string): IncomingMessage => ({ ...message(1), ts: at });
      beforeEach(async () => {
        await store.append(message(1), 'yes');
      });
      const stopped = async (): Promise<boolean> => (await store.load(KEY))?.stopped === true;

      test('is known to the run that writes, and to the one that takes over; it ends when the reply is settled', async () => {
        await store.load(KEY, 'first');
        expect(await store.confirm(KEY, 'first')).toBe(false);
        expect(await fixture.other.stop(KEY, { at: ts(2) })).toBe(true);
        expect(await fixture.other.stop(KEY, { at: ts(2) })).toBe(true);
        expect(await store.confirm(KEY, 'first')).toBe(true);
        expect(await store.load(KEY, 'second')).toMatchObject({ stopped: true, firstPending: [ts(1)] });
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'second');
        await store.append(message(6), 'yes');
        await store.load(KEY, 'third');
        expect(await store.confirm(KEY, 'third')).toBe(false);
        expect(await stopped()).toBe(false);
      });

      test.each([
        ['before a run has loaded the question', false, { at: ts(2) }],
        ['that is older than the question', true, { at: ts(0) }],
        ['of another reply', true, { at: ts(2), after: ts(0) }],
        ['of messages that are settled', true, { at: ts(2), messages: [ts(0)] }],
      ])('%s changes nothing', async (_what, isLoaded, wish) => {
        await store.addBacklog(KEY, [bot(0, 0)]);
        if (isLoaded) await store.load(KEY, 'first');
        expect(await store.stop(KEY, wish)).toBe(false);
        expect(await stopped()).toBe(false);
      });

      test('of the reply that is named, and of messages that are not settled', async () => {
        await store.load(KEY, 'first');
        await store.recordReply(KEY, { ...replyInProgress, after: ts(1) }, 'first');
        expect(await store.stop(KEY, { at: ts(9), after: ts(1) })).toBe(true);
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'first');
        await store.append(message(6), 'yes');
        await store.load(KEY, 'second');
        expect(await store.stop(KEY, { at: ts(9), messages: [ts(5), ts(7)] })).toBe(true);
      });

      test('in an unknown conversation begins none', async () => {
        expect(await store.stop('T1:C1:1766459999.000001', { at: ts(2) })).toBe(false);
        expect(await store.load('T1:C1:1766459999.000001')).toBeUndefined();
      });

      test('is over once its question is edited: that asks for another answer', async () => {
        await store.append(message(2), 'yes');
        await store.load(KEY, 'first');
        await store.append(message(3), 'yes');
        await store.stop(KEY, { at: ts(4) });
        await store.edit(KEY, person(3, ANN, 'other words'), ts(5), { regenerate: true });
        expect(await stopped()).toBe(true);
        await store.edit(KEY, person(1, ANN, 'better words'), ts(6), { regenerate: true });
        expect(await stopped()).toBe(false);
      });

      test('that is said while a reply is written is context; its other delivery is the same', async () => {
        await store.load(KEY, 'first');
        const said = { ...message(3), stops: 'only', isPartial: true } as const;
        expect(await store.append(said, 'yes')).toBe('stop');
        expect(await store.append({ ...message(3), stops: 'only' }, 'yes')).toBe('stop');
        expect(await store.load(KEY)).toMatchObject({
          stopped: true,
          pending: [ts(1)],
          turns: [person(1), { ...person(3), unasked: 'stop' }],
        });
        expect((await store.load(KEY))?.turns[1]).not.toHaveProperty('isPartial');
      });

      test('that was said while the reply before was written, and comes late, stops nothing and asks nothing', async () => {
        await store.load(KEY, 'first');
        await store.settle(KEY, [ts(1)], [bot(2, 1)], 'first');
        const [question, stop] = [ago(60), ago(50)];
        await store.append(saidAt(question), 'yes');
        await store.load(KEY, 'second');
        expect(await store.append({ ...saidAt(stop), stops: 'only' }, 'yes')).toBe('context');
        expect(await store.append({ ...saidAt(ago(40)), stops: 'too' }, 'no')).toBe('context');
        const conversation = await store.load(KEY);
        expect(conversation).toMatchObject({ pending: [question] });
        expect(conversation).not.toHaveProperty('stopped');
        expect(conversation?.turns.find((turn) => turn.ts === stop)).toMatchObject({ unasked: 'stop' });
        expect(await store.append({ ...saidAt(ago(-60)), stops: 'only' }, 'yes')).toBe('stop');
        expect(await stopped()).toBe(true);
      });

      test.each([
        ['yes', 'steer', [ts(1), ts(3)]],
        ['no', 'context', [ts(1)]],
      ] as const)('that asks something too (%s): %s', async (intent, appended, waiting) => {
        await store.load(KEY, 'first');
        expect(await store.append({ ...message(3), stops: 'too' }, intent)).toBe(appended);
        expect(await store.append({ ...message(3), stops: 'too' }, intent)).toBe('duplicate');
        expect(await store.load(KEY)).toMatchObject({ pending: waiting, turns: [person(1), person(3)] });
        expect(await stopped()).toBe(appended === 'steer');
      });

      test('that is said while nothing is written, or before the question, is a message like any other', async () => {
        expect(await store.append({ ...message(3), stops: 'only' }, 'yes')).toBe('pending');
        await store.settle(KEY, [ts(1), ts(3)], [bot(5, 3)]);
        await store.append(saidAt(ago(-70)), 'yes');
        await store.load(KEY, 'first');
        expect(await store.append({ ...saidAt(ago(-60)), stops: 'only' }, 'yes')).toBe('pending');
        expect(await stopped()).toBe(false);
      });
    });

    describe('another answer', () => {
      const wish = { id: 'act-1', reply: ts(5) };
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.load(KEY, 'first');
        await store.settle(KEY, [ts(1)], [bot(5, 1), bot(6, 1)], 'first');
      });

      test('puts the newest reply in progress again, once for each act', async () => {
        expect(await store.again(KEY, wish)).toBe('begun');
        expect(await fixture.other.again(KEY, wish)).toBe('begun');
        const conversation = await store.load(KEY, 'second');
        expect(conversation).toMatchObject({
          pending: [ts(1)],
          turns: [person(1)],
          redo: [bot(5, 1), bot(6, 1)],
          again: {},
          reply: { after: ts(1), messages: [ts(5), ts(6)], opening: false },
        });
        const versions = { texts: ['one', 'two'], shown: 1 };
        await store.settle(KEY, [ts(1)], [{ ...bot(5, 1), versions }], 'second');
        const settled = await store.load(KEY);
        expect(settled).toMatchObject({ pending: [], turns: [person(1), { ...bot(5, 1), versions }] });
        expect(settled).not.toHaveProperty('again');
        expect(await store.again(KEY, wish)).toBe('begun');
        expect((await store.load(KEY))?.pending).toEqual([]);
        expect(await store.again(KEY, { ...wish, id: 'act-2', version: 0 })).toBe('begun');
        expect((await store.load(KEY))?.again).toEqual({ version: 0 });
      });

      test('waits until the reply is settled; another one has to wait until that is written', async () => {
        await store.again(KEY, wish);
        await store.load(KEY, 'second');
        expect(await store.again(KEY, { id: 'act-2', reply: ts(5) })).toBe('refused');
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'second');
        await store.append(message(7), 'yes');
        await store.load(KEY, 'third');
        await store.recordReply(KEY, { after: ts(7), messages: [ts(8)], opening: false }, 'third');
        expect(await store.again(KEY, { id: 'act-3', reply: ts(8) })).toBe('early');
        expect(await store.again(KEY, { id: 'act-4', reply: ts(5) })).toBe('refused');
      });

      test('is not there for an older reply, nor while a question waits, nor once a message is deleted', async () => {
        await store.append(message(7), 'yes');
        expect(await store.again(KEY, wish)).toBe('refused');
        await store.settle(KEY, [ts(7)], [bot(8, 7)]);
        expect(await store.again(KEY, wish)).toBe('refused');
        await store.remove(KEY, ts(8));
        expect(await store.again(KEY, { id: 'act-3', reply: ts(8) })).toBe('refused');
        expect(await store.again('T1:C1:1766459999.000001', wish)).toBe('refused');
        expect(await store.load(KEY)).toMatchObject({ pending: [] });
        expect(await store.load(KEY)).not.toHaveProperty('again');
      });
    });

    describe('a run', () => {
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.load(KEY, 'first');
      });

      test('owns the reply after its load, until another run loads', async () => {
        await store.confirm(KEY, 'first');
        await expect(store.confirm(KEY, 'second')).rejects.toThrow(StaleRunError);
        await fixture.other.load(KEY, 'second');
        await store.confirm(KEY, 'second');
        await expect(store.confirm(KEY, 'first')).rejects.toThrow(StaleRunError);
      });

      test('does not lose the reply to a load without a run', async () => {
        await fixture.other.load(KEY);
        await store.confirm(KEY, 'first');
      });

      test('writes the reply and settles it', async () => {
        await store.recordReply(KEY, replyInProgress, 'first');
        expect((await store.load(KEY))?.reply).toEqual(replyInProgress);
        await store.settle(KEY, [ts(1)], [bot(5, 1)], 'first');
        expect(await store.load(KEY)).toMatchObject({ pending: [], turns: [person(1), bot(5, 1)] });
      });

      test('cannot change anything once another run owns the reply', async () => {
        await fixture.other.load(KEY, 'second');
        await fixture.other.recordReply(KEY, replyInProgress, 'second');
        const before = await store.load(KEY);
        await expect(store.recordReply(KEY, { ...replyInProgress, messages: [] }, 'first')).rejects.toThrow(
          StaleRunError,
        );
        await expect(store.settle(KEY, [ts(1)], [bot(6, 1)], 'first')).rejects.toThrow(StaleRunError);
        expect(await store.load(KEY)).toEqual(before);
      });

      test('in an unknown conversation is not refused and does not begin it', async () => {
        const unknown = 'T1:C1:1766459999.000001';
        expect(await store.load(unknown, 'first')).toBeUndefined();
        await store.confirm(unknown, 'first');
        await store.settle(unknown, [ts(1)], [bot(5, 1)], 'first');
        expect(await store.load(unknown)).toBeUndefined();
      });
    });

    describe('the turns that were pending for the first run', () => {
      const firstPending = async (run?: string): Promise<string[] | undefined> =>
        (await store.load(KEY, run))?.firstPending;

      test('stay the same for the runs after it, until a reply is settled', async () => {
        await store.append(message(1), 'yes');
        expect(await firstPending()).toBeUndefined();
        expect(await firstPending('run-1')).toEqual([ts(1)]);
        await store.append(message(2), 'yes');
        expect(await firstPending('run-2')).toEqual([ts(1)]);
        expect(await firstPending()).toEqual([ts(1)]);
        await store.settle(KEY, [ts(1)], [bot(3, 1)], 'run-2');
        expect(await firstPending()).toBeUndefined();
        expect(await firstPending('run-3')).toEqual([ts(2)]);
      });

      test('are not set by a run that finds nothing to answer', async () => {
        await store.append(message(1), 'yes');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await firstPending('run-1')).toBeUndefined();
        await store.append(message(3), 'yes');
        expect(await firstPending('run-2')).toEqual([ts(3)]);
      });
    });

    describe('recordReply and settle', () => {
      beforeEach(async () => {
        await store.append(message(1), 'yes');
        await store.append(message(2), 'yes');
      });

      test('store the newest state of the reply, and delete it when it is settled', async () => {
        await store.recordReply(KEY, { after: ts(2), messages: [], opening: true });
        await store.recordReply(KEY, { after: ts(2), messages: [ts(3), ts(4)], opening: false });
        expect((await store.load(KEY))?.reply).toEqual({ after: ts(2), messages: [ts(3), ts(4)], opening: false });
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2), { ...bot(4, 2), notice: true }]);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2), bot(3, 2), { ...bot(4, 2), notice: true }],
          pending: [],
          authors: [ANN],
          backlogRead: true,
        });
      });

      test('keep the files of the reply, which an edit of its question finds again', async () => {
        const postedFiles = [
          { id: 'F1', digest: 'a' },
          { id: 'F2', digest: 'b', picture: 'fox.png' },
        ];
        await store.recordReply(KEY, { ...replyInProgress, postedFiles });
        expect((await fixture.other.load(KEY))?.reply).toEqual({ ...replyInProgress, postedFiles });
        await store.settle(KEY, [ts(1), ts(2)], [{ ...bot(3, 2), postedFiles }, bot(4, 2)]);
        expect((await store.load(KEY))?.turns.slice(2)).toEqual([{ ...bot(3, 2), postedFiles }, bot(4, 2)]);
        await store.edit(KEY, person(2, ANN, 'better words'), ts(5), { regenerate: true });
        expect(await fixture.other.load(KEY)).toMatchObject({
          reply: { after: ts(2), messages: [ts(3), ts(4)], opening: false, postedFiles },
          redo: [{ ...bot(3, 2), postedFiles }, bot(4, 2)],
        });
        await store.settle(KEY, [ts(1), ts(2)], [bot(3, 2)]);
        await store.again(KEY, { id: 'again', reply: ts(3) });
        expect((await store.load(KEY))?.reply).toEqual({ after: ts(2), messages: [ts(3)], opening: false });
      });

      test('leave turns pending that arrived while the reply was written', async () => {
        await store.recordReply(KEY, replyInProgress);
        await store.append(message(3), 'yes');
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await pending()).toEqual([ts(3)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(4), ts(3)]);
      });

      test('can settle without a reply', async () => {
        await store.recordReply(KEY, replyInProgress);
        await store.settle(KEY, [ts(1), ts(2)], []);
        expect(await store.load(KEY)).toEqual({
          id: ID,
          turns: [person(1), person(2)],
          pending: [],
          authors: [ANN],
          backlogRead: true,
        });
      });

      test('do not add a message of the reply that was removed while the rest was written', async () => {
        await store.remove(KEY, ts(4));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2), bot(5, 2)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(5)]);
      });

      test('do not restore a question that was removed while its answer was written', async () => {
        await store.remove(KEY, ts(2));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await order()).toEqual([ts(1), ts(4)]);
        expect(await store.append(message(2), 'yes')).toBe('duplicate');
      });

      test('keep an edit of a question that came while its answer was written', async () => {
        await store.edit(KEY, person(2, ANN, 'better words'), ts(3));
        await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        expect(await turns()).toContainEqual([ts(2), 'better words']);
        expect(await pending()).toEqual([]);
      });

      test('leave so many turns pending as settling says', async () => {
        await store.append(message(5), 'yes');
        expect(await store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)])).toBe(1);
        expect(await store.settle(KEY, [ts(5)], [bot(6, 5)])).toBe(0);
      });

      test('change nothing when settling is repeated', async () => {
        const settle = (): Promise<number> => store.settle(KEY, [ts(1), ts(2)], [bot(4, 2)]);
        await settle();
        await store.append(message(5), 'yes');
        await store.remove(KEY, ts(4));
        const before = await store.load(KEY);
        await settle();
        expect(await store.load(KEY)).toEqual(before);
      });

      test('accept answered turns that are not pending or unknown', async () => {
        await store.settle(KEY, [ts(1), ts(8), ts(9)], [bot(4, 2)]);
        expect(await pending()).toEqual([ts(2)]);
        expect(await order()).toEqual([ts(1), ts(2), ts(4)]);
      });

      test('settle a reply of many messages to many questions', async () => {
        const asked = Array.from({ length: 300 }, (_, n) => n + 10);
        const reply = Array.from({ length: 300 }, (_, n) => bot(n + 400, 309));
        await Promise.all(asked.map((n) => store.append(message(n), 'yes')));
        await store.settle(KEY, asked.map(ts), reply);
        expect(await pending()).toEqual([ts(1), ts(2)]);
        expect((await store.load(KEY))?.turns.slice(-300)).toEqual(reply);
      });

      test('keep a question of the backlog that came late and is still asked, because a person stopped the reply', async () => {
        await store.append(message(15), 'yes');
        await store.addBacklog(KEY, [person(13), person(14)]);
        for (const at of [13, 14]) expect(await store.append(message(at), 'yes')).toBe('pending');
        await store.settle(KEY, [ts(15)], [bot(16, 15)], undefined, [ts(13)]);
        expect((await pending())?.filter((one) => one > ts(9))).toEqual([ts(13)]);
        await store.settle(KEY, [ts(13)], [bot(17, 16)]);
        expect((await pending())?.filter((one) => one > ts(9))).toEqual([]);
      });

      test('store nothing in an unknown conversation', async () => {
        const id = { ...ID, thread: ts(9) };
        await store.recordReply(keyOf(id), replyInProgress);
        await store.settle(keyOf(id), [ts(9)], [bot(10, 9)]);
        await store.recordReply(keyOf(id), replyInProgress);
        expect(await store.load(keyOf(id))).toBeUndefined();
        expect(await store.append(message(11, ANN, 'hello', id), 'known')).toBe('ignored');
        await store.append(message(12, ANN, 'hello', id), 'yes');
        expect(await store.load(keyOf(id))).toEqual({
          id,
          turns: [person(12, ANN, 'hello')],
          pending: [ts(12)],
          authors: [ANN],
          backlogRead: false,
          seenBeforeStart: [ts(11)],
        });
      });
    });

    describe('compact', () => {
      beforeEach(async () => {
        for (const at of [1, 3, 5, 7]) {
          await store.append(message(at), 'yes');
          await store.settle(KEY, [ts(at)], [bot(at + 1, at)]);
        }
      });
      const now = async (): Promise<Conversation | undefined> => store.load(KEY);
      const textsNow = async (): Promise<string[] | undefined> => (await now())?.segments?.map(({ text }) => text);
      const turnsNow = async (): Promise<string[] | undefined> => (await now())?.turns.map((turn) => turn.ts);
      const idOf = async (text: string): Promise<string> =>
        (await now())?.segments?.find((segment) => segment.text === text)?.id ?? '';
      /** A segment of these turns and segments. */
      const made = (text: string, covered: number[], more: Partial<Compaction> = {}): Compaction => ({
        segment: {
          text,
          position: `${ts(covered[0] ?? 0)} 0 ${ts(covered[0] ?? 0)}`,
          newest: ts(covered.at(-1) ?? 6),
          turns: covered.length,
          tokens: 100,
        },
        turns: covered.map(ts),
        segments: [],
        seal: [],
        ...more,
      });
      /** Stores it at once, whatever changed before. */
      const compact = async (...compaction: Parameters<typeof made>): Promise<boolean> =>
        store.compact(KEY, made(...compaction), (await now())?.changes ?? 0);
      /** Two segments of two turns each; with `merged`, as one. */
      const compactFour = async (merged = false): Promise<void> => {
        await compact('one', [1, 2]);
        await compact('two', [3, 4]);
        if (merged) await compact('both', [], { segments: [await idOf('one'), await idOf('two')] });
      };

      test('stores a segment in place of its turns', async () => {
        const compaction = made('So far: "plums"\n', [1, 2]);
        expect(await store.compact(KEY, compaction, 0)).toBe(true);
        expect(await now()).toMatchObject({
          segments: [{ id: expect.any(String), ...compaction.segment }],
          turns: [person(3), bot(4, 3), person(5), bot(6, 5), person(7), bot(8, 7)],
          changes: 1,
        });
      });

      test('keeps segments in order, wherever the new one belongs', async () => {
        await compact('two', [3, 4]);
        await compact('three', [5, 6]);
        await compact('one', [1, 2], { before: await idOf('two') });
        expect(await textsNow()).toEqual(['one', 'two', 'three']);
        await compact('both', [], { segments: [await idOf('one'), await idOf('two')] });
        expect(await textsNow()).toEqual(['both', 'three']);
        expect(await turnsNow()).toEqual([7, 8].map(ts));
      });

      test('does nothing if another segment was stored meanwhile', async () => {
        expect(await fixture.other.compact(KEY, made('one', [1, 2]), 0)).toBe(true);
        expect(await store.compact(KEY, made('late', [1, 2]), 0)).toBe(false);
        expect(await textsNow()).toEqual(['one']);
      });

      test.each<[string, () => Promise<unknown>]>([
        ['edited', () => store.edit(KEY, person(1, ANN, 'better words'), ts(19))],
        ['removed', () => store.remove(KEY, ts(2))],
        ['answered again', () => store.edit(KEY, person(7, ANN, 'better words'), ts(19), { regenerate: true })],
      ])('does nothing if a turn was %s meanwhile', async (_, change) => {
        await change();
        expect(await store.compact(KEY, made('one', [1, 2]), 0)).toBe(false);
        expect(await textsNow()).toBeUndefined();
      });

      test.each<[string, () => Promise<unknown>]>([
        ['appended', () => store.append(message(9), 'yes')],
        ['edited without a change', () => store.edit(KEY, person(1), ts(19))],
        ['removed before it arrived', () => store.remove(KEY, ts(11))],
      ])('stores the segment if a turn was only %s meanwhile', async (_, change) => {
        await change();
        expect(await store.compact(KEY, made('one', [1, 2]), 0)).toBe(true);
      });

      test('of a covered turn that is edited drops that segment alone, and its turns return', async () => {
        await compactFour();
        await store.edit(KEY, person(3, ANN, 'better words'), ts(19));
        expect(await now()).toMatchObject({
          segments: [{ text: 'one' }],
          turns: [person(3, ANN, 'better words'), bot(4, 3), person(5), bot(6, 5), person(7), bot(8, 7)],
          unfoldedBy: ANN,
        });
        await compact('two', [3, 4]);
        expect(await textsNow()).toEqual(['one', 'two']);
        expect(await now()).not.toHaveProperty('unfoldedBy');
      });

      test('of a covered turn that is removed drops that segment alone', async () => {
        await compactFour();
        expect(await store.remove(KEY, ts(2))).toBe('changed');
        expect(await textsNow()).toEqual(['two']);
        expect(await now()).toMatchObject({ unfoldedBy: '' });
        expect(await turnsNow()).toEqual([1, 5, 6, 7, 8].map(ts));
        expect(await store.remove(KEY, ts(2))).toBe('unchanged');
        await store.remove(KEY, ts(3), ANN);
        expect(await textsNow()).toBeUndefined();
        expect(await now()).toMatchObject({ unfoldedBy: ANN });
      });

      test.each<[string, () => Promise<unknown>]>([
        ['edited without a change', () => store.edit(KEY, person(3), ts(19))],
        ['delivered again', () => store.append(message(3), 'yes')],
        ['delivered whole', () => store.edit(KEY, person(3, ANN, 'all of it'), ts(3), { completes: true })],
        ['read with the backlog', () => store.addBacklog(KEY, [person(3, ANN, 'other words')])],
      ])('keeps the segment of a covered turn that is %s', async (_, change) => {
        await compactFour();
        await change();
        expect(await textsNow()).toEqual(['one', 'two']);
        expect(await now()).toMatchObject({ pending: [], turns: { length: 4 } });
      });

      test('keeps all segments when another turn changes', async () => {
        await compactFour();
        await store.edit(KEY, person(5, ANN, 'better words'), ts(19));
        await store.remove(KEY, ts(6));
        expect(await textsNow()).toEqual(['one', 'two']);
        expect(await now()).not.toHaveProperty('unfoldedBy');
      });

      test('of segments gives way to them when a turn changes, but for the one that covers it', async () => {
        await compactFour(true);
        await compact('three', [5, 6]);
        await compact('all', [], { segments: [await idOf('both'), await idOf('three')] });
        expect(await textsNow()).toEqual(['all']);
        await store.edit(KEY, person(1, ANN, 'better words'), ts(19));
        expect(await textsNow()).toEqual(['two', 'three']);
        expect(await turnsNow()).toEqual([1, 2, 7, 8].map(ts));
        await store.remove(KEY, ts(6));
        expect(await textsNow()).toEqual(['two']);
      });

      test('of a segment and turns gives way to that segment when one of the turns changes', async () => {
        await compact('one', [1, 2]);
        await compact('more', [3, 4], { segments: [await idOf('one')] });
        expect(await textsNow()).toEqual(['more']);
        await store.remove(KEY, ts(4));
        expect(await textsNow()).toEqual(['one']);
        expect(await turnsNow()).toEqual([3, 5, 6, 7, 8].map(ts));
      });

      test('brings back no turn that was removed while it was covered, however often it is covered', async () => {
        await store.remove(KEY, ts(2));
        await compact('one', [1]);
        await store.remove(KEY, ts(1));
        await compact('two', [3, 4]);
        await store.edit(KEY, person(3, ANN, 'better words'), ts(19));
        expect(await turnsNow()).toEqual([3, 4, 5, 6, 7, 8].map(ts));
        for (const at of [1, 2]) expect(await store.append(message(at), 'yes')).toBe('duplicate');
      });

      test.each([
        ['edited', () => store.edit(KEY, person(3, ANN, 'better words'), ts(19))],
        ['removed', () => store.remove(KEY, ts(3))],
      ])('seals an old segment: it is dropped when one of its turns is %s, and nothing returns', async (_, change) => {
        await compactFour(true);
        await compact('three', [5, 6], {
          seal: [{ id: await idOf('both'), position: `${ts(1)} 0 ${ts(1)}`, newest: ts(4) }],
        });
        expect(await textsNow()).toEqual(['both', 'three']);
        const changes = (await now())?.changes ?? 0;
        await store.edit(KEY, person(5, ANN, 'better words'), ts(19));
        expect(await textsNow()).toEqual(['both']);
        expect(await change()).toBe('unknown');
        expect(await textsNow()).toBeUndefined();
        expect(await now()).toMatchObject({ changes: changes + 2, turns: { length: 4 } });
      });

      test('drops each sealed segment that may have covered the turn: replies are newer than what they answer', async () => {
        await compact('one', [1, 4]);
        await compact('two', [3, 2, 5]);
        await compact('three', [6]);
        const seal = (await now())?.segments ?? [];
        await compact('four', [7], { seal });
        await store.remove(KEY, ts(3));
        expect(await textsNow()).toEqual(['three', 'four']);
      });

      test('answers again the question of a reply that a segment covers', async () => {
        await store.append(message(9, BOB), 'no');
        await compact('all', [1, 2, 3, 4, 5, 6, 7, 8]);
        await store.edit(KEY, person(7, ANN, 'better words'), ts(19), { regenerate: true });
        expect(await now()).toMatchObject({ pending: [ts(7)], redo: [bot(8, 7)], reply: { after: ts(7) } });
        expect(await textsNow()).toBeUndefined();
      });

      test('has no message of a reply that is being rewritten once somebody deletes it', async () => {
        await store.append(message(9), 'yes');
        await store.settle(KEY, [ts(9)], [bot(10, 9), bot(11, 9)]);
        await store.edit(KEY, person(9, ANN, 'better words'), ts(19), { regenerate: true });
        await store.remove(KEY, ts(10));
        expect(await now()).toMatchObject({ redo: [bot(11, 9)] });
        await store.settle(KEY, [ts(9)], [bot(10, 9, 'new'), bot(11, 9, 'words')]);
        expect((await turnsNow())?.slice(-2)).toEqual([9, 11].map(ts));
      });

      test('answers all questions of such a reply again, also those in another segment', async () => {
        for (const at of [9, 10, 11]) await store.append(message(at), 'yes');
        await store.settle(KEY, [9, 10, 11].map(ts), [bot(12, 11)]);
        await compact('one', [1, 2, 3, 4]);
        await compact('two', [5, 6, 7, 8, 9]);
        await store.edit(KEY, person(11, ANN, 'better words'), ts(19), { regenerate: true });
        expect(await now()).toMatchObject({ pending: [9, 10, 11].map(ts), redo: [bot(12, 11)] });
        expect(await textsNow()).toEqual(['one']);
      });

      test('does not begin an unknown conversation', async () => {
        const unknown = 'T1:C1:1766459999.000001';
        expect(await store.compact(unknown, made('one', [1]), 0)).toBe(false);
        expect(await store.load(unknown)).toBeUndefined();
      });
    });

    describe('a stored conversation', () => {
      test.each([
        ['nothing', ''],
        ['emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 é́ 漢字'],
        ['control characters', 'a\u0000b\u0001\u001f\u007f\u2028\u2029\r\n\t'],
        ['half a surrogate pair', 'cut \ud83d here'],
        ['right-to-left text', '\u202eשלום مرحبا\u202c'],
        ['quotes and backslashes', '"\\" \'{"role":"assistant"}\' \\u0041'],
        ['a megabyte', 'ab🙂'.repeat(262_144)],
      ])('keeps every text exactly: %s', async (_, text) => {
        await store.append(message(1, ANN, text), 'yes');
        await store.append(message(2), 'no');
        await store.edit(KEY, person(2, ANN, text), ts(3));
        await store.settle(KEY, [ts(1)], [bot(4, 2, text)]);
        expect((await store.load(KEY))?.turns.map((turn) => turn.text === text)).toEqual([true, true, true]);
      });

      test('is separate from every other conversation', async () => {
        const others = [
          { ...ID, team: 'T2' },
          { ...ID, channel: 'C2' },
          { ...ID, thread: ts(2) },
        ];
        await store.append(message(1), 'yes');
        for (const id of others) expect(await store.append(message(1, BOB, 'elsewhere', id), 'yes')).toBe('pending');
        await store.edit(KEY, person(1, ANN, 'edited'), ts(3));
        await store.recordReply(KEY, replyInProgress);
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

      test('does not change with the objects that were passed in or loaded', async () => {
        const appended = message(1);
        const backlog = [person(2)];
        const edited = person(2, ANN, 'edited');
        const reply = { after: ts(1), messages: [ts(5)], opening: true };
        const answer = [bot(4, 1)];
        await store.append(appended, 'yes');
        await store.addBacklog(KEY, backlog);
        await store.edit(KEY, edited, ts(3));
        await store.settle(KEY, [], answer);
        await store.recordReply(KEY, reply);
        const before = structuredClone(await store.load(KEY));

        appended.text = 'changed';
        appended.conversation = { ...ID };
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

    describe('what an app writes', () => {
      const post = (n: number, text = `post ${n}`): IncomingMessage => ({
        ...message(n, 'B0CI', text),
        from: 'app',
        name: 'CI (app)',
        unasked: 'app',
      });
      const flow = (n: number): IncomingMessage => ({ ...message(n, 'B0FLOW'), from: 'workflow', name: 'Flow (app)' });

      test('is context with its name and the reason', async () => {
        await answerOne();
        expect(await store.append(post(6), 'no')).toBe('context');
        expect((await store.load(KEY))?.turns.at(-1)).toEqual({
          ...person(6, 'B0CI', 'post 6'),
          name: 'CI (app)',
          unasked: 'app',
        });
      });

      test('leaves `auto` as it is: it is no second person, and nobody has spoken aside', async () => {
        await answerOne();
        await store.append(post(6), 'no');
        expect(await store.append(message(7), 'auto')).toBe('pending');
        await store.append(message(8, BOB), 'no');
        await store.append(post(9), 'no');
        expect(await store.append(message(10), 'auto')).toBe('context');
        expect(await store.append(message(11, BOB), 'yes')).toBe('pending');
        await store.append(post(12), 'no');
        expect(await store.append(message(13), 'auto')).toBe('pending');
      });

      test('is no second person in the backlog either', async () => {
        await store.append(message(4), 'yes');
        await store.addBacklog(KEY, [{ ...person(2, 'B0CI'), unasked: 'app' }]);
        await store.settle(KEY, [ts(4)], [bot(5, 4)]);
        await store.append(message(6), 'no');
        expect(await store.append(message(7), 'auto')).toBe('pending');
      });

      test('asks if it is a workflow, once until a person writes', async () => {
        expect(await store.append({ ...flow(1), conversation: ID }, 'workflow')).toBe('pending');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        expect(await store.append(flow(3), 'workflow')).toBe('context');
        expect(await store.append(flow(3), 'workflow')).toBe('duplicate');
        expect(await store.append(message(4), 'auto')).toBe('pending');
        expect(await store.append(flow(5), 'workflow')).toBe('pending');
        await store.append(message(6), 'no');
        expect(await store.append(message(7), 'auto')).toBe('pending');
      });
    });

    test('a message that asks nothing keeps the reason, one that asks has none', async () => {
      await answerOne();
      const reasons = { unasked: 'between' as const };
      expect(await store.append({ ...message(6), ...reasons }, 'auto')).toBe('pending');
      await store.append({ ...message(7, BOB), unasked: 'others' }, 'no');
      expect(await store.append({ ...message(8), ...reasons }, 'auto')).toBe('context');
      const stored = (await store.load(KEY))?.turns.filter(({ ts: at }) => at > ts(5));
      expect(stored).toEqual([
        person(6),
        { ...person(7, BOB), unasked: 'others' },
        { ...person(8), unasked: 'between' },
      ]);
    });

    describe('copies of what stood in the channel before', () => {
      const copy = (n: number, text = `said ${n}`, version = '0'): ChannelMessage => ({
        ts: ts(n),
        version,
        turn: person(n, BOB, text),
      });
      const begins = { ...message(5), conversation: { ...ID, thread: ts(5) }, before: [copy(2), copy(1)] };
      const key = keyOf(begins.conversation);
      const copies = async (): Promise<string[] | undefined> =>
        (await store.load(key))?.channelBefore?.map(({ text }) => text);

      test('come with the message that begins the conversation, in order, and ask nothing', async () => {
        expect(await store.append(begins, 'yes')).toBe('pending');
        expect(await copies()).toEqual(['said 1', 'said 2']);
        expect(await store.load(key)).toMatchObject({ turns: [person(5)], pending: [ts(5)], backlogRead: true });
      });

      test('stay as they are when that message is delivered again', async () => {
        await store.append(begins, 'yes');
        expect(await store.append({ ...begins, before: [copy(1), copy(3)] }, 'yes')).toBe('duplicate');
        expect(await copies()).toEqual(['said 1', 'said 2']);
      });

      test('come with that message also when a reply to it arrived first', async () => {
        await store.append({ ...message(6), conversation: begins.conversation }, 'yes');
        await store.append(begins, 'yes');
        expect(await copies()).toEqual(['said 1', 'said 2']);
      });

      test('come with that message also when it was in the backlog first', async () => {
        await store.append({ ...message(6), conversation: begins.conversation }, 'yes');
        await store.addBacklog(key, [person(5)]);
        await store.append(begins, 'yes');
        expect(await copies()).toEqual(['said 1', 'said 2']);
      });

      test('come with that message also when a summary covers it already', async () => {
        await store.append({ ...message(6), conversation: begins.conversation }, 'yes');
        await store.addBacklog(key, [person(5)]);
        const segment = { text: 'So far', position: `${ts(5)} 0 ${ts(5)}`, newest: ts(5), turns: 1, tokens: 100 };
        await store.compact(
          key,
          { segment, turns: [ts(5)], segments: [], seal: [] },
          (await store.load(key))?.changes ?? 0,
        );
        expect(await store.append(begins, 'yes')).toBe('duplicate');
        expect(await copies()).toEqual(['said 1', 'said 2']);
      });

      test('stay away when that message is delivered again and there were none', async () => {
        await store.append({ ...begins, before: [] }, 'yes');
        await store.append(begins, 'yes');
        expect(await copies()).toBeUndefined();
      });

      test('are edited and removed, before and after the conversation begins, in any order', async () => {
        await store.amendBefore(key, copy(1, 'edited', ts(7)));
        expect(await store.load(key)).toBeUndefined();
        await store.append(begins, 'yes');
        await store.amendBefore(key, copy(1, 'an older edit', ts(6)));
        expect(await copies()).toEqual(['edited', 'said 2']);
        await store.amendBefore(key, removedMessage(ts(2)));
        await store.amendBefore(key, copy(2, 'edited', ts(8)));
        expect(await copies()).toEqual(['edited']);
        await store.amendBefore(key, removedMessage(ts(1)));
        expect((await store.load(key))?.channelBefore).toBeUndefined();
      });

      test('are no more than came with it: an edit of another message of the channel adds none', async () => {
        await store.amendBefore(key, copy(3, 'edited early', ts(6)));
        await store.append(begins, 'yes');
        await store.amendBefore(key, copy(4, 'edited', ts(6)));
        expect(await copies()).toEqual(['said 1', 'said 2']);
      });

      test('that are removed before the conversation begins do not come with it', async () => {
        await store.amendBefore(key, removedMessage(ts(1)));
        await store.append(begins, 'yes');
        expect(await copies()).toEqual(['said 2']);
      });
    });

    describe('forgetting', () => {
      const conversation = async (): Promise<void> => {
        await store.append(message(1), 'yes');
        await store.append(message(2, BOB), 'no');
        await store.settle(KEY, [ts(1)], [bot(3, 2)]);
      };

      test('a conversation leaves nothing of what was said, and nothing brings it back', async () => {
        await conversation();
        await store.append(message(4), 'yes');
        expect(await store.forget(KEY)).toBe(4);
        expect(await fixture.other.load(KEY)).toMatchObject({ turns: [], pending: [], backlogRead: true });
        expect(await store.append(message(1), 'yes')).toBe('duplicate');
        await store.addBacklog(KEY, [person(2, BOB), bot(3, 2)]);
        expect(await turns()).toEqual([]);
        expect(await store.edit(KEY, person(1, ANN, 'again'), ts(9), { asks: true })).toBe('unchanged');
        expect(await turns()).toEqual([]);
        // It goes on.
        expect(await store.append(message(5), 'auto')).toBe('pending');
        expect(await turns()).toEqual([[ts(5), 'message 5']]);
      });

      test('a conversation drops its summaries', async () => {
        await conversation();
        const segment = { text: 'sum', position: `${ts(1)} 0 ${ts(1)}`, newest: ts(2), turns: 2, tokens: 2 };
        const { changes = 0 } = (await store.load(KEY)) ?? {};
        expect(await store.compact(KEY, { segment, turns: [ts(1), ts(2)], segments: [], seal: [] }, changes)).toBe(
          true,
        );
        expect(await store.forget(KEY)).toBe(3);
        expect((await store.load(KEY))?.segments).toBeUndefined();
        expect(await store.append(message(2, BOB), 'no')).toBe('duplicate');
        expect(await turns()).toEqual([]);
      });

      test('a run that is writing a reply has to load again', async () => {
        await store.append(message(1), 'yes');
        await store.load(KEY, 'run');
        await store.recordReply(KEY, replyInProgress, 'run');
        await store.forget(KEY);
        await expect(store.confirm(KEY, 'run')).rejects.toThrow(AmendedError);
        // Then it takes back what it has posted.
        expect(await store.load(KEY, 'run')).toMatchObject({ turns: [], pending: [], reply: replyInProgress });
      });

      test('an unknown conversation is nothing', async () => {
        expect(await store.forget(KEY)).toBe(0);
        expect(await store.forgetAuthor(KEY, ANN)).toBe(0);
        expect(await store.load(KEY)).toBeUndefined();
      });

      test('a person takes their turns away, also those that are summarized', async () => {
        await conversation();
        await store.append(message(4), 'yes');
        const segment = { text: 'sum', position: `${ts(1)} 0 ${ts(1)}`, newest: ts(2), turns: 2, tokens: 2 };
        const { changes = 0 } = (await store.load(KEY)) ?? {};
        await store.compact(KEY, { segment, turns: [ts(1), ts(2)], segments: [], seal: [] }, changes);
        expect(await store.forgetAuthor(KEY, ANN)).toBe(2);
        const left = await store.load(KEY);
        expect(left?.segments).toBeUndefined();
        expect(left?.pending).toEqual([]);
        expect(await turns()).toEqual([
          [ts(2), 'message 2'],
          [ts(3), 'reply 3'],
        ]);
      });
    });

    test('the files of a conversation are those of all its turns, also in segments', async () => {
      expect(await store.filesOf(KEY)).toEqual([]);
      await store.append({ ...message(1), files: [{ id: 'F1', name: 'a.txt' }] }, 'yes');
      await store.append({ ...message(2, BOB), files: [{ id: 'F2', name: 'b.txt' }] }, 'no');
      await store.settle(KEY, [ts(1)], [bot(3, 2)]);
      await store.append({ ...message(4), files: [1, 3].map((n) => ({ id: `F${n}`, name: 'c.txt' })) }, 'yes');
      const segment = { text: 'sum', position: `${ts(1)} 0 ${ts(1)}`, newest: ts(2), turns: 2, tokens: 2 };
      const { changes = 0 } = (await store.load(KEY)) ?? {};
      await store.compact(KEY, { segment, turns: [ts(1), ts(2)], segments: [], seal: [] }, changes);
      expect((await store.filesOf(KEY)).toSorted()).toEqual(['F1', 'F2', 'F3']);
      await store.remove(KEY, ts(2));
      expect((await store.filesOf(KEY)).toSorted()).toEqual(['F1', 'F3']);
      await store.forget(KEY);
      expect(await store.filesOf(KEY)).toEqual([]);
    });

    describe('a deleted file of a turn', () => {
      test('drops the summary that was made from it, and refuses one that is being made', async () => {
        await store.append({ ...message(1), files: [{ id: 'F1', name: 'a.txt' }] }, 'yes');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        await store.append(message(3), 'yes');
        const segment = { text: 'It says knit.', position: `${ts(1)} 0 ${ts(1)}`, newest: ts(2), turns: 2, tokens: 9 };
        const compaction = { segment, turns: [ts(1), ts(2)], segments: [], seal: [] };
        expect(await store.compact(KEY, compaction, 0)).toBe(true);
        expect(await store.fileDeleted(KEY, ts(1))).toBe('changed');
        const { segments, turns: back, changes = 0 } = (await store.load(KEY)) ?? {};
        expect([segments, back?.length]).toEqual([undefined, 3]);
        expect(back?.[0]).toMatchObject({ files: [{ id: 'F1' }] });
        expect(await store.compact(KEY, compaction, changes - 1)).toBe(false);
      });

      test('has the run that answers the turn load again', async () => {
        await store.append(message(1), 'yes');
        await store.load(KEY, 'run');
        expect(await store.fileDeleted(KEY, ts(1))).toBe('changed');
        await expect(store.confirm(KEY, 'run')).rejects.toThrow(AmendedError);
        await store.load(KEY, 'next');
        await store.confirm(KEY, 'next');
        expect(await pending()).toEqual([ts(1)]);
      });

      test('changes no run that answers something else', async () => {
        await store.append(message(1), 'yes');
        await store.settle(KEY, [ts(1)], [bot(2, 1)]);
        await store.append(message(3), 'yes');
        await store.load(KEY, 'run');
        expect(await store.fileDeleted(KEY, ts(1))).toBe('changed');
        await store.confirm(KEY, 'run');
      });

      test('is nothing to a removed turn, nor where the turn or its conversation is unknown', async () => {
        expect(await store.fileDeleted(KEY, ts(1))).toBe('unknown');
        await store.append(message(1), 'yes');
        expect(await store.fileDeleted(KEY, ts(2))).toBe('unknown');
        await store.remove(KEY, ts(1));
        expect(await store.fileDeleted(KEY, ts(1))).toBe('unchanged');
      });
    });
  });
}
