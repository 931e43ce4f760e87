import { describe, expect, test } from '@jest/globals';
import { createIntake, type Intake } from '../../src/conversation/intake.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import { settingsReader } from '../../src/core/layers/reader.js';
import type { Appended, Clock, ConversationStore } from '../../src/core/ports.js';
import type { Edits, ThreadReplies } from '../../src/core/settings.js';
import { memorySettings } from '../../src/in-memory/settings.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { FakeClock } from '../support/clock.js';
import { FakeQueue } from '../support/doubles.js';
import { ANN, assistant, BEN, person, tsAt } from '../support/turns.js';

/** An intake on a memory store; `calls` has the names of the store methods used. */
function bench(
  threadReplies: ThreadReplies = 'auto',
  edits: Edits = 'regenerate',
  clock?: Clock,
): { intake: Intake; queue: FakeQueue; store: ConversationStore; calls: string[] } {
  const calls: string[] = [];
  const store = memoryStore();
  const recording = new Proxy(store, {
    get: (target, name: keyof ConversationStore) => {
      calls.push(name);
      return target[name];
    },
  });
  const queue = new FakeQueue();
  return {
    intake: createIntake({ store: recording, queue, threadReplies, edits, ...(clock && { clock }) }),
    queue,
    store,
    calls,
  };
}

const question: IncomingMessage = {
  conversation: { team: 'T1', channel: 'C1', thread: tsAt(0) },
  ts: tsAt(0),
  author: ANN,
  text: 'what is new?',
  addressed: 'bot',
};
const key = keyOf(question.conversation);
const settings = { threadReplies: 'auto', edits: 'regenerate' } as const;
const follows = (at: number, more: Partial<IncomingMessage> = {}): IncomingMessage => ({
  ...question,
  ts: tsAt(at),
  addressed: 'open',
  text: 'and now?',
  ...more,
});

describe('a message that tells the bot to stop', () => {
  async function whileWriting(message: IncomingMessage, replies: ThreadReplies = 'auto') {
    const told: string[] = [];
    const store = memoryStore();
    const queue = new FakeQueue();
    const intake = createIntake({ store, queue, ...settings, threadReplies: replies, onStop: (at) => told.push(at) });
    await intake.said(question);
    await store.load(key, 'writing');
    await intake.said(message);
    const { turns = [], stopped = false, pending } = (await store.load(key)) ?? {};
    return { told, stopped, pending, turn: turns.at(-1), wakes: queue.wakes.length, intake, store };
  }

  test.each(['auto', 'all', 'mention'] as const)('stops the reply and is not answered (%s)', async (replies) => {
    const seen = await whileWriting(follows(1, { text: 'Stop!' }), replies);
    expect(seen).toMatchObject({ told: [key], stopped: true, pending: [tsAt(0)], wakes: 2 });
    expect(seen.turn).toMatchObject({ text: 'Stop!', unasked: 'stop' });
  });

  test('as a mention is one turn, whichever of its events comes first', async () => {
    const part = follows(1, { text: 'stop', addressed: 'bot', isPartial: true });
    const { intake, store } = await whileWriting(part);
    await intake.said(follows(1, { text: 'stop', addressed: 'bot' }));
    expect(await store.load(key)).toMatchObject({ pending: [tsAt(0)], turns: [{}, { unasked: 'stop' }] });
  });

  test('and asks something else waits for its answer', async () => {
    const seen = await whileWriting(follows(1, { text: 'stop, in French' }));
    expect(seen).toMatchObject({ told: [key], stopped: true, pending: [tsAt(0), tsAt(1)] });
  });

  test.each([
    ['somebody else', follows(1, { text: 'stop', addressed: 'others' })],
    ['by an app', follows(1, { text: 'stop', from: 'app' })],
    ['nothing of the kind', follows(1, { text: 'where does the bus stop?' })],
  ])('%s stops nothing', async (_what, said) => {
    expect(await whileWriting(said)).toMatchObject({ told: [], stopped: false });
  });

  test('with a file asks about the file', async () => {
    const parts = [{ type: 'text', text: 'stop\n[file: a.pdf]' }] as const;
    const seen = await whileWriting(follows(1, { text: 'stop', parts }));
    expect(seen).toMatchObject({ stopped: true, pending: [tsAt(0), tsAt(1)] });
  });
});

