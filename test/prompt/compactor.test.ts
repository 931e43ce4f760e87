import { beforeEach, describe, expect, test } from '@jest/globals';
import { conversationFiles } from '../../src/conversation/files.js';
import { textOf } from '../../src/core/content.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { ModelError } from '../../src/core/errors.js';
import type { Observation } from '../../src/core/observation.js';
import type { ConversationStore, FilesOfTurns } from '../../src/core/ports.js';
import { memoryFiles } from '../../src/in-memory/files.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { english } from '../../src/messages/english.js';
import { createCompactor } from '../../src/prompt/compactor.js';
import { meter } from '../../src/usage/metering.js';
import { FakeClock } from '../support/clock.js';
import {
  done,
  FakeQueue,
  RecordingLogger,
  FakeEphemeral,
  peopleNamed,
  placesNamed,
  ScriptedModel,
} from '../support/doubles.js';
import { Gate } from '../support/gate.js';
import { ANN, assistant, BEN, conversation, padded, person, segmentOf, tsAt, isShared } from '../support/turns.js';
import { until } from '../support/until.js';

const { id } = conversation([]);
const key = keyOf(id);
const TEN_MINUTES_MS = 600_000;

/** A stored conversation of `questions` and their answers, each of 100 tokens, and a compactor. */
async function bench(model: ScriptedModel, questions = 6, files?: { of: number[]; read: FilesOfTurns }) {
  const [store, clock, log] = [memoryStore(), new FakeClock(), new RecordingLogger()];
  const seen: Observation[] = [];
  for (let at = 0; at < 2 * questions; at += 2) {
    await store.append(
      {
        conversation: id,
        ts: tsAt(at),
        author: ANN,
        text: padded(`question ${at}`, 92),
        addressed: 'bot',
        ...(files?.of.includes(at) && { files: [{ id: `F${at}`, name: `${at}.png`, mimetype: 'image/png' }] }),
      },
      'yes',
    );
    await store.settle(key, [tsAt(at)], [assistant(at + 1, padded(`answer ${at}`, 96), at)]);
  }
  const ask = meter({
    model,
    ledger: memoryLedger({}, clock),
    budgets: {},
    ephemeral: new FakeEphemeral(),
    botMessages: english,
    clock,
    logger: log,
    stopping: new AbortController().signal,
  });
  const billed: (readonly string[])[] = [];
  const compactor = createCompactor({
    store,
    ask: (call) => {
      billed.push(call.people);
      return ask(call);
    },
    people: peopleNamed({ [ANN]: 'Ann' }),
    places: placesNamed(),
    clock,
    logger: log,
    isShared,
    ...(files && { files: files.read, model: Object.assign(model, { imageTokens: () => 1 }) }),
    systemPrompt: 'You are a test.',
    promptTokens: 10_000,
    thresholds: { high: 1_000, low: 500, segments: 2 },
    summaryWords: 500,
    observe: (_, observation) => seen.push(observation),
  });
  const load = async (): Promise<Conversation> => (await store.load(key)) ?? conversation([]);
  return { store, clock, log, seen, billed, compactor, load, consider: async () => compactor.consider(await load()) };
}

