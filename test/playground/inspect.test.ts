import { describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../src/core/conversation.js';
import type { OwnerUsage, PromptMessage } from '../../src/core/ports.js';
import type { PersonTurn } from '../../src/core/turn.js';
import { inspect } from '../../src/playground/inspect.js';
import type { Inspection } from '../../src/playground/inspection.js';
import { Journal } from '../../src/playground/journal.js';
import type { Recalled } from '../../src/playground/protocol.js';
import { SUMMARY_HEAD } from '../../src/prompt/prompt.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import type { Call } from '../../src/simulator/index.js';
import { person, segmentOf } from '../support/turns.js';

const BOT = 'U0BOT';
const ADA = 'U0ADA';
const ROOT = '1766458026.000001';
const LATER = '1766458027.000001';
const REPLY = '1766458028.000001';
const KEY = `T1:C1:${ROOT}`;
const system: PromptMessage = { role: 'system', content: 'You are Skein.' };
const note: PromptMessage = { role: 'system', content: 'The oldest messages are left out.' };
const asked = (content: string): PromptMessage => ({ role: 'user', content });
const answered: PromptMessage = { role: 'assistant', content: 'Not much.' };
const nothing = { oldest: 0, shortened: 0, notices: 0 };

interface Scene {
  journal?: Journal;
  calls?: Call[];
  conversation?: Conversation;
  used?: Recalled['used'];
  thread?: string | undefined;
  channel?: string;
}

function look({
  journal = new Journal(),
  calls = [],
  conversation,
  channel = 'C1',
  used = { today: [], month: [] },
  ...scene
}: Scene): Promise<Inspection> {
  const slack = {
    team: { id: 'T1', name: 'Test', domain: 'test' },
    bot: { userId: BOT, botId: 'B1', appId: 'A1', name: 'skein' },
    calls,
    deliveries: [],
    messages: () => [],
  };
  const thread = 'thread' in scene ? scene.thread : ROOT;
  return inspect(
    { slack, journal, standIn: false, recall: async () => ({ ...(conversation && { conversation }), used }) },
    channel,
    thread,
  );
}

const prompted = (messages: PromptMessage[], leftOut = nothing) => ({
  type: 'prompted' as const,
  model: 'some-model',
  messages,
  budgetTokens: 1_000,
  leftOut,
  answers: [LATER],
});

describe('the memory', () => {
  const turns: Conversation['turns'] = [
    { role: 'person', ts: ROOT, author: ADA, text: 'one' },
    { role: 'assistant', ts: REPLY, text: 'oops', after: ROOT, notice: true },
    { role: 'assistant', ts: '1766458028.000002', text: 'two', after: ROOT },
    { role: 'person', ts: '1766458029.000001', author: ADA, text: 'aside' },
    { role: 'person', ts: '1766458030.000001', author: ADA, text: 'three' },
    { role: 'person', ts: '1766458031.000001', author: ADA, text: 'four' },
  ];
  const conversation: Conversation = {
    id: { team: 'T1', channel: 'C1', thread: ROOT },
    turns,
    pending: ['1766458030.000001', '1766458031.000001'],
    backlogRead: true,
    reply: { after: '1766458030.000001', messages: [], opening: true },
  };

  test('has the summaries, and why there is no newer one', async () => {
    const journal = new Journal();
    const summed = { ...conversation, segments: [segmentOf([person(0, 'a'), person(1, 'b')], 'Plums.')] };
    journal.note(KEY, 1, { type: 'not_summed_up', problem: 'the model was cut off' });
    const { memory } = await look({ journal, conversation: summed });
    expect(memory).toMatchObject({
      segments: [{ id: 's', text: 'Plums.', turns: 2 }],
      summaryProblem: 'the model was cut off',
    });
    journal.note(KEY, 2, { type: 'summed_up', turns: 2, kept: true });
    expect((await look({ journal, conversation: summed })).memory).not.toHaveProperty('summaryProblem');
    expect((await look({ journal, conversation })).memory).toMatchObject({ segments: [] });
  });

  test('has what stood in the channel before, and why turns get no answer', async () => {
    const channelBefore = [
      {
        role: 'person' as const,
        ts: '1766458000.000001',
        author: ADA,
        text: 'the red one',
        unasked: 'channel' as const,
      },
      { role: 'person' as const, ts: '1766458001.000001', author: 'B1', name: 'CI (app)', text: 'x' },
    ];
    const reasons = ['between', 'mention', 'app', 'edited', 'backlog', undefined] as const;
    const aside = (text: string, at: number, unasked: PersonTurn['unasked']): PersonTurn => ({
      role: 'person',
      ts: `1766458040.00000${at}`,
      author: ADA,
      text,
      ...(unasked && { unasked }),
    });
    const asides = [
      aside('<@U0LIN> and <@U0BEN>, see <@U0LIN>', 0, 'others'),
      aside('@team see', 1, 'others'),
      ...reasons.map((reason, at) => aside('hm', at + 2, reason)),
    ];
    const { memory } = await look({ conversation: { ...conversation, turns: asides, channelBefore } });
    expect(memory?.channelBefore).toEqual([
      {
        ts: '1766458000.000001',
        user: ADA,
        text: 'the red one',
        state: 'context',
        why: 'in a channel, without a mention',
      },
      { ts: '1766458001.000001', user: 'B1', name: 'CI (app)', text: 'x', state: 'context' },
    ]);
    expect(memory?.turns.map(({ why }) => why)).toEqual([
      'mentions <@U0LIN>, <@U0BEN>',
      'mentions others',
      'part of a conversation between others',
      'only mentions are answered',
      'posted by an app',
      "an edit that doesn't mention the bot",
      'from before the bot was mentioned',
      undefined,
    ]);
  });

  test('gives no reason for a turn that waits, or was answered', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, { type: 'settled', answered: [ROOT] });
    const all = turns.map((turn) => (turn.role === 'person' ? { ...turn, unasked: 'between' as const } : turn));
    const { memory } = await look({ journal, conversation: { ...conversation, turns: all } });
    expect(memory?.turns.flatMap(({ state, why }) => (why === undefined ? [] : [state]))).toEqual(['context']);
  });

  test('has author, state and number of deliveries of each turn', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, { type: 'received', ts: ROOT });
    journal.note(KEY, 2, { type: 'received', ts: ROOT });
    journal.note(KEY, 3, { type: 'settled', answered: [ROOT] });
    const { memory } = await look({ journal, conversation });
    expect(memory?.backlogRead).toBe(true);
    expect(memory?.turns.map(({ user, text, state, deliveries }) => [user, text, state, deliveries])).toEqual([
      [ADA, 'one', 'answered', 2],
      [BOT, 'oops', 'notice', undefined],
      [BOT, 'two', 'reply', undefined],
      [ADA, 'aside', 'context', undefined],
      [ADA, 'three', 'answering', undefined],
      [ADA, 'four', 'waiting', undefined],
    ]);
  });

  test('marks questions that were edited after they were sent in a prompt', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, { type: 'settled', answered: [ROOT] });
    journal.note(KEY, 2, { ...prompted([system]), answers: ['1766458030.000001', '1766458031.000001'] });
    for (const ts of [ROOT, '1766458029.000001', '1766458030.000001', '1766458031.000001'])
      journal.note(KEY, 3, { type: 'edited', ts });
    const { memory } = await look({ journal, conversation });
    expect(memory?.turns.filter(({ editedSince }) => editedSince).map(({ text, state }) => [text, state])).toEqual([
      ['one', 'answered'],
      ['three', 'answering'],
    ]);
  });

  test('is missing for a thread the bot does not know', async () => {
    expect(await look({})).toEqual({ calls: [], runs: [] });
  });

  test('is replaced by the reason when the bot cannot be asked; the rest is still shown', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, prompted([system]));
    const slack = {
      team: { id: 'T1', name: 'Test', domain: 'test' },
      bot: { userId: BOT, botId: 'B1', appId: 'A1', name: 'skein' },
      calls: [],
      deliveries: [],
      messages: () => [],
    };
    const seen = await inspect(
      { slack, journal, standIn: false, recall: () => Promise.reject(new Error('It is gone.')) },
      'C1',
      ROOT,
    );
    expect(seen).toMatchObject({ unavailable: 'It is gone.', prompt: { model: 'some-model' } });
  });
});