describe('a message', () => {
  test('to the bot is stored as pending and wakes the conversation', async () => {
    const { intake, queue, store, calls } = bench();
    await intake.said(question);
    expect(calls).toEqual(['append']);
    expect(queue.wakes).toEqual([key]);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, 'what is new?')], pending: [tsAt(0)] });
  });

  test.each([
    ['part first', true],
    ['whole first', false],
  ])('is the whole where a part of it came too: %s', async (_order, isPartialFirst) => {
    const { intake, queue, store } = bench();
    const part = { ...question, isPartial: true } as const;
    const whole = { ...question, text: 'what is new?\n[file: plan.pdf]' };
    for (const message of isPartialFirst ? [part, whole] : [whole, part]) await intake.said(message);
    const { turns, pending } = (await store.load(key)) ?? {};
    expect(turns).toMatchObject([person(0, whole.text)]);
    expect(turns?.[0]).not.toHaveProperty('isPartial');
    expect(pending).toEqual([tsAt(0)]);
    expect(queue.wakes).toEqual(isPartialFirst ? [key, key] : [key]);
  });

  test('that was read with the backlog, as it was edited, stays so when its event arrives late', async () => {
    const { intake, store } = bench();
    await intake.said(follows(2, { addressed: 'bot' }));
    const asRead = { ...person(1, 'and tomorrow?'), unasked: 'backlog' } as const;
    await store.addBacklog(key, [asRead]);
    await store.settle(key, [tsAt(2)], [assistant(3, 'Rain.', 2)]);
    await intake.said(follows(1, { addressed: 'bot', text: 'and yesterday?' }));
    expect((await store.load(key))?.turns).toContainEqual(asRead);
  });

  describe('whose two events come at once', () => {
    const part = { ...question, isPartial: true } as const;
    const whole = { ...question, text: 'what is new?\n[file: plan.pdf]' };

    test.each([
      ['part first', [part, whole]],
      ['whole first', [whole, part]],
    ])('is stored once, and wakes once: %s', async (_order, events) => {
      const { intake, queue, store, calls } = bench('auto', 'regenerate', new FakeClock());
      await Promise.all(events.map((event) => intake.said(event)));
      expect(calls).toEqual(['append']);
      expect(queue.wakes).toEqual([key]);
      expect((await store.load(key))?.turns).toMatchObject([person(0, whole.text)]);
    });

    test('is stored by the part if the whole cannot be stored', async () => {
      const { intake, queue, store } = bench('auto', 'regenerate', new FakeClock());
      const wake = queue.wake.bind(queue);
      queue.wake = async () => {
        queue.wake = wake;
        throw new Error('Redis is away');
      };
      const [first, second] = await Promise.allSettled([intake.said(whole), intake.said(part)]);
      expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
      expect(queue.wakes).toEqual([key]);
      expect((await store.load(key))?.pending).toEqual([tsAt(0)]);
    });

    test('is stored by the part if the whole does not come', async () => {
      const clock = new FakeClock();
      const { intake, queue } = bench('auto', 'regenerate', clock);
      const said = intake.said(part);
      await clock.untilSleeping();
      await clock.advance(99);
      expect(queue.wakes).toEqual([]);
      await clock.advance(1);
      await said;
      expect(queue.wakes).toEqual([key]);
    });
  });

  test('delivered again after an edit, stays as edited', async () => {
    const { intake, store } = bench();
    await intake.said(question);
    await intake.edited({ ...question, text: 'what is old?' }, '1766458100.000000', false);
    await intake.said(question);
    expect((await store.load(key))?.turns).toMatchObject([{ text: 'what is old?' }]);
  });

  test('delivered twice is stored once, but wakes twice', async () => {
    const { intake, queue, store } = bench();
    await intake.said(question);
    await intake.said(question);
    expect(queue.wakes).toEqual([key, key]);
    expect((await store.load(key))?.turns).toHaveLength(1);
  });

  test("in the bot's thread is a question without a mention", async () => {
    const { intake, queue } = bench();
    await intake.said(question);
    await intake.said(follows(1));
    expect(queue.wakes).toEqual([key, key]);
  });

  test("to another person in the bot's thread is stored without a wake-up", async () => {
    const { intake, queue, store } = bench();
    await intake.said(question);
    await intake.said(follows(1, { addressed: 'others', author: BEN }));
    expect(queue.wakes).toEqual([key]);
    expect(await store.load(key)).toMatchObject({
      turns: [{ ts: tsAt(0) }, { ts: tsAt(1), author: BEN }],
      pending: [tsAt(0)],
    });
  });

  test('in a thread without the bot is not stored', async () => {
    const { intake, queue, store } = bench('all');
    await intake.said(follows(1));
    expect(queue.wakes).toEqual([]);
    expect(await store.load(key)).toBeUndefined();
  });

  test.each(['auto', 'all', 'mention'] as const)(
    'at the top level of a channel needs no store access, with thread replies "%s"',
    async (mode) => {
      const { intake, queue, calls } = bench(mode);
      const chatter = { conversation: { ...question.conversation, thread: tsAt(7) }, ts: tsAt(7) };
      await intake.said(follows(7, chatter));
      await intake.said(follows(7, { ...chatter, addressed: 'others' }));
      expect(calls).toEqual([]);
      expect(queue.wakes).toEqual([]);
    },
  );
});