describe('a long conversation', () => {
  test('gets a summary of its oldest turns', async () => {
    const model = new ScriptedModel('  Ann asked much.\n');
    const { consider, load, seen } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'the outcome');
    const { segments, turns } = await load();
    expect(segments).toMatchObject([{ text: 'Ann asked much.', turns: 7, tokens: 700 }]);
    expect(turns.map(({ ts }) => ts)).toEqual([7, 8, 9, 10, 11].map(tsAt));
    expect(seen).toEqual([{ type: 'summed_up', turns: 7, kept: true }]);
    expect(model.requests[0]?.messages.at(1)?.content).toMatch(/^Ann: question 0 a/);
  });

  test('is summarized part by part if it is very long, each part by itself', async () => {
    const model = new ScriptedModel('one', 'two', 'three');
    const { consider, load, seen } = await bench(model, 12);
    await consider();
    await until(() => seen.length > 1, 'the outcome');
    expect(model.requests).toHaveLength(2);
    expect(model.requests[1]?.messages.at(1)?.content).toMatch(/^Ann: question 10 a/);
    expect((await load()).segments).toMatchObject([
      { text: 'one', turns: 10 },
      { text: 'two', turns: 9 },
    ]);
  });

  test('gets one summary out of the two smallest neighbours when there are too many', async () => {
    const model = new ScriptedModel('one', 'two', 'three', 'two and three');
    const { consider, load, seen } = await bench(model, 17);
    await consider();
    await until(() => seen.length > 3, 'the outcome');
    expect((await load()).segments?.map(({ text }) => text)).toEqual(['one', 'two and three']);
    const words = model.requests[3]?.messages.map(({ content }) => textOf(content)).join('\n');
    expect(words).toMatch(/two[^]*three[^]*Sum up the conversation above/);
    expect(words).not.toContain('one');
  });

  test('has one running summary at a time', async () => {
    const held = new Gate();
    const model = new ScriptedModel([() => held.opened, { type: 'text', text: 'one' }, done()]);
    const { consider, seen } = await bench(model);
    await consider();
    await consider();
    held.open();
    await until(() => seen.length > 0, 'the outcome');
    expect(model.requests).toHaveLength(1);
  });

  test('gets a summary without the text before a restart', async () => {
    const model = new ScriptedModel([
      { type: 'text', text: 'Half' },
      { type: 'restart' },
      { type: 'text', text: 'Whole.' },
      done(),
    ]);
    const { consider, load, seen } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'the outcome');
    expect((await load()).segments).toMatchObject([{ text: 'Whole.' }]);
  });

  test('is summed up with its pictures, however many newer ones there are, each in a line', async () => {
    const reader = conversationFiles({
      files: memoryFiles(new FakeClock()),
      source: { download: async () => Buffer.from('x') },
      reader: { extract: async () => ({ kind: 'image', width: 1, height: 1, data: 'AAAA' }) },
      store: memoryStore(),
      queue: new FakeQueue(),
      isRead: true,
      maxTokens: 1_000,
      clock: new FakeClock(),
      logger: new RecordingLogger(),
    });
    const model = new ScriptedModel('Ann showed wool.');
    const everywhere = Array.from({ length: 12 }, (_, at) => 2 * at);
    const { consider, load, seen } = await bench(model, 12, { of: everywhere, read: reader });
    await consider();
    await until(() => seen.length > 0, 'the outcome');
    const asked = model.requests[0]?.messages ?? [];
    const images = asked.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
    expect(images.filter(({ type }) => type === 'image').map(({ text }) => /\d+\.png/.exec(text)?.[0])).toEqual(
      [0, 2, 4, 6, 8].map((at) => `${at}.png`),
    );
    expect(textOf(asked.at(-1)?.content ?? '')).toContain('Of each picture and each file, say in one line');
    const { segments, turns } = await load();
    expect(segments?.[0]?.text).toBe('Ann showed wool.');
    expect(JSON.stringify(turns)).not.toContain('"F0"');
  });

  test('is asked nothing about files where there are none', async () => {
    const model = new ScriptedModel('one');
    const { consider, seen } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'the outcome');
    expect(textOf(model.requests[0]?.messages.at(-1)?.content ?? '')).not.toContain('picture');
  });

  test('is not summarized below the threshold', async () => {
    const model = new ScriptedModel('one');
    const { consider, compactor } = await bench(model, 4);
    await consider();
    await compactor.stop();
    expect(model.requests).toEqual([]);
  });
});

describe('a turn that changes while it is summarized', () => {
  test('causes a new summary without the old words, once changes pause', async () => {
    const [changed, asked] = [new Gate(), new Gate()];
    const model = new ScriptedModel([asked.open, () => changed.opened, { type: 'text', text: 'old' }, done()], 'new');
    const { consider, load, seen, store } = await bench(model);
    await consider();
    await asked.opened;
    await store.edit(key, person(0, 'better words'), tsAt(20));
    await store.remove(key, tsAt(2));
    changed.open();
    await until(() => seen.length > 1, 'the outcome');
    expect(seen).toMatchObject([{ kept: false }, { kept: true }]);
    expect((await load()).segments).toMatchObject([{ text: 'new' }]);
    const words = model.requests[1]?.messages.map(({ content }) => textOf(content)).join(' ');
    expect(words).toContain('better words');
    expect(words).not.toContain('question 2');
  });

  test('several times is left to the next reply', async () => {
    const changing = (n: number) => async (): Promise<void> => {
      await store.edit(key, person(0, `words ${n}`), tsAt(20 + n));
    };
    const model = new ScriptedModel(
      ...[1, 2, 3].map((n) => [changing(n), { type: 'text' as const, text: 'x' }, done()]),
    );
    const { consider, seen, store, compactor } = await bench(model);
    await consider();
    await until(() => seen.length === 3, 'the outcome');
    await compactor.stop();
    expect(model.requests).toHaveLength(3);
  });
});

