/** Bots with a bug built in on purpose. Each breaks the promise in one way, and the checker must notice. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PortDecorators } from '../../src/bot.js';
import { DM_TOP_LEVEL } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { ModelError } from '../../src/core/errors.js';
import type { ConversationStore, Model, Replies, ReplyWriter, WorkQueue } from '../../src/core/ports.js';
import type { Finding } from '../checker/findings.js';

interface SabotageSpec {
  readonly decorators: PortDecorators;
  /** The checker must report at least one of these. */
  readonly expected: readonly Finding['kind'][];
}

const SPECS = {
  /** Settles before the reply is in Slack: a crash loses the question. */
  'settle-first': { decorators: { store: settleFirst }, expected: ['lost', 'half-written'] },
  /** A conversation is not resumed after a crash. */
  'no-recovery': { decorators: { queue: withoutRecovery }, expected: ['lost', 'half-written'] },
  /** Takes a redelivered event for a new question. */
  'answer-doubles': { decorators: { store: answerDuplicates }, expected: ['doubled'] },
  /** Acknowledges before it stores. */
  'ack-first': { decorators: { store: storeLater, queue: wakeLater }, expected: ['lost', 'turn missing'] },
  /** Sends the model only the turns after the last reply. */
  'forget-turns': { decorators: { model: forgetTurns }, expected: ['turn missing'] },
  'keep-deleted': {
    decorators: { store: (store) => ({ ...store, remove: async () => 'changed' }) },
    expected: ['deleted turn read'],
  },
  'keep-old-wording': {
    decorators: { store: (store) => ({ ...store, edit: async () => 'changed' }) },
    expected: ['old wording read'],
  },
  /** Stores another text than it posted. */
  misremember: { decorators: { store: storeHalf }, expected: ['other reply read'] },
  /** Answers the newest question first. */
  'newest-first': { decorators: { store: newestFirst }, expected: ['out of order'] },
  /** Sometimes posts a reply in the thread of the reply before it. */
  'wrong-thread': { decorators: { replies: misplaceReplies }, expected: ['wrong thread'] },
  /** Posts a second reply that nobody asked for. */
  talkative: {
    decorators: { replies: (replies) => withSecondReply(replies, postAnotherReply) },
    expected: ['unasked'],
  },
  'leave-status': {
    decorators: { replies: (replies) => withSecondReply(replies, leaveStatus) },
    expected: ['status left'],
  },
  /** Drops the end of the model's answer. */
  'half-replies': { decorators: { replies: dropEnd }, expected: ['half-written'] },
  /** A process that lost its lease continues to write. */
  'two-writers': {
    decorators: { store: withoutLeaseChecks, queue: withoutAbort },
    expected: ['doubled', 'half-written', 'other reply read'],
  },
  /** Apologises without asking the model. */
  'always-sorry': { decorators: { model: alwaysFail }, expected: ['lost', 'unasked'] },
  /** Never acknowledges edits. */
  'never-ack': {
    decorators: { store: (store) => ({ ...store, edit: () => Promise.reject(new Error('on purpose')) }) },
    expected: ['not acknowledged'],
  },
  /** Acknowledges commands without storing them. */
  'forget-commands': {
    decorators: { queue: (queue) => ({ ...queue, submit: async () => {} }) },
    expected: ['command lost'],
  },
  /** Handles every command twice. */
  'repeat-commands': { decorators: { queue: repeatRequests }, expected: ['command doubled'] },
} satisfies Record<string, SabotageSpec>;

export type Sabotage = keyof typeof SPECS;

export const SABOTAGES = Object.keys(SPECS) as Sabotage[];

export function sabotageDecorators(name: Sabotage): PortDecorators {
  return SPECS[name].decorators;
}

export function expectedFindings(name: Sabotage): readonly Finding['kind'][] {
  return SPECS[name].expected;
}

const STORE_DELAY_MS = 1_500;
/** Chunks of the model's answer that are kept. */
const CHUNKS_KEPT = 6;
const MISPLACE_EVERY = 3;

function settleFirst(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async load(key, run) {
      const conversation = await store.load(key, run);
      if (conversation && run !== undefined) await store.settle(key, conversation.pending, [], run);
      return conversation;
    },
  };
}

function withoutRecovery(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake, onRequest) =>
      queue.start(async (wake) => void (wake.crashes === 0 && (await onWake(wake))), onRequest),
  };
}

function answerDuplicates(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async append(message, asking) {
      const appended = await store.append(message, asking);
      return appended === 'duplicate' ? store.append({ ...message, ts: nextTs(message.ts) }, asking) : appended;
    },
  };
}

/** One microsecond later. */
function nextTs(ts: string): string {
  const [seconds, micros] = ts.split('.').map(Number) as [number, number];
  return `${seconds}.${String(micros + 1).padStart(6, '0')}`;
}