describe('where the store says when the wake-up may leave', () => {
  /** The wake-ups when the append is on its way, and those after it. `overtakes`: the first is done before it. */
  async function wakesOf(
    message: IncomingMessage,
    { appended, overtakes = false }: { appended?: Appended; overtakes?: boolean } = {},
  ): Promise<[during: number, after: number]> {
    const store = memoryStore();
    let [during, after] = [0, 0];
    let isStored = (): void => {};
    const stored = new Promise<void>((resolve) => (isStored = resolve));
    const queue = {
      async wake() {
        after += 1;
        if (!overtakes) await stored;
      },
    };
    const append: ConversationStore['append'] = async (said, intent, behind) => {
      behind?.();
      during = after;
      const result = appended ?? (await store.append(said, intent));
      setImmediate(isStored);
      return result;
    };
    await createIntake({ store: { ...store, append }, queue, ...settings }).said(message);
    return [during, after];
  }

  test('it leaves with a question that is certain to wake', async () => {
    expect(await wakesOf(question)).toEqual([1, 1]);
  });

  test('another follows where it was done before the question was stored', async () => {
    expect(await wakesOf(question, { overtakes: true })).toEqual([1, 2]);
  });

  test('another follows when the whole of the question has replaced a part of it', async () => {
    expect(await wakesOf(question, { appended: 'duplicate' })).toEqual([1, 2]);
  });

  test.each([
    ['what is not for the bot perhaps', follows(1)],
    ['what may stop a reply', { ...question, text: 'stop' }],
  ])('not with %s', async (_, message) => {
    const [during] = await wakesOf(message);
    expect(during).toBe(0);
  });

  test('an append that fails is thrown, also if the wake-up fails, too', async () => {
    const wake = async (): Promise<void> => Promise.reject(new Error('Redis is full'));
    const append: ConversationStore['append'] = async (_said, _intent, behind) => {
      behind?.();
      throw new Error('Redis is away');
    };
    const intake = createIntake({ store: { ...memoryStore(), append }, queue: { wake }, ...settings });
    await expect(intake.said(question)).rejects.toThrow('Redis is away');
  });
});

