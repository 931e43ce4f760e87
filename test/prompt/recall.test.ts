/** In a long conversation, the model knows every fact that is still valid, and none that was withdrawn. */
import { expect, test } from '@jest/globals';
import { SeededRandom } from '../../chaos/random.js';
import { createResponder } from '../../src/conversation/responder.js';
import { StopWatch } from '../../src/conversation/stop.js';
import { textOf } from '../../src/core/content.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { CompletionEvent, CompletionRequest, Model, PromptMessage } from '../../src/core/ports.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { english } from '../../src/messages/english.js';
import { createCompactor } from '../../src/prompt/compactor.js';
import { asksForSummary, nextSegment } from '../../src/prompt/summary.js';
import { meter } from '../../src/usage/metering.js';
import { FakeClock } from '../support/clock.js';
import {
  done,
  FakeBacklog,
  RecordingLogger,
  FakeEphemeral,
  FakeReplies,
  peopleNamed,
  placesNamed,
  ScriptedLimits,
} from '../support/doubles.js';
import { ANN, BEN, conversation, padded, person, tsAt, isShared } from '../support/turns.js';
import { until } from '../support/until.js';

const QUESTIONS = 150;
const FACTS = 50;
const THRESHOLDS = { high: 3_000, low: 1_500, segments: 3 };
const FACT = /Fact \d+: [^.]+\./g;
const id = { team: 'T1', channel: 'C1', thread: tsAt(0) };
const key = keyOf(id);

function factsIn(messages: readonly PromptMessage[]): string[] {
  return [...new Set(messages.flatMap(({ content }) => textOf(content).match(FACT) ?? []))];
}

/** Knows the facts in its prompt, and nothing else. */
class ReadingModel implements Model {
  readonly name = 'reading';
  readonly limits = { contextWindow: 100_000, maxOutput: 1_000 };
  readonly prompts: string[] = [];
  summaries = 0;

  async *complete({ messages }: CompletionRequest): AsyncIterable<CompletionEvent> {
    this.prompts.push(messages.map(({ content }) => textOf(content)).join('\n'));
    const isAsked = asksForSummary(messages) || textOf(messages.at(-1)?.content ?? '').includes('What do you know?');
    if (asksForSummary(messages)) this.summaries += 1;
    yield {
      type: 'text',
      text: isAsked ? factsIn(messages).join('\n') || 'Nothing.' : `I see. ${'And so on. '.repeat(20)}`,
    };
    yield done();
  }
}

test('after 300 turns with edits and deletions, the model knows exactly the facts that are still valid', async () => {
  const [store, clock, logger, model, random] = [
    memoryStore(),
    new FakeClock(),
    new RecordingLogger(),
    new ReadingModel(),
    new SeededRandom(7),
  ];
  const people = peopleNamed({ [ANN]: 'Ann', [BEN]: 'Ben' });
  const ask = meter({
    model,
    ledger: memoryLedger({}, clock),
    budgets: {},
    ephemeral: new FakeEphemeral(),
    botMessages: english,
    clock,
    logger,
    stopping: new AbortController().signal,
  });
  const common = {
    store,
    model,
    ask,
    people,
    places: placesNamed(),
    clock,
    logger,
    systemPrompt: 'You are a test.',
    isShared,
  };
  const compactor = createCompactor({ ...common, promptTokens: 10_000, thresholds: THRESHOLDS, summaryWords: 500 });
  const respond = createResponder({
    ...common,
    compactor,
    replies: new FakeReplies(),
    limits: new ScriptedLimits(),
    ephemeral: new FakeEphemeral(),
    botMessages: english,
    backlog: new FakeBacklog(),
    stops: new StopWatch(),
    buttons: [],
  });

  /** Valid facts by number of their turn. */
  const valid = new Map<number, string>();
  const withdrawn: { fact: string; prompts: number }[] = [];
  const withdraw = (at: number): void => {
    withdrawn.push({ fact: valid.get(at) ?? '', prompts: model.prompts.length });
    valid.delete(at);
  };
  const answer = (): Promise<unknown> =>
    respond({
      key,
      run: 'run',
      crashes: 0,
      isGuilty: false,
      overdue: false,
      settled: async () => {},
      signal: new AbortController().signal,
    });
  const untilSummarized = (): Promise<void> =>
    until(async () => {
      await clock.advance(3_000);
      return nextSegment((await store.load(key)) ?? conversation([]), THRESHOLDS, true) === undefined;
    }, 'all summaries');
  const say = async (at: number, text: string): Promise<void> => {
    await store.append(
      { conversation: id, ts: tsAt(at), author: at % 3 === 0 ? BEN : ANN, text: padded(text, 100), addressed: 'bot' },
      'yes',
    );
    await answer();
  };
  /** The facts of the answer to a question that is asked at once, and removed again. */
  const knownNow = async (at: number): Promise<string[]> => {
    await say(at, 'What do you know?');
    const reply = (await store.load(key))?.turns.at(-1);
    for (const ts of [tsAt(at), reply?.ts ?? '']) await store.remove(key, ts);
    return reply?.text.split('\n') ?? [];
  };

  for (let at = 0; at < QUESTIONS; at += 1) {
    const fact = at % (QUESTIONS / FACTS) === 0 ? `Fact ${at}: the number is ${random.integer(1_000, 9_999)}.` : '';
    if (fact) valid.set(at, fact);
    await say(at, `${fact} ${'What do we make of it? '.repeat(12)}`);
    await untilSummarized();
    if (at % 10 !== 9) continue;
    const edited = random.pick([...valid.keys()] as [number, ...number[]]);
    withdraw(edited);
    const corrected = `Fact ${edited}: the number was ${random.integer(1_000, 9_999)}.`;
    await store.edit(key, person(edited, corrected), tsAt(1_000 + at));
    valid.set(edited, corrected);
    // Right after the edit, before anything is summarized again.
    expect((await knownNow(500 + at)).toSorted()).toEqual([...valid.values()].toSorted());
    await untilSummarized();
    const removed = random.pick([...valid.keys()] as [number, ...number[]]);
    withdraw(removed);
    await store.remove(key, tsAt(removed));
    expect((await knownNow(700 + at)).toSorted()).toEqual([...valid.values()].toSorted());
    await answer();
    await untilSummarized();
  }
  expect(valid.size).toBeGreaterThan(30);
  expect((await knownNow(QUESTIONS)).toSorted()).toEqual([...valid.values()].toSorted());
  expect(model.summaries).toBeGreaterThan(10);
  // No later prompt contains a withdrawn fact.
  for (const { fact, prompts } of withdrawn)
    expect(model.prompts.slice(prompts).filter((prompt) => prompt.includes(fact))).toEqual([]);
});
