/** Texts of the inspector's sections, as far as they need no DOM. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { UsageTotal } from '../../src/core/ports.js';
import { inspect } from '../../src/playground/inspect.js';
import type {
  AnswerView,
  CallView,
  Inspection,
  PromptView,
  TurnView,
  UsageView,
} from '../../src/playground/inspection.js';
import { Journal } from '../../src/playground/journal.js';

interface Sections {
  turnsText(turns: Pick<TurnView, 'state'>[]): string;
  whyText(turn: { why?: string }, nameOf: (id: string) => string): string;
  noSummaryText(prompt: PromptView | undefined): string;
  summaryNote(memory: { segments: unknown[]; summaryProblem?: string }, prompt: undefined): string;
  repeatedText(prompt: Pick<PromptView, 'tokens' | 'repeatedTokens'>): string;
  asJson(messages: PromptView['messages']): string;
  stateText(answer: Pick<AnswerView, 'state' | 'problem'>): string;
  restartsText(restarts: number): string;
  stepsOf(latency: AnswerView['latency']): { name: string; amount: number; text: string }[];
  factsOf(answer: AnswerView): [string, string | undefined][];
  callsText(calls: CallView[]): string;
  groupCalls(calls: CallView[]): { key: string; calls: CallView[] }[];
  durationText(calls: Pick<CallView, 'ms'>[]): string;
  ownerText(row: Pick<UsageView, 'owner' | 'id' | 'period'>, world: object): string;
  costText(total: Pick<UsageTotal, 'calls' | 'unpriced' | 'costNanos'>): string;
  isEmpty(inspection: Inspection): boolean;
}

let page: Sections;

beforeAll(async () => {
  page = {} as Sections;
  // One after another: Jest fails when two imports load the same module at once.
  for (const name of ['memory', 'prompt', 'answer', 'calls', 'usage', 'pane']) {
    Object.assign(page, await import(`../../src/playground/page/inspector/${name}.js`));
  }
});

describe('memory', () => {
  test.each<[TurnView['state'][], string]>([
    [[], '0 turns'],
    [['answered'], '1 turn'],
    [['context', 'answered', 'reply', 'answering', 'waiting', 'waiting'], '6 turns, 2 waiting, 1 being answered'],
  ])('%j: %s', (states, said) => {
    expect(page.turnsText(states.map((state) => ({ state })))).toBe(said);
  });

  test('says why a turn gets no answer, with names', () => {
    expect(page.whyText({ why: 'mentions <@U0LIN>' }, () => 'Linus')).toBe('mentions @Linus');
    expect(page.whyText({}, () => 'Linus')).toBe('');
  });

  /** The view of a prompt that left out the given numbers of messages. */
  async function promptWithout(leftOut: object): Promise<PromptView | undefined> {
    const journal = new Journal();
    journal.note('T1:C1:1.1', 1, {
      type: 'prompted',
      model: 'm',
      messages: [],
      budgetTokens: 1_000,
      leftOut: { oldest: 0, shortened: 0, notices: 0, ...leftOut },
      answers: [],
    });
    const slack = {
      team: { id: 'T1', name: 'Test', domain: 'test' },
      bot: { userId: 'UB', botId: 'B1', appId: 'A1', name: 'skein' },
      calls: [],
      deliveries: [],
      messages: () => [],
    };
    return (
      await inspect(
        { slack, journal, standIn: false, recall: async () => ({ used: { today: [], month: [] } }) },
        'C1',
        '1.1',
      )
    ).prompt;
  }

  test('with a summary says only why there is no newer one', () => {
    expect(page.summaryNote({ segments: ['Plums.'] }, undefined)).toBe('');
    expect(page.summaryNote({ segments: [] }, undefined)).toBe(page.noSummaryText(undefined));
    expect(page.summaryNote({ segments: ['Plums.'], summaryProblem: 'the model was cut off' }, undefined)).toContain(
      'the model was cut off',
    );
  });

  test('without a summary, before the first prompt, says that nothing was sent', () => {
    expect(page.noSummaryText(undefined)).toBe('No summary. Nothing has been sent to a model yet.');
  });

  test.each<[object, string]>([
    [{}, ''],
    [{ oldest: 12 }, ', except the oldest 12 messages'],
    [{ shortened: 1 }, ', except the middle of 1 message'],
    [{ notices: 1 }, ', except 1 notice of the bot, such as an error'],
    [
      { oldest: 1, shortened: 2, notices: 3 },
      ', except the oldest 1 message, the middle of 2 messages and 3 notices of the bot, such as an error',
    ],
  ])('without a summary lists what the last prompt left out: %j', async (leftOut, but) => {
    expect(page.noSummaryText(await promptWithout(leftOut))).toBe(
      `No summary. The last prompt had every earlier turn word for word${but}.`,
    );
  });
});

