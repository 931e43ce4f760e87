import { describe, expect, test } from '@jest/globals';
import { createResponder, type ResponderOptions } from '../../src/conversation/responder.js';
import { StopWatch } from '../../src/conversation/stop.js';
import { textOf } from '../../src/core/content.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { BudgetBusyError, ModelError, ReplyError, StaleRunError } from '../../src/core/errors.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import { settingsReader } from '../../src/core/layers/reader.js';
import type { Layers } from '../../src/core/layers/resolve.js';
import type { Observation } from '../../src/core/observation.js';
import type {
  CompletionEvent,
  ConversationStore,
  FinishReason,
  LimitReached,
  ModelProblem,
  Model,
  ModelWishes,
  Postponed,
  Wake,
  WakeHandler,
} from '../../src/core/ports.js';
import { memoryLedger } from '../../src/in-memory/ledger.js';
import { memoryLimits } from '../../src/in-memory/limits.js';
import { memorySettings } from '../../src/in-memory/settings.js';
import { memoryStore } from '../../src/in-memory/store.js';
import {
  modelProblem,
  CUT_OFF,
  FILTERED,
  earlierAnswerStands,
  GREETING,
  rateLimitNote,
  OLDEST_LEFT_OUT,
  POISONED,
  UNEXPECTED,
  budgetUsedUp,
  english,
} from '../../src/messages/english.js';
import { type MeteredModel, type MeterOptions, meter } from '../../src/usage/metering.js';
import { FakeClock } from '../support/clock.js';
import {
  done,
  FakeBacklog,
  FakeCompactor,
  RecordingLogger,
  FakeEphemeral,
  FakeReplies,
  type KeptReply,
  peopleNamed,
  placesNamed,
  ScriptedLimits,
  ScriptedModel,
} from '../support/doubles.js';
import { ANN, BEN, person, tsAt, isShared } from '../support/turns.js';
import { until } from '../support/until.js';

const id = { team: 'T1', channel: 'C1', thread: tsAt(0) };
const key = keyOf(id);
const text = (words: string) => ({ type: 'text' as const, text: words });

/** A responder with test doubles. */
class Bench {
  readonly store: ConversationStore = memoryStore();
  readonly replies = new FakeReplies();
  readonly log = new RecordingLogger();
  readonly clock = new FakeClock();
  readonly stopping = new AbortController();
  readonly seen: [string, Observation][] = [];
  readonly notes = new FakeEphemeral();
  readonly compactor = new FakeCompactor();
  readonly stops = new StopWatch();
  readonly ledger = memoryLedger({}, this.clock);
  /** Number of calls of `settled`. */
  settled = 0;
  private readonly respond: WakeHandler;

  constructor(
    readonly model: ScriptedModel,
    readonly backlog = new FakeBacklog(),
    others: Partial<ResponderOptions & MeterOptions> = {},
  ) {
    const { store, replies, notes, log: logger } = this;
    const limits = new ScriptedLimits();
    const people = peopleNamed({ [ANN]: 'Ann', [BEN]: 'Ben' });
    const ask = meter({
      model,
      ledger: this.ledger,
      budgets: {},
      ephemeral: notes,
      botMessages: english,
      clock: this.clock,
      logger,
      stopping: this.stopping.signal,
      ...others,
    });
    this.respond = createResponder({
      store,
      model,
      ask,
      replies,
      limits,
      ephemeral: notes,
      botMessages: english,
      backlog,
      people,
      places: placesNamed(),
      clock: this.clock,
      logger,
      isShared,
      systemPrompt: 'You are a test.',
      compactor: this.compactor,
      stops: this.stops,
      buttons: [],
      observe: (at, observation) => this.seen.push([at, observation]),
      ...others,
    });
  }

  /** Stores a message. */
  async asks(at: number, words: string, more: Partial<IncomingMessage> = {}): Promise<void> {
    await this.store.append(
      { conversation: id, ts: tsAt(at), author: ANN, text: words, addressed: 'bot', ...more },
      'yes',
    );
  }

  async wake(overdue = false, more: Partial<Wake> = {}): Promise<Postponed | undefined> {
    const settled = async (): Promise<void> => void (this.settled += 1);
    return this.respond({
      key,
      run: 'run-1',
      crashes: 0,
      isGuilty: false,
      overdue,
      settled,
      signal: this.stopping.signal,
      ...more,
    });
  }

  /** Advances the clock until `run` ends. */
  async runToEnd<T>(run: Promise<T>): Promise<T> {
    const end = run.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([end, this.clock.untilSleeping()]))) await this.clock.advance(500);
    return run;
  }

  async conversation(): Promise<Conversation | undefined> {
    return this.store.load(key);
  }

  /** Types of the observations. */
  get steps(): string[] {
    return this.seen.map(([at, { type }]) => (at === key ? type : `${type} elsewhere`));
  }

  /** Texts of the last prompt, without the system message. */
  get asked(): string[] {
    return (
      this.model.requests
        .at(-1)
        ?.messages.slice(1)
        .map(({ content }) => textOf(content)) ?? []
    );
  }
}

