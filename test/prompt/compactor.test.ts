import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/core/content.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { ModelError } from '../../src/core/errors.js';
import type { Observation } from '../../src/core/observation.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { english } from '../../src/messages/english.js';
import { createCompactor } from '../../src/prompt/compactor.js';
import { meter } from '../../src/usage/metering.js';
import { FakeClock } from '../support/clock.js';
import { done, RecordingLogger, FakeEphemeral, peopleNamed, ScriptedModel } from '../support/doubles.js';
import { Gate } from '../support/gate.js';
import { ANN, assistant, conversation, person, tsAt, isShared } from '../support/turns.js';
import { until } from '../support/until.js';

const { id } = conversation([]);
const key = keyOf(id);
const TEN_MINUTES_MS = 600_000;

/** A store with a conversation of `questions` and their answers, each of 100 tokens, and what sums it up. */
async function bench(model: ScriptedModel, questions = 6) {
  const [store, clock, log] = [memoryStore(), new FakeClock(), new RecordingLogger()];
  const seen: Observation[] = [];
  for (let at = 0; at < 2 * questions; at += 2) {
    await store.append(
      { conversation: id, ts: tsAt(at), author: ANN, text: `question ${at}`, tokens: 92, addressed: 'bot' },
      'yes',
    );
    await store.settle(key, [tsAt(at)], [{ ...assistant(at + 1, `answer ${at}`, at), tokens: 96 }]);
  }
  const compactor = createCompactor({
    store,
    ask: meter({
      model,
      ledger: memoryLedger({}, clock),
      budgets: {},
      ephemeral: new FakeEphemeral(),
      botMessages: english,
      clock,
      logger: log,
      stopping: new AbortController().signal,
    }),
    people: peopleNamed({ [ANN]: 'Ann' }),
    clock,
    logger: log,
    isShared,
    systemPrompt: 'You are a test.',
    promptTokens: 10_000,
    thresholds: { high: 1_000, low: 500 },
    summaryWords: 500,
    observe: (_, observation) => seen.push(observation),
  });
  const load = async (): Promise<Conversation> => (await store.load(key)) ?? conversation([]);
  return { store, clock, log, seen, compactor, load, consider: async () => compactor.consider(await load()) };
}

describe('a long conversation', () => {
  test('is summed up, in place of its oldest turns, which stay', async () => {
    const model = new ScriptedModel('  Ann asked much.\n');
    const { consider, load, seen } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'it is said what became of it');
    const { summary, turns } = await load();
    expect(summary).toEqual({ text: 'Ann asked much.', covers: [0, 1, 2, 3, 4, 5, 6].map(tsAt) });
    expect(turns).toHaveLength(12);
    expect(seen).toEqual([{ type: 'summed_up', turns: 7, kept: true }]);
    expect(model.requests[0]?.messages.at(1)?.content).toBe('Ann: question 0');
  });

  test('that is very long is summed up part by part, each with the summary before', async () => {
    const model = new ScriptedModel('one', 'two', 'three');
    const { consider, load, seen } = await bench(model, 12);
    await consider();
    await until(() => seen.length > 1, 'it is said what became of it');
    expect(model.requests).toHaveLength(2);
    expect(model.requests[1]?.messages.at(1)?.content).toContain('one');
    expect((await load()).summary).toMatchObject({ text: 'two', covers: { length: 19 } });
  });

  test('is summed up once at a time', async () => {
    const held = new Gate();
    const model = new ScriptedModel([() => held.opened, { type: 'text', text: 'one' }, done()]);
    const { consider, seen } = await bench(model);
    await consider();
    await consider();
    held.open();
    await until(() => seen.length > 0, 'it is said what became of it');
    expect(model.requests).toHaveLength(1);
  });

  test('takes no half answer for a summary: what a broken stream began is forgotten', async () => {
    const model = new ScriptedModel([
      { type: 'text', text: 'Half' },
      { type: 'restart' },
      { type: 'text', text: 'Whole.' },
      done(),
    ]);
    const { consider, load, seen } = await bench(model);
    await consider();
    await until(() => seen.length > 0, 'it is said what became of it');
    expect((await load()).summary?.text).toBe('Whole.');
  });

  test('that is short is left as it is', async () => {
    const model = new ScriptedModel('one');
    const { consider, compactor } = await bench(model, 4);
    await consider();
    await compactor.stop();
    expect(model.requests).toEqual([]);
  });
});