describe('a prompt', () => {
  test('shows the share that repeats the previous prompt', () => {
    expect(page.repeatedText({ tokens: 100, repeatedTokens: 82 })).toBe(
      '82 % is shared with the previous prompt, and can come from the provider’s cache.',
    );
    expect(page.repeatedText({ tokens: 100, repeatedTokens: 0 })).toBe(
      'No shared prefix with the previous prompt (nothing cacheable).',
    );
  });

  test('is copied as sent to the model', () => {
    const sent = { role: 'user', content: 'Ada: "hello"\n' } as const;
    expect(JSON.parse(page.asJson([{ ...sent, tokens: 9 }]))).toEqual([sent]);
  });
});

describe('an answer', () => {
  test('that failed says why', () => {
    expect(page.stateText({ state: 'failed', problem: 'no model of this name' })).toBe('Failed: no model of this name');
    expect(page.stateText({ state: 'failed' })).toBe('Failed.');
  });

  test('that was interrupted says whether it will be resumed', () => {
    expect(page.stateText({ state: 'interrupted' })).toContain('The next process continues it.');
  });

  test.each([
    [0, ''],
    [1, 'The stream broke and was restarted once.'],
    [3, 'The stream broke and was restarted 3 times.'],
  ])('%i restarts: %s', (restarts, said) => {
    expect(page.restartsText(restarts)).toBe(said);
  });

  test('shows the latency steps that have ended', () => {
    expect(page.stepsOf({ eventToRequest: 12, requestToFirstWord: 0 })).toEqual([
      expect.objectContaining({ name: 'Event → request', amount: 12, text: '12 ms' }),
      expect.objectContaining({ name: 'Request → first token', amount: 0, text: '0 ms' }),
    ]);
  });

  const usage = { promptTokens: 1_000, cachedTokens: 820, completionTokens: 40 };
  const done: AnswerView = { state: 'done', finishReason: 'stop', restarts: 0, latency: {} };
  test.each<[string, AnswerView, Record<string, string | undefined>]>([
    [
      'of a model with a price',
      { ...done, usage, costUsd: 0.0012 },
      { Cached: '820 (82 %)', 'Counted by': 'the model’s server', Cost: '$0.0012' },
    ],
    ['of a model without one', { ...done, usage }, { 'Cache writes': undefined, Cost: 'unknown price' }],
    [
      'of a service that counts what it writes to its cache',
      { ...done, usage: { ...usage, cacheWriteTokens: 180 } },
      { 'Cache writes': '180' },
    ],
    [
      'of the demo model',
      { ...done, usage, estimated: true },
      { 'Counted by': 'the demo model (estimate)', Cost: 'free (demo model)' },
    ],
    [
      'before it is done',
      { state: 'writing', restarts: 0, latency: {} },
      { 'Finish reason': undefined, 'Tokens in': undefined, Cost: undefined },
    ],
  ])('%s: what it cost', (_, answer, expected) => {
    expect(Object.fromEntries(page.factsOf(answer))).toMatchObject(expected);
  });
});