describe('an answer', () => {
  test('is posted and stored, and nothing stays pending', async () => {
    const bench = new Bench(new ScriptedModel([text('Not '), text('much.'), done()]));
    await bench.asks(0, 'What is new?');
    await bench.wake();
    expect(bench.asked).toEqual(['Ann: What is new?']);
    expect(bench.replies.texts).toEqual(['Not much.']);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [
        { role: 'person', text: 'What is new?' },
        { role: 'assistant', text: 'Not much.', after: tsAt(0) },
      ],
    });
    expect((await bench.conversation())?.turns[1]).not.toHaveProperty('notice');
  });

  test('covers all pending questions and is addressed to the last asker', async () => {
    const bench = new Bench(new ScriptedModel('Both.'));
    await bench.asks(0, 'One?');
    await bench.asks(1, 'Two?', { author: BEN });
    await bench.wake();
    expect(bench.replies.opened).toHaveLength(1);
    expect(bench.replies.opened[0]?.request).toMatchObject({ question: { author: BEN }, after: tsAt(1) });
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('to a question that arrives meanwhile is a second reply, whose prompt has the first', async () => {
    const bench = new Bench(new ScriptedModel([text('One!'), () => bench.asks(1, 'Two?'), done()], 'Two!'));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['One!', 'Two!']);
    expect(bench.asked).toEqual(['Ann: One?', 'One!', 'Ann: Two?']);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{ text: 'One?' }, { text: 'One!' }, { text: 'Two?' }, { text: 'Two!' }],
    });
  });

  test('is stored with its usage on its first message', async () => {
    const usage = { promptTokens: 9, cachedTokens: 8, completionTokens: 7, costUsd: 0.001 };
    const splitInTwo = (): void => {
      const [reply] = bench.replies.opened;
      if (reply)
        reply.finish = async () => [
          { ts: tsAt(5), text: 'One' },
          { ts: tsAt(6), text: ' and on' },
        ];
    };
    const bench = new Bench(
      new ScriptedModel([splitInTwo, text('One and on'), { type: 'done', finishReason: 'stop', usage }]),
    );
    await bench.asks(0, 'One?');
    await bench.wake();
    expect((await bench.conversation())?.turns.map((turn) => ('usage' in turn ? turn.usage : undefined))).toEqual([
      undefined,
      usage,
      undefined,
    ]);
    expect(bench.seen).toContainEqual([key, { type: 'completed', finishReason: 'stop', usage }]);
  });

  test('is billed to the last asker', async () => {
    const bench = new Bench(new ScriptedModel('Both.'));
    await bench.asks(0, 'One?', { author: BEN });
    await bench.asks(1, 'Two?');
    await bench.wake();
    expect((await bench.ledger.totals('T1', '2026-01')).filter(({ owner }) => owner === 'person')).toMatchObject([
      { id: ANN, calls: 1 },
    ]);
  });

  test('is not written when nothing is pending or the conversation is unknown', async () => {
    const bench = new Bench(new ScriptedModel('Hello?'));
    await bench.wake();
    await bench.asks(0, 'One?');
    await bench.store.settle(key, [tsAt(0)], []);
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(bench.replies.opened).toEqual([]);
  });

  test('does not contain the thinking, which is shown separately', async () => {
    const bench = new Bench(
      new ScriptedModel([
        { type: 'thinking', text: 'Hm, ' },
        { type: 'thinking', text: 'what?' },
        text('One!'),
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.opened).toMatchObject([{ text: 'One!', thoughts: 'Hm, what?' }]);
    expect((await bench.conversation())?.turns).toMatchObject([{ text: 'One?' }, { text: 'One!' }]);
  });

  test('shows only the text after a restart', async () => {
    const bench = new Bench(new ScriptedModel([text('Half an'), { type: 'restart' }, text('Whole'), done()]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['Whole']);
  });

  test('is recorded in the store while in progress', async () => {
    const inProgress = { after: tsAt(0), messages: [tsAt(7)], opening: false };
    const seen: unknown[] = [];
    const readStoredReply = async (): Promise<void> => {
      await bench.replies.opened[0]?.request.record(inProgress);
      seen.push((await bench.conversation())?.reply);
    };
    const bench = new Bench(new ScriptedModel([readStoredReply, text('One!'), done()]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(seen).toEqual([{ ...inProgress, questions: [tsAt(0)] }]);
    expect(await bench.conversation()).not.toHaveProperty('reply');
  });

  test('to a bare mention is a greeting, without the model', async () => {
    const bench = new Bench(new ScriptedModel('?'));
    await bench.asks(0, '');
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(bench.replies.texts).toEqual([GREETING]);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('to a bare mention after a question answers the question', async () => {
    const bench = new Bench(new ScriptedModel('One!'));
    await bench.asks(0, 'One?');
    await bench.asks(1, '');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['One!']);
  });

  test('is not written to a question in an unknown format, which waits for a newer version', async () => {
    const bench = new Bench(new ScriptedModel('One!'));
    const settled: unknown[] = [];
    const store: ConversationStore = {
      ...bench.store,
      load: async () => ({ id, turns: [], pending: [tsAt(0)], backlogRead: true }),
      settle: async (...args) => settled.push(args),
    };
    await new Bench(bench.model, bench.backlog, { store }).wake();
    expect(settled).toEqual([]);
    expect(bench.model.requests).toEqual([]);
  });
});

describe('an answer that ends early', () => {
  test.each<[FinishReason, string]>([
    ['length', CUT_OFF],
    ['content_filter', FILTERED],
  ])('says so: %s', async (reason, note) => {
    const bench = new Bench(new ScriptedModel([text('It begins'), done(reason)]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual([`It begins${note}`]);
    expect((await bench.conversation())?.turns.at(-1)).not.toHaveProperty('notice');
  });

  test.each<[string, FinishReason, ModelProblem]>([
    ['nothing', 'stop', 'empty'],
    ['nothing', 'length', 'empty'],
    ['nothing', 'content_filter', 'content_filter'],
    ['blanks', 'stop', 'empty'],
    ['blanks', 'content_filter', 'content_filter'],
    ['thoughts', 'stop', 'empty'],
  ])('is an apology if it consists of %s (%s)', async (what, reason, problem) => {
    const events =
      { nothing: [], blanks: [text(' \n'), text('\n')], thoughts: [{ type: 'thinking' as const, text: 'Hm.' }] }[
        what
      ] ?? [];
    const bench = new Bench(new ScriptedModel([...events, done(reason)]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual([modelProblem(problem)]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'One?' }, { notice: true }] });
  });

  test('is an apology if nothing follows a restart, whatever came before it', async () => {
    const bench = new Bench(new ScriptedModel([text('Half'), { type: 'restart' }, done()]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual([modelProblem('empty')]);
  });
});

describe('when the model has no answer', () => {
  const problems: ModelProblem[] = [
    'bad_key',
    'no_quota',
    'unknown_model',
    'unknown_api',
    'content_filter',
    'context_too_long',
    'bad_request',
    'rate_limited',
    'unavailable',
    'empty',
  ];

  test.each(problems)('people are told why, and later prompts omit the notice: %s', async (problem) => {
    const bench = new Bench(
      new ScriptedModel([text('Half an answ'), new ModelError(problem, 'secret detail')], 'Two!'),
    );
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual([modelProblem(problem)]);
    expect(bench.replies.texts[0]).not.toContain('secret detail');
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{ text: 'One?' }, { text: modelProblem(problem), notice: true }],
    });

    await bench.asks(1, 'Two?');
    await bench.wake();
    expect(bench.asked).toEqual(['Ann: One?', 'Ann: Two?']);
  });

  test('each problem has a different sentence', async () => {
    expect(new Set(problems.map(modelProblem)).size).toBe(problems.length);
  });

  test('an unknown error is retried, and people are not told yet', async () => {
    const bench = new Bench(new ScriptedModel([new Error('a bug')], 'One!'));
    await bench.asks(0, 'One?');
    await expect(bench.wake()).rejects.toThrow('a bug');
    expect(bench.replies.opened[0]?.outcome).toBe('abandoned');
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);

    await bench.wake();
    expect(bench.replies.texts).toEqual(['One!']);
  });

  test('people are told of an unknown error once the run is overdue', async () => {
    const bench = new Bench(new ScriptedModel([text('Half'), new Error('a bug')]));
    await bench.asks(0, 'One?');
    await bench.wake(true);
    expect(bench.replies.texts).toEqual([UNEXPECTED]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{}, { notice: true }] });
    expect(bench.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});

describe('over a budget', () => {
  /** Each answer costs a dollar. */
  class PricedModel extends ScriptedModel {
    costOf = (): number => 1;
  }

  test('people are told until when, the model is not asked, and later prompts omit the notice', async () => {
    const clock = new FakeClock();
    const budgets = { channel: 1 };
    const bench = new Bench(new PricedModel('One!'), undefined, {
      clock,
      budgets,
      ledger: memoryLedger(budgets, clock),
    });
    await bench.asks(0, 'One?');
    await bench.wake();
    await bench.asks(1, 'Two?');
    await bench.wake();
    const refusal = budgetUsedUp('channel', Date.UTC(2026, 0, 2));
    expect(bench.replies.texts).toEqual(['One!', refusal]);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{}, {}, {}, { text: refusal, notice: true }],
    });
    await clock.advance(24 * 3_600_000);
    await bench.asks(2, 'Three?');
    await bench.wake();
    expect(bench.asked).toEqual(['Ann: One?', 'One!', 'Ann: Two?', 'Ann: Three?']);
  });
});

describe('when Slack rejects the reply', () => {
  test('for good, it is not retried', async () => {
    const bench = new Bench(new ScriptedModel('One!'));
    bench.replies.failure = new ReplyError('Slack refuses: is_archived', false);
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.opened[0]?.outcome).toBe('abandoned');
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'One?' }] });
    expect(bench.log.lines.map(({ level }) => level)).toContain('error');
  });

  test.each([
    ['for now', new ReplyError('Slack does not answer', true)],
    ['for an unknown reason', new Error('a bug')],
  ])('%s, it is retried and the question stays pending', async (_why, failure) => {
    const bench = new Bench(new ScriptedModel('One!'));
    bench.replies.failure = failure;
    await bench.asks(0, 'One?');
    await expect(bench.wake()).rejects.toBe(failure);
    expect(bench.replies.opened[0]?.outcome).toBe('abandoned');
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
  });

  test('until the operator helps, the question waits, and no failure is counted', async () => {
    const bench = new Bench(new ScriptedModel('One!'));
    bench.replies.failure = new ReplyError('Slack refuses the bot: invalid_auth', true, { retryInMs: 5_000 });
    await bench.asks(0, 'One?');
    expect(await bench.wake()).toEqual({ retryInMs: 5_000 });
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
    bench.replies.pausedMs = async () => 7_000;
    expect(await bench.wake()).toEqual({ retryInMs: 7_000 });
    expect(bench.replies.opened).toHaveLength(1);
  });

  test('while the model is still writing, the rest of the answer is not read', async () => {
    const refused = new ReplyError('Slack refuses: channel_not_found', false);
    const bench = new Bench(
      new ScriptedModel([
        () => {
          const [reply] = bench.replies.opened;
          if (reply)
            reply.write = () => {
              throw refused;
            };
        },
        text('One!'),
        text('never asked for'),
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.opened[0]?.outcome).toBe('abandoned');
    expect((await bench.conversation())?.pending).toEqual([]);
  });
});