describe('the prompt', () => {
  test('has tokens by part, and those shared with the previous prompt', async () => {
    const journal = new Journal();
    const summary = { role: 'user' as const, content: `${SUMMARY_HEAD}Plums.` };
    journal.note(KEY, 1, prompted([system, note, summary, asked('Ada: one')]));
    const messages = [system, note, summary, asked('Ada: one'), answered, asked('Ada: two'), asked('Ben: three')];
    journal.note(KEY, 2, prompted(messages));
    const { prompt } = await look({ journal });
    const tokens = messages.map(({ content }) => messageTokens(content)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    expect(prompt?.parts).toEqual([
      { name: 'system', tokens: tokens[0] },
      { name: 'notes', tokens: tokens[1] },
      { name: 'summary', tokens: tokens[2] },
      { name: 'people', tokens: tokens[3] },
      { name: 'replies', tokens: tokens[4] },
      { name: 'question', tokens: tokens[5] + tokens[6] },
    ]);
    expect(prompt?.tokens).toBe(tokens.reduce((sum, number) => sum + number, 0));
    expect(prompt?.repeatedTokens).toBe(tokens[0] + tokens[1] + tokens[2] + tokens[3]);
    expect(prompt?.messages[3]).toEqual({ role: 'user', content: 'Ada: one', tokens: tokens[3] });
  });

  test('shares only the messages before a change with the previous prompt', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, prompted([system, asked('Ada: red'), answered]));
    journal.note(KEY, 2, prompted([system, asked('Ada: blue'), answered]));
    expect((await look({ journal })).prompt?.repeatedTokens).toBe(messageTokens(system.content));
  });

  test('says what was left out, and why', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, prompted([system], { oldest: 12, shortened: 1, notices: 2 }));
    expect((await look({ journal })).prompt?.leftOut).toEqual([
      'The oldest 12 messages: beyond the budget of 1000 tokens (PROMPT_TOKENS).',
      'The middle of 1 message: longer than half the budget.',
      '2 notices of the bot, such as an error: for people, not for the model.',
    ]);
  });
});