describe('a turn that changes after it was summarized', () => {
  test('costs its own segment, which is made again once the changes are over', async () => {
    const model = new ScriptedModel('one', 'two', 'one again');
    const { consider, load, seen, store, clock } = await bench(model, 12);
    await consider();
    await until(() => seen.length > 1, 'the summaries');
    await store.edit(key, person(0, 'better words'), tsAt(40));
    expect((await load()).segments?.map(({ text }) => text)).toEqual(['two']);
    await consider();
    await clock.untilSleeping();
    await store.remove(key, tsAt(2));
    await clock.advance(3_000);
    await clock.untilSleeping();
    expect(model.requests).toHaveLength(2);
    await clock.advance(3_000);
    await until(() => seen.length > 2, 'the new summary');
    expect((await load()).segments?.map(({ text }) => text)).toEqual(['one again', 'two']);
    const words = model.requests[2]?.messages.map(({ content }) => textOf(content)).join('\n');
    expect(words).toContain('better words');
    expect(words).not.toMatch(/question [02]|two/);
  });

  test.each<[string, (store: ConversationStore) => Promise<unknown>]>([
    ['edited', (store) => store.edit(key, person(0, 'better words'), tsAt(40))],
    ['deleted', (store) => store.remove(key, tsAt(0), ANN)],
  ])('is summarized at the cost of its author if it is %s, not of who wrote last', async (_, change) => {
    const model = new ScriptedModel('one', 'one again');
    const { consider, seen, store, clock, billed } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'the summary');
    await store.append({ conversation: id, ts: tsAt(30), author: BEN, text: 'aside', addressed: 'open' }, 'no');
    await change(store);
    await consider();
    await clock.untilSleeping();
    await clock.advance(3_000);
    await until(() => seen.length > 1, 'the new summary');
    expect(billed).toEqual([[ANN], [ANN, BEN]]);
  });
});

describe('a summary that fails', () => {
  const failures = [
    ['the model fails', new ScriptedModel([new ModelError('unavailable', 'down')])],
    ['the model is cut off', new ScriptedModel([{ type: 'text', text: 'Half' }, done('length')])],
    ['the model says nothing', new ScriptedModel(' ')],
  ] as const;

  test.each(failures)(
    'leaves the conversation unchanged, shortens its prompts, and is retried later: %s',
    async (_, model) => {
      const { consider, load, seen, compactor, clock, log } = await bench(model);
      expect(compactor.promptTokens(key)).toBe(10_000);
      const failedAttempts = (): number => seen.filter(({ type }) => type === 'not_summed_up').length;
      const before = model.requests.length;
      await consider();
      await until(() => failedAttempts() === 1, 'the outcome');
      expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
      expect((await load()).segments).toBeUndefined();
      expect(compactor.promptTokens(key)).toBe(2_000);
      expect(compactor.promptTokens('T1:C1:other')).toBe(10_000);
      await consider();
      await clock.advance(TEN_MINUTES_MS);
      expect(model.requests.length - before).toBe(1);
      await consider();
      await until(() => failedAttempts() === 2, 'the outcome');
    },
  );
});