describe('when the store fails after a finished reply', () => {
  /** A bench with one question, whose store fails the first `failures` calls of `settle`, and the number of calls. */
  async function failing(failures: number): Promise<{ bench: Bench; attempts: () => number }> {
    let attempts = 0;
    const store = memoryStore();
    const broken: ConversationStore = {
      ...store,
      settle: async (...args) => {
        attempts += 1;
        if (attempts <= failures) throw new Error('Redis is away');
        return store.settle(...args);
      },
    };
    await store.append({ conversation: id, ts: tsAt(0), author: ANN, text: 'One?', addressed: 'bot' }, 'yes');
    return { bench: new Bench(new ScriptedModel('One!'), undefined, { store: broken }), attempts: () => attempts };
  }

  test('it is settled once the store is back, without asking the model again', async () => {
    const { bench, attempts } = await failing(3);
    await bench.runToEnd(bench.wake());
    expect(attempts()).toBe(4);
    expect(bench.model.requests).toHaveLength(1);
  });

  test('it is left to the next run after half a minute', async () => {
    const { bench, attempts } = await failing(1_000);
    await expect(bench.runToEnd(bench.wake())).rejects.toThrow('Redis is away');
    expect(attempts()).toBe(30);
  });
});

describe('a reply in progress', () => {
  const inProgress = (after: number) => ({ after: tsAt(after), messages: ['1900000000.000100'], opening: false });

  test('answers the questions it was started for; later questions get another reply', async () => {
    const bench = new Bench(new ScriptedModel('First.', 'Second.'));
    await bench.asks(0, 'One?');
    await bench.store.recordReply(key, inProgress(0));
    await bench.asks(2, 'Two?', { conversation: { ...id } });
    await bench.wake();
    expect(bench.replies.texts).toEqual(['First.', 'Second.']);
    expect(bench.model.requests[0]?.messages.slice(1).map(({ content }) => content)).toEqual(['Ann: One?']);
    expect(bench.asked).toEqual(['Ann: One?', 'First.', 'Ann: Two?']);
  });

  test('is retracted if its question was deleted, and the next answer is a new message', async () => {
    const bench = new Bench(new ScriptedModel('Second.'));
    await bench.asks(0, 'One?');
    await bench.store.recordReply(key, inProgress(0));
    await bench.store.remove(key, tsAt(0));
    await bench.asks(2, 'Two?');
    await bench.wake();
    expect(bench.replies.takenBack).toEqual(['1900000000.000100']);
    expect(bench.replies.opened[0]?.request.conversation.reply).toBeUndefined();
    expect(bench.replies.texts).toEqual(['Second.']);
  });

  test('does not pass its crashes and failures on to the next question if its own was deleted', async () => {
    const bench = new Bench(new ScriptedModel('Two!'));
    await bench.asks(0, 'One?');
    await bench.store.recordReply(key, inProgress(0));
    await bench.store.remove(key, tsAt(0));
    await bench.asks(2, 'Two?');
    await bench.wake(true, { crashes: 8, isGuilty: true });
    expect(bench.replies.texts).toEqual(['Two!']);
    expect(bench.settled).toBe(2);
  });
});