function storeLater(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async append(message, asking) {
      void wait(STORE_DELAY_MS)
        .then(() => store.append(message, asking))
        .catch(() => {});
      return 'pending';
    },
  };
}

function wakeLater(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    wake: async (key) =>
      void wait(2 * STORE_DELAY_MS)
        .then(() => queue.wake(key))
        .catch(() => {}),
  };
}

function forgetTurns(model: Model): Model {
  return {
    name: model.name,
    limits: model.limits,
    complete(request) {
      const lastReply = request.messages.findLastIndex(({ role }) => role === 'assistant');
      return model.complete({
        ...request,
        messages: request.messages.filter(({ role }, at) => role === 'system' || at > lastReply),
      });
    },
  };
}

function storeHalf(store: ConversationStore): ConversationStore {
  const half = (text: string): string => text.slice(0, text.length / 2);
  return {
    ...store,
    settle: (key, answered, reply, run) =>
      store.settle(
        key,
        answered,
        reply.map((turn) => ({ ...turn, text: half(turn.text) })),
        run,
      ),
  };
}

function newestFirst(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async load(key, run) {
      const conversation = await store.load(key, run);
      return conversation && run !== undefined ? withoutEarlierQuestions(conversation) : conversation;
    },
  };
}

function withoutEarlierQuestions(conversation: Conversation): Conversation {
  const earlier = new Set(conversation.pending.slice(0, -1));
  const turns = conversation.turns.filter(({ ts }) => !earlier.has(ts));
  return { ...conversation, turns, pending: conversation.pending.slice(-1) };
}

function misplaceReplies(replies: Replies): Replies {
  const lastThread = new Map<string, string>();
  let opened = 0;
  return {
    ...replies,
    open(request) {
      const { conversation } = request;
      const { channel, thread } = conversation.id;
      const other = lastThread.get(channel) ?? thread;
      lastThread.set(channel, thread);
      opened += 1;
      const misplaces = opened % MISPLACE_EVERY === 0 && conversation.reply === undefined;
      return replies.open(
        misplaces
          ? { ...request, conversation: { ...conversation, id: { ...conversation.id, thread: other } } }
          : request,
      );
    },
  };
}

/** Opens a second reply when the first is finished; in threads only. */
function withSecondReply(replies: Replies, action: (second: ReplyWriter) => Promise<void>): Replies {
  return {
    ...replies,
    open(request) {
      return withFinishHook(replies.open(request), async () => {
        if (request.conversation.id.thread === DM_TOP_LEVEL) return;
        const { reply: _, ...conversation } = request.conversation;
        await action(replies.open({ ...request, conversation, record: async () => {} }));
      });
    },
  };
}

function withFinishHook(writer: ReplyWriter, after: () => Promise<void>): ReplyWriter {
  return {
    write: (text) => writer.write(text),
    thinking: (text) => writer.thinking(text),
    restart: () => writer.restart(),
    abandon: () => writer.abandon(),
    async finish(controls) {
      const messages = await writer.finish(controls);
      await after();
      return messages;
    },
  };
}

async function postAnotherReply(second: ReplyWriter): Promise<void> {
  second.write('[[]] 1: w1 ∎');
  await second.finish();
}

/** The second reply has set its status line and never finishes. */
async function leaveStatus(): Promise<void> {}

function dropEnd(replies: Replies): Replies {
  return {
    ...replies,
    open(request) {
      const writer = replies.open(request);
      let chunks = 0;
      return {
        write: (text) => ((chunks += 1) <= CHUNKS_KEPT ? writer.write(text) : undefined),
        thinking: (text) => writer.thinking(text),
        restart() {
          chunks = 0;
          writer.restart();
        },
        finish: (controls) => writer.finish(controls),
        abandon: () => writer.abandon(),
      };
    },
  };
}

function withoutLeaseChecks(store: ConversationStore): ConversationStore {
  return {
    ...store,
    load: (key) => store.load(key),
    confirm: async () => {},
    recordReply: (key, reply) => store.recordReply(key, reply),
    settle: (key, answered, reply) => store.settle(key, answered, reply),
  };
}

function withoutAbort(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake, onRequest) =>
      queue.start((wake) => onWake({ ...wake, signal: new AbortController().signal }), onRequest),
  };
}

function repeatRequests(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (onWake, onRequest = async () => {}) =>
      queue.start(onWake, async (...request) => {
        await onRequest(...request);
        await onRequest(...request);
      }),
  };
}

function alwaysFail(model: Model): Model {
  return {
    name: model.name,
    limits: model.limits,
    complete() {
      throw new ModelError('unavailable', 'on purpose');
    },
  };
}