describe('the answer', () => {
  test('has the time until which a rate limit delays it', async () => {
    const journal = new Journal();
    journal.note(KEY, 1_000, { type: 'rate_limited', owner: 'workspace', ms: 41_000 });
    expect(await look({ journal })).toMatchObject({ rateLimitedUntil: 42_000 });
    journal.note(KEY, 42_000, prompted([system]));
    expect(await look({ journal })).not.toHaveProperty('rateLimitedUntil');
  });

  test('has three latency steps, usage and cost', async () => {
    const journal = new Journal();
    const usage = { promptTokens: 100, cachedTokens: 50, completionTokens: 9, costUsd: 0.001 };
    journal.note(KEY, 1_000, { type: 'received', ts: LATER });
    journal.note(KEY, 1_007, prompted([system]));
    journal.note(KEY, 1_507, { type: 'first_text' });
    journal.note(KEY, 3_507, { type: 'completed', finishReason: 'stop', usage });
    expect((await look({ journal })).answer).toEqual({
      state: 'done',
      restarts: 0,
      finishReason: 'stop',
      latency: { eventToRequest: 7, requestToFirstWord: 500, firstWordToDone: 2_000 },
      usage,
      costUsd: 0.001,
    });
  });

  test('has no latency when another process received the question', async () => {
    const journal = new Journal();
    journal.note(KEY, 1_007, prompted([system]));
    expect((await look({ journal })).answer).toEqual({ state: 'waiting', restarts: 0, latency: {} });
  });
});