describe('a reply that a person stops', () => {
  test('answers what it was begun for: a question delivered late, to the process that takes over, is answered next', async () => {
    const bench = new Bench(
      new ScriptedModel([text('Two'), () => bench.replies.opened[0]?.stop(), text('!'), done()], 'One!'),
    );
    await bench.asks(2, 'Two?');
    await bench.store.recordReply(key, { after: tsAt(2), messages: [tsAt(3)], opening: false, questions: [tsAt(2)] });
    await bench.asks(1, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['Two', 'One!']);
    expect(bench.replies.opened.map(({ request }) => request.conversation.pending)).toEqual([
      [tsAt(1), tsAt(2)],
      [tsAt(1)],
    ]);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('answers all that its own words answer, for whichever process stores that', async () => {
    const bench = new Bench(
      new ScriptedModel([
        text('Both'),
        async () => {
          const [reply] = bench.replies.opened;
          await reply?.request.rewritten();
          expect((await bench.conversation())?.reply).toMatchObject({
            messages: [tsAt(3)],
            questions: [tsAt(1), tsAt(2)],
          });
          reply?.stop();
        },
        done(),
      ]),
    );
    await bench.asks(2, 'Two?');
    await bench.store.recordReply(key, { after: tsAt(2), messages: [tsAt(3)], opening: false, questions: [tsAt(2)] });
    await bench.asks(1, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['Both']);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('answers what it read in the backlog, though that is delivered only to the process that takes over', async () => {
    const bench = new Bench(
      new ScriptedModel(
        [
          async () => {
            const reply = { after: tsAt(2), messages: [tsAt(3)], opening: false };
            await bench.replies.opened[0]?.request.record(reply);
          },
          new Error('the process is gone'),
        ],
        [() => bench.replies.opened[1]?.stop(), text('!'), done()],
        'Again?',
      ),
      new FakeBacklog([person(1, 'One?')]),
    );
    await bench.asks(2, 'Two?');
    await expect(bench.wake()).rejects.toThrow('gone');
    await bench.asks(1, 'One?');
    await bench.wake();
    expect(bench.replies.opened).toHaveLength(2);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('is no notice, though the process that finds it stopped had none but a notice to write', async () => {
    const bench = new Bench(
      new ScriptedModel([
        () => {
          const [reply] = bench.replies.opened;
          if (reply)
            reply.finish = async () => {
              reply.stop();
              return [{ ts: tsAt(3), text: 'Two, so' }];
            };
        },
        new ModelError('unavailable', 'down'),
      ]),
    );
    await bench.asks(2, 'Two?');
    await bench.wake();
    expect((await bench.conversation())?.turns.at(-1)).toEqual({
      role: 'assistant',
      ts: tsAt(3),
      text: 'Two, so',
      stopped: true,
      after: tsAt(2),
    });
  });

  test('answers all its questions, however they came together', async () => {
    const bench = new Bench(
      new ScriptedModel([text('Both'), () => bench.replies.opened[0]?.stop(), text('!'), done()]),
    );
    await bench.asks(0, 'One?');
    await bench.asks(1, 'Two?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['Both']);
    expect((await bench.conversation())?.pending).toEqual([]);
  });
});

describe('when the process stops', () => {
  const stop = new Error('this process is stopping');

  test('the reply is abandoned and the question stays pending', async () => {
    const bench = new Bench(
      new ScriptedModel([text('Half'), () => bench.stopping.abort(stop), text(' an answer'), done()]),
    );
    await bench.asks(0, 'One?');
    await expect(bench.wake()).rejects.toBe(stop);
    expect(bench.replies.opened.map(({ outcome }) => outcome)).toEqual(['abandoned']);
    expect(await bench.conversation()).toMatchObject({ pending: [tsAt(0)], turns: [{ text: 'One?' }] });
  });

  test('an error from Slack meanwhile is ignored', async () => {
    const bench = new Bench(
      new ScriptedModel([
        text('One!'),
        () => {
          bench.replies.failure = new ReplyError('Slack refuses: channel_not_found', false);
          const [reply] = bench.replies.opened;
          if (reply) reply.abandon = async () => bench.stopping.abort(stop);
        },
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    await expect(bench.wake()).rejects.toBe(stop);
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
  });

  test('people are not told, even if the run is overdue', async () => {
    const bench = new Bench(new ScriptedModel([() => bench.stopping.abort(stop), new Error('aborted')]));
    await bench.asks(0, 'One?');
    await expect(bench.wake(true)).rejects.toBe(stop);
    expect(bench.replies.texts).toEqual([]);
  });

  test('no reply is started', async () => {
    const bench = new Bench(new ScriptedModel('One!'));
    await bench.asks(0, 'One?');
    bench.stopping.abort(stop);
    await expect(bench.wake()).rejects.toBe(stop);
    expect(bench.replies.opened).toEqual([]);
  });
});

describe('a conversation that is gone from the store in the middle of its answer', () => {
  /** Deletes what is stored as soon as some of the answer is written. */
  function forgetful(then: (bench: Bench) => Error | void | Promise<Error | void>): Bench {
    let store = memoryStore();
    const current = new Proxy(store, { get: (_, name) => Reflect.get(store, name) as unknown });
    const replies = new PostingReplies();
    const bench: Bench = new Bench(
      new ScriptedModel([
        text('It is'),
        async () => {
          await replies.opened[0]?.request.record({ after: tsAt(0), messages: [tsAt(5)], opening: false });
          store = memoryStore();
          const error = await then(bench);
          if (error) throw error;
        },
        done(),
      ]),
      undefined,
      { store: current, replies },
    );
    return Object.assign(bench, { store: current, replies });
  }

  /** As in Slack, what continues a reply needs its messages. */
  class PostingReplies extends FakeReplies {
    override open(request: Parameters<FakeReplies['open']>[0]): KeptReply {
      if (this.opened.length > 0 && request.signal.aborted) throw request.signal.reason as Error;
      return super.open(request);
    }
  }

  test.each<[string, (bench: Bench) => Error | void]>([
    ['the process stops', (bench) => bench.stopping.abort(new Error('this process is stopping'))],
    ['the run fails', () => new Error('a fault')],
  ])('is told that there is no answer, in the same messages, if %s', async (_case, then) => {
    const bench = forgetful(then);
    await bench.asks(0, 'What is new?');
    await bench.wake();
    expect(bench.replies.texts).toEqual([UNEXPECTED]);
    const [, last] = bench.replies.opened;
    expect(last?.request.conversation.reply).toMatchObject({ messages: [tsAt(5)], opening: false });
    expect(last?.request.signal.aborted).toBe(false);
  });

  test('is told so also if it has begun anew', async () => {
    const bench = forgetful(async (running) => {
      await running.asks(7, 'Are you there?');
      running.stopping.abort(new Error('this process is stopping'));
    });
    await bench.asks(0, 'What is new?');
    await expect(bench.wake()).rejects.toThrow('this process is stopping');
    expect(bench.replies.texts).toEqual([UNEXPECTED]);
    expect(await bench.conversation()).toMatchObject({
      pending: [tsAt(7)],
      turns: [{ text: UNEXPECTED, notice: true }, { text: 'Are you there?' }],
    });
  });

  test('is told so also if it has begun anew and another run answers it, with the thread read back', async () => {
    const bench = forgetful(async (running) => {
      await running.asks(7, 'Are you there?');
      const visible = [
        { ...person(0, 'What is new?'), unasked: 'backlog' as const },
        { role: 'assistant' as const, ts: tsAt(5), text: 'It is', after: tsAt(5) },
      ];
      await running.store.addBacklog(key, visible);
      await running.store.load(key, 'another run');
      return new StaleRunError(key);
    });
    await bench.asks(0, 'What is new?');
    await expect(bench.wake()).rejects.toThrow(StaleRunError);
    expect(bench.replies.texts).toEqual([UNEXPECTED]);
    expect((await bench.conversation())?.pending).toEqual([tsAt(7)]);
  });

  test.each([
    ['goes on with it', false],
    ['has answered it, and it is summarized since', true],
  ])('is told nothing if another run %s', async (_what, isSummarized) => {
    const bench = forgetful(async (running) => {
      await running.asks(0, 'What is new?');
      await running.store.load(key, 'another run');
      if (isSummarized) {
        await running.store.settle(key, [tsAt(0)], [{ role: 'assistant', ts: tsAt(5), text: 'Wool.', after: tsAt(0) }]);
        const turns = [tsAt(0), tsAt(5)];
        const segment = { text: 'About wool.', position: tsAt(0), newest: tsAt(5), turns: 2, tokens: 4 };
        expect(await running.store.compact(key, { segment, turns, segments: [], seal: [] }, 0)).toBe(true);
      }
      return new StaleRunError(key);
    });
    await bench.asks(0, 'What is new?');
    await expect(bench.wake()).rejects.toThrow(StaleRunError);
    expect(bench.replies.opened).toHaveLength(1);
  });

  test('is left as it is where Slack does not take that in time', async () => {
    const bench = forgetful((running) => running.stopping.abort(new Error('this process is stopping')));
    await bench.asks(0, 'What is new?');
    const open = bench.replies.open.bind(bench.replies);
    bench.replies.open = (request) => Object.assign(open(request), { finish: () => new Promise<never>(() => {}) });
    await expect(bench.runToEnd(bench.wake())).rejects.toThrow('this process is stopping');
    expect(bench.replies.opened.map(({ outcome }) => outcome)).toEqual(['abandoned', 'abandoned']);
  });
});

describe('when a rate limit is reached', () => {
  const reached: LimitReached = { owner: 'person', waitMs: 41_200, notify: [ANN] };

  /** A bench whose limits return these answers in turn. */
  function limited(
    model: ScriptedModel,
    ...answers: (LimitReached | Error | undefined)[]
  ): { bench: Bench; limits: ScriptedLimits } {
    const limits = new ScriptedLimits(...answers);
    return { bench: new Bench(model, undefined, { limits }), limits };
  }

  test('nothing is asked, posted or settled: the question stays pending and the run is postponed', async () => {
    const { bench } = limited(new ScriptedModel('One!'), reached);
    await bench.asks(0, 'One?');
    expect(await bench.wake()).toEqual({ retryInMs: 41_200 });
    expect(bench.model.requests).toEqual([]);
    expect(bench.replies.opened).toEqual([]);
    expect(await bench.conversation()).toMatchObject({ pending: [tsAt(0)], turns: [{ text: 'One?' }] });
    expect(bench.seen).toEqual([[key, { type: 'rate_limited', owner: 'person', ms: 41_200 }]]);
  });

  test('all questions that gathered get one reply', async () => {
    const { bench } = limited(new ScriptedModel('All three.'), reached, reached);
    await bench.asks(0, 'One?');
    await bench.wake();
    await bench.asks(1, 'Two?');
    await bench.wake();
    await bench.asks(2, 'Three?');
    expect(await bench.wake()).toBeUndefined();
    expect(bench.asked).toEqual(['Ann: One?', 'Ann: Two?', 'Ann: Three?']);
    expect(bench.replies.texts).toEqual(['All three.']);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('only the people to notify are told how long to wait', async () => {
    const { bench } = limited(new ScriptedModel('?'), { ...reached, notify: [ANN, BEN] }, { ...reached, notify: [] });
    await bench.asks(0, 'One?');
    await bench.wake();
    await bench.wake();
    const note = rateLimitNote('person', 41_200);
    expect(bench.notes.told).toEqual([
      { person: ANN, note },
      { person: BEN, note },
    ]);
    for (const words of [note.sentence, note.status]) expect(words).toMatch(/ in about 42 seconds/);
    expect(rateLimitNote('workspace', 41_200).sentence).not.toBe(note.sentence);
  });

  test('each reply counts once for each asker', async () => {
    const { bench, limits } = limited(
      new ScriptedModel([text('One!'), () => bench.asks(3, 'Four?'), done()], 'Two!'),
      undefined,
      reached,
    );
    await bench.asks(0, 'One?');
    await bench.asks(1, 'Two?', { author: BEN });
    await bench.asks(2, 'Three?');
    expect(await bench.wake()).toEqual({ retryInMs: 41_200 });
    expect(limits.taken).toEqual([
      ['T1', ANN, BEN],
      ['T1', ANN],
    ]);
    expect(bench.replies.texts).toEqual(['One!']);
    expect((await bench.conversation())?.pending).toEqual([tsAt(3)]);
  });

  test('a reply in progress is finished: it was counted when it started', async () => {
    const { bench, limits } = limited(new ScriptedModel('One!'), reached);
    await bench.asks(0, 'One?');
    await bench.store.recordReply(key, { after: tsAt(0), messages: [], opening: true });
    expect(await bench.wake()).toBeUndefined();
    expect(bench.replies.texts).toEqual(['One!']);
    expect(limits.taken).toEqual([]);
  });

  test('replies that need no model are posted anyway', async () => {
    const { bench, limits } = limited(new ScriptedModel('?'), reached);
    await bench.asks(0, '');
    await bench.wake();
    await bench.asks(1, 'One?');
    await bench.wake(false, { crashes: 8, isGuilty: true });
    expect(bench.replies.texts).toEqual([GREETING, POISONED]);
    expect(limits.taken).toEqual([]);
  });

  test('a bare mention counts in a thread with earlier messages', async () => {
    const limits = new ScriptedLimits(reached);
    const bench = new Bench(new ScriptedModel('?'), new FakeBacklog([person(0, 'When do we ship?', BEN)]), { limits });
    await bench.asks(1, '', { conversation: id });
    expect(await bench.wake()).toEqual({ retryInMs: 41_200 });
  });

  test('the run throws and is retried if the limits cannot be checked', async () => {
    const { bench } = limited(new ScriptedModel('?'), new Error('Redis is away'));
    await bench.asks(0, 'One?');
    await expect(bench.wake()).rejects.toThrow('Redis is away');
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
  });
});

describe('the backlog of a thread', () => {
  const inThread = { conversation: id };
  const earlier = [person(0, 'We ship on Monday.', BEN), person(1, 'At noon.')];

  test('is read once and precedes the question', async () => {
    const bench = new Bench(new ScriptedModel('Monday.'), new FakeBacklog(earlier));
    await bench.asks(2, 'When do we ship?', inThread);
    await bench.wake();
    expect(bench.asked).toEqual(['Ben: We ship on Monday.', 'Ann: At noon.', 'Ann: When do we ship?']);
    expect(await bench.conversation()).toMatchObject({ backlogRead: true, pending: [] });

    await bench.asks(4, 'And where?', inThread);
    await bench.wake();
    expect(bench.backlog.reads).toBe(1);
    expect(bench.asked).toHaveLength(5);
  });

  test('is not read in a thread that started with a question to the bot', async () => {
    const bench = new Bench(new ScriptedModel('One!'), new FakeBacklog(earlier));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.backlog.reads).toBe(0);
  });

  test('does not overwrite stored turns', async () => {
    const bench = new Bench(new ScriptedModel('Monday.'), new FakeBacklog([...earlier, person(2, 'Wehn do we ship?')]));
    await bench.asks(2, 'When do we ship?', inThread);
    await bench.wake();
    expect(bench.asked.at(-1)).toBe('Ann: When do we ship?');
    expect(bench.asked).toHaveLength(3);
  });

  test('has the current wording, even if an old wording is delivered late', async () => {
    const bench = new Bench(new ScriptedModel('Monday.'), new FakeBacklog([person(1, 'We ship on Monday.', BEN)]));
    await bench.store.edit(key, person(1, 'We ship on Monday.', BEN), tsAt(3));
    await bench.asks(0, 'When do we ship?');
    await bench.store.append(
      { conversation: id, ts: tsAt(1), author: BEN, text: 'We ship on Friday.', addressed: 'open' },
      'no',
    );
    await bench.wake();
    expect(bench.asked).toEqual(['Ben: We ship on Monday.', 'Ann: When do we ship?']);
  });

  test('makes the run throw and retry if the store rejects it', async () => {
    const bench = new Bench(new ScriptedModel('Monday.'), new FakeBacklog(earlier));
    const addBacklog = async (): Promise<void> => Promise.reject(new Error('Redis is full'));
    const full = new Bench(bench.model, bench.backlog, { store: { ...bench.store, addBacklog } });
    await bench.asks(2, 'When do we ship?', inThread);
    await expect(full.wake()).rejects.toThrow('Redis is full');
    expect(await bench.conversation()).toMatchObject({ pending: [tsAt(2)], backlogRead: false });
    expect(full.model.requests).toEqual([]);
  });

  test('is skipped if it cannot be read, and is read the next time', async () => {
    const backlog = new FakeBacklog(earlier);
    backlog.failure = new Error('ratelimited');
    const bench = new Bench(new ScriptedModel('I do not know.', 'Monday.'), backlog);
    await bench.asks(2, 'When do we ship?', inThread);
    await bench.wake();
    expect(bench.replies.texts).toEqual(['I do not know.']);

    backlog.failure = undefined;
    await bench.asks(4, 'And now?', inThread);
    await bench.wake();
    expect(bench.backlog.reads).toBe(2);
    expect(bench.asked.slice(0, 2)).toEqual(['Ben: We ship on Monday.', 'Ann: At noon.']);
  });
});

describe('an observer', () => {
  test('sees the prompt as sent, the first text, the end and the settled messages', async () => {
    const usage = { promptTokens: 9, cachedTokens: 0, completionTokens: 2 };
    const bench = new Bench(
      new ScriptedModel([text(' '), text('Not '), text('much.'), { ...done(), usage } as CompletionEvent]),
    );
    await bench.asks(0, 'What is new?');
    await bench.wake();
    expect(bench.steps).toEqual(['prompted', 'first_text', 'completed', 'settled']);
    const [prompted, , completed, settled] = bench.seen.map(([, observation]) => observation);
    expect(prompted).toEqual({
      type: 'prompted',
      model: 'scripted',
      messages: bench.model.requests[0]?.messages,
      budgetTokens: 10_000,
      leftOut: { oldest: 0, shortened: 0, notices: 0 },
      answers: [tsAt(0)],
    });
    expect(completed).toEqual({ type: 'completed', finishReason: 'stop', usage });
    expect(settled).toEqual({ type: 'settled', answered: [tsAt(0)] });
  });

  test('sees a restarted stream', async () => {
    const bench = new Bench(new ScriptedModel([text('No'), { type: 'restart' }, text('Not much.'), done()]));
    await bench.asks(0, 'What is new?');
    await bench.wake();
    expect(bench.steps).toEqual(['prompted', 'first_text', 'restarted', 'first_text', 'completed', 'settled']);
  });

  test('sees a failed answer, and that it was settled', async () => {
    const bench = new Bench(new ScriptedModel([new ModelError('unavailable', 'it is away')]));
    await bench.asks(0, 'What is new?');
    await bench.wake();
    expect(bench.steps).toEqual(['prompted', 'failed', 'settled']);
    expect(bench.seen[1]?.[1]).toEqual({ type: 'failed', problem: 'it is away' });
  });

  test('sees no failure when the process is stopping', async () => {
    const bench = new Bench(
      new ScriptedModel([text('No'), () => bench.stopping.abort(new Error('stopping')), text('t'), done()]),
    );
    await bench.asks(0, 'What is new?');
    await bench.wake().catch(() => {});
    expect(bench.steps).not.toContain('failed');
    expect(bench.steps).not.toContain('settled');
  });
});

describe('a conversation that another run has taken over', () => {
  test('is not settled by this run, which does not retry', async () => {
    const bench = new Bench(
      new ScriptedModel([text('Not much.'), async () => void (await bench.store.load(key, 'run-2')), done()]),
    );
    await bench.asks(0, 'What is new?');
    await expect(bench.wake()).rejects.toThrow(StaleRunError);
    expect(bench.clock.sleeping).toEqual([]);
    expect(await bench.conversation()).toMatchObject({ pending: [tsAt(0)], turns: [person(0, 'What is new?')] });
  });

  test('gets no error message', async () => {
    const bench = new Bench(new ScriptedModel([new StaleRunError(key)]));
    await bench.asks(0, 'What is new?');
    await expect(bench.wake(true)).rejects.toThrow(StaleRunError);
    expect(bench.replies.texts).toEqual([]);
  });

  test('is checked for ownership before a message changes, if the last check is old', async () => {
    const bench = new Bench(new ScriptedModel('Not much.'));
    let confirmations = 0;
    const { store } = bench;
    const confirm = store.confirm.bind(store);
    store.confirm = (...args) => ((confirmations += 1), confirm(...args));
    await bench.asks(0, 'What is new?');
    await bench.wake();
    const check = (): Promise<void> | undefined => bench.replies.opened[0]?.request.stillOwned();
    await check();
    expect(confirmations).toBe(0);
    await bench.clock.advance(3_000);
    await check();
    await check();
    expect(confirmations).toBe(1);
    await bench.store.load(key, 'run-2');
    await bench.clock.advance(3_000);
    await expect(check()).rejects.toThrow(StaleRunError);
  });
});

describe('an edited question', () => {
  const edit = (bench: Bench, at: number, words: string, editedAt: number) => async (): Promise<void> => {
    await bench.store.edit(key, person(at, words), tsAt(editedAt), { regenerate: true });
  };
  const answeredBench = async (...scripts: ConstructorParameters<typeof ScriptedModel>): Promise<Bench> => {
    const bench = new Bench(new ScriptedModel(...scripts));
    await bench.asks(0, 'One?');
    await bench.wake();
    return bench;
  };

  test('is answered again in the same messages', async () => {
    const bench = await answeredBench('One!', 'Two!');
    await edit(bench, 0, 'Two?', 5)();
    await bench.runToEnd(bench.wake());
    expect(bench.asked).toEqual(['Ann: Two?']);
    expect(bench.replies.opened[1]?.request.conversation.reply?.messages).toEqual([tsAt(0).replace('100', '101')]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'Two?' }, { text: 'Two!' }] });
    await bench.wake();
    expect(bench.model.requests).toHaveLength(2);
  });

  test('is answered again only once after several edits, when they pause', async () => {
    const bench = await answeredBench('One!', 'Four!');
    await edit(bench, 0, 'Two?', 5)();
    const run = bench.wake();
    await bench.clock.untilSleeping();
    await bench.clock.advance(1_000);
    await edit(bench, 0, 'Three?', 6)();
    await bench.clock.advance(1_000);
    await edit(bench, 0, 'Four?', 7)();
    await bench.clock.advance(1_400);
    expect(bench.model.requests).toHaveLength(1);
    await bench.runToEnd(run);
    expect(bench.asked).toEqual(['Ann: Four?']);
    expect(bench.model.requests).toHaveLength(2);
  });

  test('stops an answer in progress and is answered again', async () => {
    const bench = new Bench(new ScriptedModel([text('One'), async () => edited(), text('!'), done()], 'Two!'));
    const edited = async (): Promise<void> => {
      await edit(bench, 0, 'Two?', 5)();
      await bench.clock.advance(1_500);
    };
    await bench.asks(0, 'One?');
    await bench.runToEnd(bench.wake());
    expect(bench.replies.opened.map(({ outcome, text: words }) => [outcome, words])).toEqual([
      ['abandoned', 'One'],
      ['finished', 'Two!'],
    ]);
    expect(bench.asked).toEqual(['Ann: Two?']);
    expect(bench.steps).not.toContain('failed');
  });

  test('is answered again before an answer that just ended is settled', async () => {
    const bench = new Bench(new ScriptedModel([text('One!'), () => edit(bench, 0, 'Two?', 5)(), done()], 'Two!'));
    await bench.asks(0, 'One?');
    await bench.runToEnd(bench.wake());
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'Two?' }, { text: 'Two!' }] });
  });

  test('counts again for the rate limits', async () => {
    const limits = new ScriptedLimits();
    const bench = new Bench(new ScriptedModel('One!', 'Two!'), undefined, { limits });
    await bench.asks(0, 'One?');
    await bench.wake();
    await edit(bench, 0, 'Two?', 5)();
    await bench.runToEnd(bench.wake());
    expect(limits.taken).toEqual([
      ['T1', ANN],
      ['T1', ANN],
    ]);
  });

  test('counts again for the rate limits if it is edited during its answer', async () => {
    const limits = new ScriptedLimits();
    const inProgress = { after: tsAt(0), messages: [tsAt(7)], opening: false };
    const bench = new Bench(
      new ScriptedModel(
        [text('One'), () => bench.store.recordReply(key, inProgress), () => edit(bench, 0, 'Two?', 5)(), done()],
        'Two!',
      ),
      undefined,
      { limits },
    );
    await bench.asks(0, 'One?');
    await bench.runToEnd(bench.wake());
    expect(limits.taken).toHaveLength(2);
  });

  test('keeps its earlier answer if the new one fails, and the asker is told', async () => {
    const bench = await answeredBench('One!', [text('Hal'), new ModelError('unavailable', 'down')], 'Three!');
    await edit(bench, 0, 'Two?', 5)();
    await bench.runToEnd(bench.wake());
    expect(bench.replies.texts).toEqual(['One!', 'One!']);
    expect(bench.notes.told).toEqual([{ person: ANN, note: earlierAnswerStands(modelProblem('unavailable')) }]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'Two?' }, { text: 'One!' }] });
    expect((await bench.conversation())?.turns[1]).not.toHaveProperty('notice');
    await edit(bench, 0, 'Three?', 6)();
    await bench.runToEnd(bench.wake());
    expect((await bench.conversation())?.turns).toMatchObject([{ text: 'Three?' }, { text: 'Three!' }]);
  });

  test('keeps its earlier answer in the transcript if Slack no longer allows changing it', async () => {
    const bench = await answeredBench('One!', 'Two!');
    await edit(bench, 0, 'Two?', 5)();
    bench.replies.failure = new ReplyError('edit_window_closed', false);
    await bench.runToEnd(bench.wake());
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'Two?' }, { text: 'One!' }] });
  });

  test('gets a new apology in place of an earlier one', async () => {
    const bench = await answeredBench([new ModelError('unavailable', 'down')], [new ModelError('empty', 'nothing')]);
    await edit(bench, 0, 'Two?', 5)();
    await bench.runToEnd(bench.wake());
    expect(bench.replies.texts.at(-1)).toBe(modelProblem('empty'));
    expect(bench.notes.told).toEqual([]);
  });

  test('stays pending if the process stops during the wait for more edits', async () => {
    const bench = await answeredBench('One!');
    await edit(bench, 0, 'Two?', 5)();
    const run = bench.wake();
    await bench.clock.untilSleeping();
    bench.stopping.abort(new Error('stopping'));
    await expect(run).rejects.toThrow('stopping');
    expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
  });
});