describe('usage', () => {
  const channels = new Map([
    ['C1', { kind: 'channel', name: 'general' }],
    ['G1', { kind: 'mpim', name: 'mpdm' }],
    ['D1', { kind: 'im', name: 'ada' }],
  ]);
  const world = { channels, nameOf: () => 'Ada', titleOf: ({ name }: { name: string }) => `#${name}` };

  test.each<[Pick<UsageView, 'owner' | 'id' | 'period'>, string]>([
    [{ owner: 'thread', id: '1.1' }, 'This conversation'],
    [{ owner: 'person', id: 'U1', period: 'today' }, 'Ada, today'],
    [{ owner: 'channel', id: 'C1', period: 'month' }, '#general, this month'],
    [{ owner: 'channel', id: 'G1', period: 'today' }, 'This direct message, today'],
    [{ owner: 'channel', id: 'D1', period: 'today' }, 'This direct message, today'],
    [{ owner: 'workspace', id: 'T1', period: 'month' }, 'Everybody, this month'],
  ])('owner of %j: %s', (row, said) => {
    expect(page.ownerText(row, world)).toBe(said);
  });

  test.each([
    [{ calls: 2, unpriced: 0, costNanos: 1_250_000_000 }, '$1.25'],
    [{ calls: 2, unpriced: 1, costNanos: 1_250_000_000 }, 'at least $1.25'],
    [{ calls: 2, unpriced: 2, costNanos: 0 }, 'unknown'],
    [{ calls: 2, unpriced: 0, costNanos: 0 }, '$0'],
  ])('cost of %j: %s', (total, said) => {
    expect(page.costText(total)).toBe(said);
  });
});

describe('Slack calls', () => {
  const call = (method: string, outcome = 'ok', ms?: number): CallView => ({
    method,
    at: 0,
    outcome,
    ...(ms !== undefined && { ms }),
  });

  test('are grouped while one method succeeds; each failed call stays single', () => {
    const calls = [
      call('a'),
      call('b'),
      call('b'),
      call('b', 'ratelimited'),
      call('b', 'ratelimited'),
      call('b'),
      call('b', 'running'),
    ];
    expect(page.groupCalls(calls).map((run) => run.calls.length)).toEqual([1, 2, 1, 1, 1, 1]);
  });

  test('keep their group keys when calls are added', () => {
    const calls = [call('a'), call('b'), call('b')];
    const keys = (list: CallView[]): string[] => page.groupCalls(list).map(({ key }) => key);
    expect(keys([...calls, call('b'), call('c')]).slice(0, 2)).toEqual(keys(calls));
  });

  test('are counted, with the number of failures', () => {
    expect(page.callsText([call('a')])).toBe('1 call');
    expect(page.callsText([call('a'), call('a', 'broken'), call('a', 'running')])).toBe('3 calls, 1 failed');
  });

  test.each<[(number | undefined)[], string]>([
    [[undefined], ''],
    [[12], '12 ms'],
    [[38, undefined, 92], '38–92 ms'],
    [[500, 1_500], '500 ms–1.50 s'],
  ])('that took %j: %s', (times, said) => {
    expect(page.durationText(times.map((ms) => call('a', 'ok', ms)))).toBe(said);
  });
});

test('an inspection is empty only when neither bot nor Slack knows anything', () => {
  expect(page.isEmpty({ runs: [], calls: [] })).toBe(true);
  expect(page.isEmpty({ runs: [], calls: [], memory: { turns: [], segments: [], backlogRead: false } })).toBe(true);
  expect(page.isEmpty({ runs: [], calls: [], unavailable: 'The bot is gone.' })).toBe(false);
  expect(page.isEmpty({ runs: [], calls: [{ method: 'a', at: 0, outcome: 'ok' }] })).toBe(false);
});