test('a summary that the store does not take for a while is stored later, and costs one call', async () => {
  const model = new ScriptedModel('one');
  const { consider, load, seen, store, clock, log, compactor } = await bench(model);
  const compact = store.compact.bind(store);
  let failures = 2;
  store.compact = async (...summary) => {
    failures -= 1;
    if (failures >= 0) throw new Error('READONLY');
    return compact(...summary);
  };
  await consider();
  for (const _ of [1, 2]) {
    await clock.untilSleeping();
    await clock.advance(1_000);
  }
  await until(() => seen.length > 0, 'the outcome');
  expect((await load()).segments).toMatchObject([{ text: 'one' }]);
  expect(model.requests).toHaveLength(1);
  expect(compactor.promptTokens(key)).toBe(10_000);
  expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
});

test('a store that fails is no reason to do without a summary: the next reply tries again', async () => {
  const { consider, seen, store, compactor, log } = await bench(new ScriptedModel('one'));
  const load = store.load.bind(store);
  // The running one loads again when it has stored a summary.
  const compact = store.compact.bind(store);
  store.compact = async (...summary) => {
    store.load = async () => {
      store.load = load;
      throw new Error('READONLY');
    };
    return compact(...summary);
  };
  await consider();
  await until(() => log.lines.some(({ level }) => level === 'warn'), 'the failure');
  expect(seen.map(({ type }) => type)).toEqual(['summed_up']);
  expect(compactor.promptTokens(key)).toBe(10_000);
});

test('a conversation far too long without a summary is cut, so that loading it costs no more than before', async () => {
  const model = new ScriptedModel([new ModelError('unavailable', 'down')]);
  const { consider, load, log } = await bench(model, 25);
  await consider();
  await until(() => log.lines.length > 1, 'the cut');
  const { segments, turns } = await load();
  expect(segments).toMatchObject([{ text: '', turns: 20 }]);
  expect(turns).toHaveLength(30);
});

test('a later summary is not written to the prompt cache: no other prompt begins like it', async () => {
  const model = new ScriptedModel('one', 'two');
  const { consider, seen } = await bench(model, 12);
  await consider();
  await until(() => seen.length > 1, 'two summaries');
  expect(model.requests.map(({ uncached }) => uncached)).toEqual([false, true]);
});

test('of too many segments without a summary, the model is not asked what nobody can know', async () => {
  const model = new ScriptedModel([{ type: 'text', text: 'Both.' }, done()]);
  const { consider, load, store } = await bench(model, 8);
  const texts = ['', '', 'Plums.', ''];
  for (const [at, text] of texts.entries()) {
    const { changes = 0 } = await load();
    const turns = [person(2 * at, ''), assistant(2 * at + 1, '', 2 * at)];
    const { id: _, ...segment } = segmentOf(turns, text);
    await store.compact(key, { segment, turns: turns.map(({ ts }) => ts), segments: [], seal: [] }, changes);
  }
  await consider();
  await until(async () => (await load()).segments?.length === 2, 'two segments');
  expect((await load()).segments?.map(({ text }) => text).join('')).toBe('Plums.');
  expect(model.requests).toHaveLength(0);
});

test('a summary counts to a person also where all that people wrote is in segments, or deleted', async () => {
  const model = new ScriptedModel([{ type: 'text', text: 'All.' }, done()]);
  const { consider, load, store, billed } = await bench(model, 4);
  for (const at of [0, 2, 4]) {
    const { changes = 0 } = await load();
    const turns = [person(at, ''), assistant(at + 1, '', at)];
    const { id: _, ...segment } = segmentOf(turns, `Part ${at}.`);
    await store.compact(key, { segment, turns: turns.map(({ ts }) => ts), segments: [], seal: [] }, changes);
  }
  await store.remove(key, tsAt(6));
  await consider();
  await until(async () => (await load()).segments?.length === 2, 'two segments');
  expect(billed).toEqual([[ANN]]);
});

describe('a process that stops', () => {
  let asked: Gate;
  beforeEach(() => {
    asked = new Gate();
  });

  test('gives up a running summary without logging', async () => {
    const held = new Gate();
    const model = new ScriptedModel([asked.open, () => held.opened, { type: 'text', text: 'x' }, done()]);
    const { consider, load, compactor, log, seen } = await bench(model);
    await consider();
    await asked.opened;
    const stopped = compactor.stop();
    held.open();
    await stopped;
    expect([log.lines, seen]).toEqual([[], []]);
    expect((await load()).segments).toBeUndefined();
    await consider();
    expect(model.requests).toHaveLength(1);
  });
});