describe('a question that is deleted during its answer', () => {
  const remove = (bench: Bench, at: number) => async (): Promise<void> => {
    await bench.store.remove(key, tsAt(at));
    await bench.clock.advance(1_500);
  };

  test('stops the answer, which is retracted', async () => {
    const inProgress = { after: tsAt(0), messages: [tsAt(7)], opening: false };
    const bench = new Bench(
      new ScriptedModel([
        text('One'),
        () => bench.store.recordReply(key, inProgress),
        () => remove(bench, 0)(),
        text('!'),
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    await bench.runToEnd(bench.wake());
    expect(bench.replies.opened[0]?.outcome).toBe('abandoned');
    expect(bench.replies.takenBack).toEqual([tsAt(7)]);
    expect(await bench.conversation()).toMatchObject({ turns: [], pending: [] });
  });

  test('is left out, and the other questions are answered', async () => {
    const bench = new Bench(new ScriptedModel([text('Both'), () => remove(bench, 0)(), text('!'), done()], 'Two!'));
    await bench.asks(0, 'One?');
    await bench.asks(1, 'Two?');
    await bench.runToEnd(bench.wake());
    expect(bench.asked).toEqual(['Ann: Two?']);
    expect(bench.replies.texts).toEqual(['Two!']);
  });
});

test('a question waits, without a message, while running calls hold the rest of a budget', async () => {
  const ask: MeteredModel = () => {
    throw new BudgetBusyError('set aside');
  };
  const bench = new Bench(new ScriptedModel('One!'), undefined, { ask });
  await bench.asks(0, 'One?');
  expect(await bench.wake(true)).toEqual({ retryInMs: 5_000 });
  expect(bench.replies.opened.map(({ outcome, text: words }) => [outcome, words])).toEqual([['abandoned', '']]);
  expect((await bench.conversation())?.pending).toEqual([tsAt(0)]);
});

describe('an answer is counted once, however many runs it takes', () => {
  /** Ann may have two answers a minute. The first model call of a run fails while there are `failures`. */
  function limitedBench(...failures: Error[]): Bench {
    const limits = memoryLimits({ perPerson: 2, perWorkspace: 0, windowMs: 60_000 });
    const bench: Bench = new Bench(new ScriptedModel('One!', 'Two!', 'Three!'), undefined, {
      limits,
      ask: (call) => {
        const failure = failures.shift();
        if (failure) throw failure;
        return bench.model.complete({ ...call, conversation: key });
      },
    });
    return bench;
  }

  test('where a budget is busy', async () => {
    const bench = limitedBench(...Array.from({ length: 40 }, () => new BudgetBusyError('set aside')));
    await bench.asks(0, 'One?');
    for (let run = 0; run < 40; run += 1) expect(await bench.wake()).toEqual({ retryInMs: 5_000 });
    await bench.asks(1, 'And one?');
    expect(await bench.wake()).toBeUndefined();
    await bench.asks(2, 'Two?');
    expect(await bench.wake()).toBeUndefined();
    expect(bench.notes.told).toEqual([]);
    await bench.asks(3, 'Three?');
    expect(await bench.wake()).toEqual({ retryInMs: expect.any(Number) });
    expect(bench.replies.texts).toEqual(['One!', 'Two!']);
  });

  test('where runs fail before they post anything', async () => {
    const bench = limitedBench(...Array.from({ length: 5 }, () => new Error('a network error')));
    await bench.asks(0, 'One?');
    for (let run = 0; run < 5; run += 1) await expect(bench.wake()).rejects.toThrow('a network error');
    expect(await bench.wake()).toBeUndefined();
    await bench.asks(2, 'Two?');
    expect(await bench.wake()).toBeUndefined();
    expect(bench.replies.texts).toEqual(['One!', 'Two!']);
  });
});

describe('a long conversation', () => {
  test('is offered to the compactor when nothing is pending', async () => {
    const bench = new Bench(
      new ScriptedModel([text('One!'), () => void considered.push(bench.compactor.considered.length), done()]),
    );
    const considered: number[] = [];
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(considered).toEqual([0]);
    expect(bench.compactor.considered).toMatchObject([{ pending: [], turns: [{ text: 'One?' }, { text: 'One!' }] }]);
  });

  test('that exceeds the prompt is answered without its oldest turns, and says so once', async () => {
    const bench = new Bench(new ScriptedModel('One!', 'Two!', 'Three!'));
    await bench.asks(0, 'One? '.repeat(200));
    await bench.asks(1, 'One? '.repeat(200));
    await bench.wake();
    bench.compactor.tokens = 300;
    await bench.asks(2, 'Two?');
    await bench.wake();
    await bench.asks(3, 'Three?');
    await bench.wake();
    expect(bench.asked[0]).toContain('left out');
    expect(bench.replies.texts).toEqual(['One!', `Two!${OLDEST_LEFT_OUT}`, 'Three!']);
    const replies = (await bench.conversation())?.turns.filter(({ role }) => role === 'assistant');
    expect(replies).toMatchObject([{ text: 'One!' }, { omits: true }, { text: 'Three!' }]);
    expect(replies?.filter((turn) => 'omits' in turn)).toHaveLength(1);
  });
});

describe('a stop that is stored', () => {
  const inFlight = (bench: Bench): Promise<unknown> => {
    const wake = bench.wake();
    return bench.runToEnd(wake);
  };

  test('ends the call of the model as soon as its run is told, whichever process stored it', async () => {
    const bench = new Bench(
      new ScriptedModel([
        text('Not '),
        async () => {
          await bench.store.stop(key, { at: tsAt(5) });
          bench.stops.signal(key);
          await new Promise((resolve) => bench.replies.opened[0]?.stopped.addEventListener('abort', resolve));
        },
        text('much.'),
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    const before = bench.clock.now();
    await bench.wake();
    // Nothing waits for the next poll.
    expect(bench.clock.now()).toBe(before);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{ text: 'One?' }, { text: 'Not ', stopped: true }],
    });
  });

  test('ends it at the next look if the signal is lost', async () => {
    const bench = new Bench(
      new ScriptedModel([
        text('Not '),
        async () => {
          await bench.store.stop(key, { at: tsAt(5) });
          await new Promise((resolve) => bench.replies.opened[0]?.stopped.addEventListener('abort', resolve));
        },
        done(),
      ]),
    );
    await bench.asks(0, 'One?');
    await inFlight(bench);
    expect(bench.replies.texts).toEqual(['Not ']);
  });

  test('that comes before the reply is opened is not missed', async () => {
    const bench = new Bench(new ScriptedModel([() => new Promise(() => {}), done()]));
    await bench.asks(0, 'One?');
    const open = bench.replies.open.bind(bench.replies);
    const load = bench.store.load.bind(bench.store);
    bench.store.load = async (...args) => {
      const loaded = await load(...args);
      await bench.store.stop(key, { at: tsAt(5) });
      bench.stops.signal(key);
      return loaded;
    };
    bench.replies.open = (request) => {
      const reply = open(request);
      // The model would never end.
      reply.stopped.addEventListener('abort', () => void reply.abandon);
      return reply;
    };
    const before = bench.clock.now();
    const model = bench.wake();
    await until(() => bench.replies.opened[0]?.stopped.aborted === true, 'the stop');
    expect(bench.clock.now()).toBe(before);
    bench.stopping.abort(new Error('over'));
    void model.catch(() => {});
  });

  test('is settled by whoever takes over, without the model; what was asked since is answered next', async () => {
    const bench = new Bench(new ScriptedModel('Two!'));
    await bench.asks(0, 'One?');
    await bench.store.load(key, 'died');
    await bench.store.recordReply(key, { after: tsAt(0), messages: [tsAt(1)], opening: false });
    await bench.store.append(
      { conversation: id, ts: tsAt(2), author: BEN, text: 'stop, Two?', addressed: 'bot', stops: 'too' },
      'yes',
    );
    await bench.wake();
    expect(bench.replies.opened.map(({ text: words, stopped }) => [words, stopped.aborted])).toEqual([
      ['', true],
      ['Two!', false],
    ]);
    expect(bench.model.requests).toHaveLength(1);
    expect((await bench.conversation())?.pending).toEqual([]);
  });

  test('of a question that waits for its turn takes it back', async () => {
    const bench = new Bench(new ScriptedModel('Never.'));
    await bench.asks(0, 'One?');
    await bench.store.load(key, 'postponed');
    await bench.store.stop(key, { at: tsAt(1) });
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'One?' }] });
  });
});