describe('an error is thrown, so that Slack sends the event again', () => {
  test('from the store: no conversation is woken', async () => {
    const queue = new FakeQueue();
    const store = { ...memoryStore(), append: async () => Promise.reject(new Error('Redis is away')) };
    await expect(createIntake({ store, queue, ...settings }).said(question)).rejects.toThrow('Redis is away');
    expect(queue.wakes).toEqual([]);
  });

  test('from the queue: the next delivery wakes the conversation', async () => {
    const store = memoryStore();
    const broken = {
      wake: async () => Promise.reject(new Error('Redis is away')),
      start: async () => undefined,
      stop: async () => undefined,
    };
    await expect(createIntake({ store, queue: broken, ...settings }).said(question)).rejects.toThrow('Redis is away');
    const queue = new FakeQueue();
    await createIntake({ store, queue, ...settings }).said(question);
    expect(queue.wakes).toEqual([key]);
  });
});

describe('a later change', () => {
  test('an edit rewrites the turn and wakes; an outdated one wakes too: its first receiver may have died', async () => {
    const { intake, queue, store } = bench();
    await intake.said(question);
    await intake.edited({ ...question, text: 'what is old?' }, tsAt(3), false);
    await intake.edited({ ...question, text: 'what was in between?' }, tsAt(2), false);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, 'what is old?')], pending: [tsAt(0)] });
    expect(queue.wakes).toEqual([key, key, key]);
  });

  test.each([
    ['regenerate', [tsAt(0)]],
    ['remember', []],
  ] as const)(
    'with edits "%s", an edit of an answered question leaves these messages pending: %j',
    async (edits, pending) => {
      const { intake, store } = bench('auto', edits);
      await intake.said(question);
      await store.settle(key, [tsAt(0)], [assistant(1, 'Nothing.', 0)]);
      await intake.edited({ ...question, text: 'what is old?' }, tsAt(3), false);
      expect((await store.load(key))?.pending).toEqual(pending);
    },
  );

  test('an edit that mentions the bot starts a conversation once, even if its message never arrives', async () => {
    const { intake, store } = bench();
    await intake.edited(question, tsAt(5_000), true);
    await store.settle(key, [tsAt(0)], [assistant(5_001, 'Nothing.', 0)]);
    await intake.edited(question, tsAt(5_000), true);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, question.text), {}], pending: [] });
  });

  test('an edit that mentions the bot starts a conversation once, whatever its message then contains', async () => {
    const { intake, queue, store } = bench();
    const edit = { ...question, text: 'what is new, bot?' };
    await intake.edited(edit, tsAt(3), true);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, edit.text)], pending: [tsAt(0)] });
    expect(queue.wakes).toEqual([key]);
    await store.settle(key, [tsAt(0)], [assistant(4, 'Nothing.', 0)]);
    await intake.edited(edit, tsAt(3), true);
    expect((await store.load(key))?.pending).toEqual([]);
    await intake.said({ ...question, addressed: 'open' });
    await intake.said(edit);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, edit.text), {}], pending: [] });
  });

  test('an edit that mentions the bot turns a stored message into a question', async () => {
    const { intake, store } = bench();
    await intake.said(question);
    await intake.said(follows(1, { addressed: 'others', author: BEN }));
    await intake.edited(follows(1, { addressed: 'bot', author: BEN, text: 'and you?' }), tsAt(3), true);
    expect((await store.load(key))?.pending).toEqual([tsAt(0), tsAt(1)]);
  });

  test('an edit of an unknown message wakes no conversation', async () => {
    const { intake, queue } = bench();
    await intake.edited({ ...question, addressed: 'open' }, tsAt(3), false);
    expect(queue.wakes).toEqual([]);
  });

  test('an edit delivered before its message is kept if the edit addresses the bot', async () => {
    const { intake, store } = bench();
    await intake.edited({ ...question, text: 'what is old?' }, tsAt(3), false);
    await intake.said(question);
    expect(await store.load(key)).toMatchObject({ turns: [person(0, 'what is old?')], pending: [tsAt(0)] });
    const other = bench();
    await other.intake.edited({ ...question, text: 'what is old?', addressed: 'open' }, tsAt(3), false);
    await other.intake.said(question);
    expect(await other.store.load(key)).toMatchObject({ turns: [person(0, question.text)] });
  });

  test('a deletion removes the turn and its question, and wakes the conversation to retract a reply', async () => {
    const { intake, queue, store } = bench();
    await intake.said(question);
    await intake.deleted(key, { ts: tsAt(0) });
    expect(await store.load(key)).toMatchObject({ turns: [], pending: [] });
    await intake.deleted(key, { ts: tsAt(7) });
    expect(queue.wakes).toEqual([key, key]);
  });
});