describe('a turn that is changed while it is summed up', () => {
  test('has the summary made again, without the old words, when changes are over', async () => {
    const [changed, asked] = [new Gate(), new Gate()];
    const model = new ScriptedModel([asked.open, () => changed.opened, { type: 'text', text: 'old' }, done()], 'new');
    const { consider, load, seen, store, clock } = await bench(model);
    await consider();
    await asked.opened;
    await store.edit(key, person(0, 'better words'), tsAt(20));
    await store.remove(key, tsAt(2));
    changed.open();
    await clock.untilSleeping();
    expect((await load()).summary).toBeUndefined();
    await clock.advance(3_000);
    await until(() => seen.length > 1, 'it is said what became of it');
    expect(seen).toMatchObject([{ kept: false }, { kept: true }]);
    expect((await load()).summary?.text).toBe('new');
    const words = model.requests[1]?.messages.map(({ content }) => textOf(content)).join(' ');
    expect(words).toContain('better words');
    expect(words).not.toContain('question 2');
  });

  test('again and again is left for another reply', async () => {
    const changing = (n: number) => async (): Promise<void> => {
      await store.edit(key, person(0, `words ${n}`), tsAt(20 + n));
    };
    const model = new ScriptedModel(
      ...[1, 2, 3].map((n) => [changing(n), { type: 'text' as const, text: 'x' }, done()]),
    );
    const { consider, seen, store, clock, compactor } = await bench(model);
    await consider();
    for (const _ of [1, 2]) {
      await clock.untilSleeping();
      await clock.advance(3_000);
    }
    await until(() => seen.length === 3, 'it is said what became of it');
    await compactor.stop();
    expect(model.requests).toHaveLength(3);
  });
});

describe('a summary that cannot be had', () => {
  const failures = [
    ['the model fails', new ScriptedModel([new ModelError('unavailable', 'down')])],
    ['the model is cut off', new ScriptedModel([{ type: 'text', text: 'Half' }, done('length')])],
    ['the model says nothing', new ScriptedModel(' ')],
  ] as const;

  test.each(failures)(
    'leaves the conversation as it is, its prompts bounded, and is tried again later: %s',
    async (_, model) => {
      const { consider, load, seen, compactor, clock, log } = await bench(model);
      expect(compactor.promptTokens(key)).toBe(10_000);
      const tries = (): number => seen.filter(({ type }) => type === 'not_summed_up').length;
      const before = model.requests.length;
      await consider();
      await until(() => tries() === 1, 'it is said what became of it');
      expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
      expect((await load()).summary).toBeUndefined();
      expect(compactor.promptTokens(key)).toBe(2_000);
      expect(compactor.promptTokens('T1:C1:other')).toBe(10_000);
      await consider();
      await clock.advance(TEN_MINUTES_MS);
      expect(model.requests.length - before).toBe(1);
      await consider();
      await until(() => tries() === 2, 'it is said what became of it');
    },
  );
});

describe('a process that stops', () => {
  let asked: Gate;
  beforeEach(() => {
    asked = new Gate();
  });

  test('gives up what it sums up, without a word', async () => {
    const held = new Gate();
    const model = new ScriptedModel([asked.open, () => held.opened, { type: 'text', text: 'x' }, done()]);
    const { consider, load, compactor, log, seen } = await bench(model);
    await consider();
    await asked.opened;
    const stopped = compactor.stop();
    held.open();
    await stopped;
    expect([log.lines, seen]).toEqual([[], []]);
    expect((await load()).summary).toBeUndefined();
    await consider();
    expect(model.requests).toHaveLength(1);
  });
});