describe('an answer that a person stops', () => {
  test('ends the call of the model, is remembered as far as it was shown, and is counted', async () => {
    let ended = false;
    const stop = (): void => bench.replies.opened[0]?.stop();
    const model = new ScriptedModel([text('Not '), stop, text('much.'), () => void (ended = true), done()], 'Two!');
    const bench = new Bench(model);
    await bench.asks(0, 'One?');
    await bench.wake();
    await bench.asks(1, 'Two?');
    await bench.wake();
    expect(ended).toBe(false);
    expect(bench.asked).toEqual(['Ann: One?', 'Not ', 'Ann: Two?']);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{ text: 'One?' }, { role: 'assistant', text: 'Not ' }, { text: 'Two?' }, { text: 'Two!' }],
    });
    const month = new Date(bench.clock.now()).toISOString().slice(0, 7);
    const totals = await bench.ledger.totals('T1', month);
    const counted = totals.find(({ owner }) => owner === 'person');
    expect(counted?.calls).toBe(2);
    expect(counted?.completionTokens).toBeGreaterThan(0);
  });

  test('before it has begun asks nothing, and settles', async () => {
    const bench = new Bench(new ScriptedModel('Not much.'));
    await bench.asks(0, 'One?');
    const open = bench.replies.open.bind(bench.replies);
    bench.replies.open = (request) => {
      const reply = open(request);
      reply.stop();
      return reply;
    };
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{ text: 'One?' }] });
  });

  test('is settled without a sentence, though the model fails at that moment', async () => {
    const stop = (): void => bench.replies.opened[0]?.stop();
    const failure = new ModelError('unavailable', 'gone');
    const bench = new Bench(new ScriptedModel([text('Not '), stop, failure]));
    await bench.asks(0, 'One?');
    await bench.wake();
    expect(bench.replies.texts).toEqual(['Not ']);
    expect((await bench.conversation())?.pending).toEqual([]);
  });
});