describe('an observer', () => {
  test('sees each delivery that concerns the bot, before it is stored', async () => {
    const seen: unknown[] = [];
    const store = memoryStore();
    const intake = createIntake({
      store: { ...store, append: (...said) => (seen.push('append'), store.append(...said)) },
      queue: new FakeQueue(),
      observe: (...observed) => seen.push(observed),
      ...settings,
    });
    await intake.said({ ...question, addressed: 'open' });
    await intake.said(question);
    await intake.said(question);
    const received = [key, { type: 'received', ts: question.ts }];
    expect(seen).toEqual([received, 'append', received, 'append']);
  });

  test('sees only edits that change a stored turn', async () => {
    const seen: unknown[] = [];
    const intake = createIntake({
      store: memoryStore(),
      queue: new FakeQueue(),
      observe: (...observed) => seen.push(observed),
      ...settings,
    });
    await intake.edited({ ...question, text: 'not known yet' }, tsAt(1), false);
    expect(seen).toEqual([]);
    await intake.said(question);
    seen.length = 0;
    await intake.edited({ ...question, text: 'what is old?' }, tsAt(3), false);
    await intake.edited({ ...question, text: 'what was in between?' }, tsAt(2), false);
    expect(seen).toEqual([[key, { type: 'edited', ts: tsAt(0) }]]);
  });
});

test('names are looked up ahead for messages that are kept, and only once', async () => {
  const seen: string[] = [];
  const store = memoryStore();
  const lookUpAhead = ({ ts }: IncomingMessage): number => seen.push(ts);
  const intake = createIntake({ store, queue: new FakeQueue(), ...settings, lookUpAhead });
  await intake.said({ ...question, conversation: { ...question.conversation, thread: tsAt(9) }, addressed: 'open' });
  await intake.said(question);
  await intake.said(question);
  await intake.said(follows(1));
  await intake.said(follows(2, { addressed: 'others' }));
  expect(seen).toEqual([tsAt(0), tsAt(1), tsAt(2)]);
});

describe('with settings', () => {
  test.each([
    ['all', 'pending'],
    ['auto', 'pending'],
    ['mention', 'context'],
    ['off', 'context'],
  ] as const)('%s: a reply in a thread that does not name the bot is stored as %s', async (answers, stored) => {
    const store = memoryStore();
    const reader = settingsReader(memorySettings(), { deployment: { answers: 'auto' }, file: { answers } });
    const intake = createIntake({ store, queue: new FakeQueue(), ...settings, settings: reader });
    await intake.said(question);
    await intake.said(follows(1));
    const pending = (await store.load(key))?.pending ?? [];
    expect(pending.includes(tsAt(1))).toBe(stored === 'pending');
  });

  test('they are read only for such replies', async () => {
    const read: unknown[] = [];
    const layers = { read: async (place: unknown) => (read.push(place), {}) };
    const intake = createIntake({
      store: memoryStore(),
      queue: new FakeQueue(),
      ...settings,
      settings: settingsReader(layers, {}),
    });
    await intake.said(question);
    await intake.said({
      ...question,
      ts: tsAt(5),
      conversation: { ...question.conversation, thread: tsAt(5) },
      addressed: 'open',
    });
    expect(read).toEqual([]);
    await intake.said(follows(1));
    expect(read).toEqual([{ team: 'T1', channel: 'C1' }]);
  });
});