describe("Slack's calls", () => {
  const call = (method: string, args: object, more: Partial<Call> = {}): Call => ({
    method,
    args: { channel: 'C1', ...args },
    at: 1,
    tookMs: 2,
    status: 200,
    result: { ok: true },
    ...more,
  });
  const post = call('chat.postMessage', { thread_ts: ROOT }, { result: { ok: true, ts: REPLY } });
  const elsewhere = [
    call('chat.postMessage', { thread_ts: LATER }, { result: { ok: true, ts: '1766458028.000009' } }),
    call('chat.update', { ts: '1766458028.000009' }),
    call('chat.postMessage', { channel: 'C2', thread_ts: ROOT }),
    call('users.info', { channel: undefined }),
  ];

  test('of a thread are those that name it or a message posted there', async () => {
    const own = [
      call('assistant.threads.setStatus', { channel: undefined, channel_id: 'C1', thread_ts: ROOT }),
      call('conversations.replies', { ts: ROOT }),
      post,
      call('chat.update', { ts: REPLY }),
    ];
    const { calls } = await look({ calls: [...elsewhere, ...own] });
    expect(calls.map(({ method }) => method)).toEqual(own.map(({ method }) => method));
  });

  test("of a DM's top level are those without a thread", async () => {
    const direct = (args: object, ts: string): Call =>
      call('chat.postMessage', { channel: 'D1', ...args }, { result: { ok: true, ts } });
    const calls = [
      direct({}, REPLY),
      direct({ thread_ts: ROOT }, LATER),
      call('chat.update', { channel: 'D1', ts: REPLY }),
      call('chat.update', { channel: 'D1', ts: LATER }),
    ];
    expect((await look({ calls, channel: 'D1', thread: undefined })).calls).toHaveLength(2);
  });

  test.each<[string, Partial<Call>]>([
    ['ok', {}],
    ['channel_not_found', { result: { ok: false, error: 'channel_not_found' } }],
    ['ratelimited (429)', { status: 429, result: { ok: false, error: 'ratelimited' } }],
    ['HTTP 503', { status: 503, result: {} }],
  ])('end with %s', async (outcome, more) => {
    expect((await look({ calls: [{ ...post, ...more }] })).calls).toEqual([
      { method: 'chat.postMessage', at: 1, ms: 2, outcome },
    ]);
  });

  test('may still run, or have got no response', async () => {
    const { tookMs: _, status: __, result: ___, ...running } = post;
    const { calls } = await look({ calls: [running, { ...running, tookMs: 3, dropped: true }] });
    expect(calls.map(({ outcome, ms }) => [outcome, ms])).toEqual([
      ['running', undefined],
      ['broken', 3],
    ]);
  });
});

describe('the usage', () => {
  const took = { promptTokens: 100, cachedTokens: 40, completionTokens: 10, costUsd: 0.01 };
  const total = {
    calls: 1,
    promptTokens: 100,
    cachedTokens: 40,
    cacheWriteTokens: 0,
    completionTokens: 10,
    costNanos: 10_000_000,
    unpriced: 0,
  };
  const conversation: Conversation = {
    id: { team: 'T1', channel: 'C1', thread: ROOT },
    turns: [
      { role: 'person', ts: ROOT, author: ADA, text: 'one' },
      { role: 'assistant', ts: REPLY, text: 'two', after: ROOT, usage: took },
      { role: 'assistant', ts: '1766458028.000002', text: 'two and a half', after: ROOT },
      { role: 'assistant', ts: '1766458029.000001', text: 'three', after: ROOT, usage: took },
    ],
    pending: [],
    backlogRead: true,
  };
  const of = (owner: OwnerUsage['owner'], id: string, calls: number): OwnerUsage => ({ owner, id, ...total, calls });

  test('covers the thread, its people, its channel and its workspace', async () => {
    const today = [
      of('workspace', 'T1', 7),
      of('person', ADA, 5),
      of('person', 'U0ELSE', 1),
      of('channel', 'C1', 6),
      of('channel', 'C2', 1),
    ];
    const { usage } = await look({
      conversation,
      used: { today, month: today.map((one) => ({ ...one, calls: one.calls * 10 })) },
    });
    expect(usage?.map((row) => [row.owner, row.id, row.period, row.total.calls])).toEqual([
      ['thread', ROOT, undefined, 2],
      ['person', ADA, 'today', 5],
      ['person', ADA, 'month', 50],
      ['channel', 'C1', 'today', 6],
      ['channel', 'C1', 'month', 60],
      ['workspace', 'T1', 'today', 7],
      ['workspace', 'T1', 'month', 70],
    ]);
    expect(usage?.[0]?.total).toEqual({
      calls: 2,
      promptTokens: 200,
      cachedTokens: 80,
      cacheWriteTokens: 0,
      completionTokens: 20,
      costNanos: 20_000_000,
      unpriced: 0,
    });
  });

  test('of the conversation has its summaries, whether kept or not', async () => {
    const journal = new Journal();
    journal.note(KEY, 1, { type: 'summed_up', turns: 2, kept: true, usage: took });
    journal.note(KEY, 2, { type: 'summed_up', turns: 2, kept: false, usage: took });
    const { usage } = await look({ journal, conversation });
    expect(usage?.map((row) => [row.owner, row.total.calls])).toEqual([
      ['thread', 4],
      ['summaries', 2],
    ]);
    expect(usage?.[0]?.total.promptTokens).toBe(4 * took.promptTokens);
  });

  test('is empty for a thread without answers', async () => {
    const { usage } = await look({ conversation: { ...conversation, turns: conversation.turns.slice(0, 1) } });
    expect(usage).toEqual([]);
  });
});