describe('a question on which processes crash', () => {
  test('is sent to the model again while others may be the cause', async () => {
    const bench = new Bench(new ScriptedModel('Not much.'));
    await bench.asks(0, 'What is new?');
    await bench.wake(false, { crashes: 7 });
    expect(bench.replies.texts).toEqual(['Not much.']);
  });

  test('is settled with a notice, without the model, when it is the cause', async () => {
    const bench = new Bench(new ScriptedModel('Not much.'));
    await bench.asks(0, 'What is new?');
    await bench.wake(false, { crashes: 8, isGuilty: true });
    expect(bench.replies.texts).toEqual([POISONED]);
    expect(bench.model.requests).toEqual([]);
    expect(bench.steps).toEqual(['failed', 'settled']);
    expect(await bench.conversation()).toMatchObject({ pending: [], turns: [{}, { notice: true }] });
  });

  test('is settled without what may crash processes before the notice: loading, the backlog, a summary', async () => {
    const store = memoryStore();
    const load: ConversationStore['load'] = async () => {
      throw new Error('the process crashes');
    };
    const bench = new Bench(new ScriptedModel('Not much.'), undefined, { store: { ...store, load } });
    await store.append({ conversation: id, ts: tsAt(3), author: ANN, text: 'What is new?', addressed: 'bot' }, 'yes');
    await bench.wake(false, { crashes: 8, isGuilty: true });
    expect(bench.replies.texts).toEqual([POISONED]);
    expect(bench.replies.opened[0]?.request.question.author).toBe(ANN);
    expect(bench.backlog.reads).toBe(0);
    expect(bench.compactor.considered).toEqual([]);
    expect(await store.load(key)).toMatchObject({ pending: [], turns: [{ text: 'What is new?' }, { notice: true }] });
  });

  test.each([
    ['before', false],
    ['after', true],
  ])('does not take along questions that came meanwhile, %s its reply began', async (_when, reply) => {
    const bench = new Bench(new ScriptedModel('Two and three!'));
    await bench.asks(0, 'One?');
    await bench.store.load(key, 'run-that-dies');
    await bench.asks(1, 'Two?');
    if (reply) await bench.store.recordReply(key, { after: tsAt(0), messages: [], opening: true });
    await bench.store.load(key, 'run-that-dies-too');
    await bench.asks(2, 'Three?');
    await bench.wake(false, { crashes: 8, isGuilty: true });
    expect(bench.replies.texts).toEqual([POISONED, 'Two and three!']);
    expect(bench.asked).toEqual(['Ann: One?', 'Ann: Two?', 'Ann: Three?']);
    expect(await bench.conversation()).toMatchObject({
      pending: [],
      turns: [{ text: 'One?' }, { notice: true, after: tsAt(0) }, {}, {}, { text: 'Two and three!' }],
    });
  });

  test('does not keep the next question from being answered', async () => {
    const bench = new Bench(new ScriptedModel('Two!'));
    await bench.asks(0, 'One?');
    const settle: ConversationStore['settle'] = async (...args) => {
      await bench.asks(1, 'Two?');
      return bench.store.settle(...args);
    };
    const next = new Bench(bench.model, bench.backlog, { store: { ...bench.store, settle } });
    await next.wake(true, { crashes: 8, isGuilty: true });
    expect(next.replies.texts).toEqual([POISONED, 'Two!']);
    expect(next.settled).toBe(2);
  });
});

describe('a question of which only a part has come', () => {
  const part = { isPartial: true } as const;
  const heard = async (bench: Bench, more: Partial<IncomingMessage>): Promise<void> => {
    const ts = `${Math.floor(bench.clock.now() / 1_000)}.000000`;
    await bench.store.append(
      { conversation: { ...id, thread: tsAt(0) }, ts, author: ANN, text: 'read this', addressed: 'bot', ...more },
      'yes',
    );
  };

  test('waits for the whole, without an attempt', async () => {
    const bench = new Bench(new ScriptedModel([text('Read.'), done()]));
    await heard(bench, part);
    await bench.clock.advance(1_000);
    expect(await bench.wake()).toEqual({ retryInMs: 2_000 });
    const [turn] = (await bench.conversation())?.turns ?? [];
    const whole = { ...(turn as ReturnType<typeof person>), text: 'read this\n[file: plan.pdf]' };
    const { isPartial: _isPart, ...asked } = whole;
    await bench.store.edit(key, asked, asked.ts, { asks: true });
    expect(await bench.wake()).toBeUndefined();
    expect(bench.asked).toEqual(['Ann: read this\n    [file: plan.pdf]']);
    expect(bench.model.requests).toHaveLength(1);
  });

  test('is answered as it is when nothing more comes', async () => {
    const bench = new Bench(new ScriptedModel([text('Read.'), done()]));
    await heard(bench, part);
    await bench.clock.advance(3_000);
    expect(await bench.wake()).toBeUndefined();
    expect(bench.asked).toEqual(['Ann: read this']);
  });

  test("waits for nothing where the clock is far behind Slack's", async () => {
    const bench = new Bench(new ScriptedModel([text('Read.'), done()]));
    const ahead = `${bench.clock.now() / 1_000 + 60}.000000`;
    await heard(bench, { ...part, ts: ahead });
    expect(await bench.wake()).toBeUndefined();
    expect(bench.asked).toEqual(['Ann: read this']);
  });
});

describe('settings of the place', () => {
  const directory = {
    person: async () => undefined,
    membersOfGroup: async () => undefined,
    creatorOf: async () => undefined,
  };
  const withLayers = (layers: Layers, model = new ScriptedModel('Yes.'), more: Partial<ResponderOptions> = {}) =>
    new Bench(model, undefined, { settings: settingsReader(memorySettings(), layers), directory, ...more });

  test('a question is not answered where the bot is off, and the next one in the same thread is looked at again', async () => {
    const bench = withLayers({ channel: { answers: 'off' } });
    await bench.asks(0, 'Who?');
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(bench.notes.told.map(({ person: who }) => who)).toEqual([ANN]);
    expect(await bench.store.load(key)).toMatchObject({ pending: [], turns: [{ text: 'Who?' }] });
  });

  test('the model, its effort and the instructions are those of the place', async () => {
    const plain = new ScriptedModel('Yes.');
    const other = new ScriptedModel('No.');
    const wished: ModelWishes[] = [];
    const as = (wishes: ModelWishes): Model => {
      wished.push(wishes);
      return other;
    };
    const bench = withLayers(
      { deployment: { model: 'plain' }, channel: { model: 'other', effort: 'low', instructions: 'Talk about rye.' } },
      Object.assign(plain, { as }),
    );
    await bench.asks(0, 'Who?');
    await bench.wake();
    expect(wished).toEqual([{ name: 'other', effort: 'low' }]);
    expect(plain.requests).toEqual([]);
    expect(other.requests[0]?.messages[0]?.content).toContain('Talk about rye.');
  });

  test('a budget of the place is kept', async () => {
    const bench = withLayers({ channel: { channelDailyUsd: 0.01 } });
    const usage = { promptTokens: 1, cachedTokens: 0, completionTokens: 1, costUsd: 0.02 };
    const call = { id: 'x', conversation: id, purpose: 'answer' as const, people: [ANN], at: bench.clock.now() };
    await bench.ledger.settle(call, ANN, usage);
    await bench.asks(0, 'Who?');
    await bench.wake();
    expect(bench.model.requests).toEqual([]);
    expect(bench.replies.opened.map((reply) => reply.text).join()).toContain('used up');
  });
});
