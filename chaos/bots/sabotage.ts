/** Bots that are made faulty on purpose: each breaks the promise in its own way, and the checker has to see it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PortDecorators } from '../../src/bot.js';
import { ModelError } from '../../src/core/errors.js';
import type { ConversationStore, Model, Replies, ReplyWriter, WorkQueue } from '../../src/core/ports.js';
import type { Conversation } from '../../src/core/conversation.js';
import { DM_TOP_LEVEL } from '../../src/core/conversation-id.js';
import type { Finding } from '../checker/findings.js';

interface Faultiness {
  readonly around: PortDecorators;
  /** What it has to be caught as: one of these. */
  readonly caughtAs: readonly Finding['kind'][];
}

const FAULTINESS = {
  /** Settles before the reply stands in Slack: when the process dies, nobody knows of the question. */
  'settle-first': { around: { store: settlingFirst }, caughtAs: ['lost', 'half-written'] },
  /** A conversation whose process died is not taken over. */
  'no-recovery': { around: { queue: withoutRecovery }, caughtAs: ['lost', 'half-written'] },
  /** What is delivered again is another question. */
  'answer-doubles': { around: { store: answeringDoubles }, caughtAs: ['doubled'] },
  /** Acknowledges at once and stores later. */
  'ack-first': { around: { store: storingLater, queue: wakingLater }, caughtAs: ['lost', 'turn missing'] },
  /** The model reads what came after the last reply, and no more. */
  'forget-turns': { around: { model: forgettingTurns }, caughtAs: ['turn missing'] },
  'keep-deleted': {
    around: { store: (store) => ({ ...store, remove: async () => 'changed' }) },
    caughtAs: ['deleted turn read'],
  },
  'keep-old-wording': {
    around: { store: (store) => ({ ...store, edit: async () => 'changed' }) },
    caughtAs: ['old wording read'],
  },
  /** Remembers something else than it said. */
  misremember: { around: { store: keepingHalf }, caughtAs: ['other reply read'] },
  /** What was said last is answered first. */
  'newest-first': { around: { store: newestFirst }, caughtAs: ['out of order'] },
  /** Now and then a reply goes where the one before it went. */
  'wrong-thread': { around: { replies: misplacing }, caughtAs: ['wrong thread'] },
  /** Says more than it was asked. */
  talkative: { around: { replies: (replies) => followedBy(replies, sayMore) }, caughtAs: ['unasked'] },
  'leave-status': { around: { replies: (replies) => followedBy(replies, sayNothing) }, caughtAs: ['status left'] },
  /** The end of what the model writes gets lost. */
  'half-replies': { around: { replies: losingTheEnd }, caughtAs: ['half-written'] },
  /** A process that was overtaken writes on. */
  'two-writers': {
    around: { store: withoutOwners, queue: neverCutShort },
    caughtAs: ['doubled', 'half-written', 'other reply read'],
  },
  /** Does not ask the model at all. */
  'always-sorry': { around: { model: alwaysSorry }, caughtAs: ['lost', 'unasked'] },
  /** Is sent some events for ever. */
  'never-ack': {
    around: { store: (store) => ({ ...store, edit: () => Promise.reject(new Error('on purpose')) }) },
    caughtAs: ['not acknowledged'],
  },
} satisfies Record<string, Faultiness>;

export type Sabotage = keyof typeof FAULTINESS;

export const SABOTAGES = Object.keys(FAULTINESS) as Sabotage[];

export function sabotaged(name: Sabotage): PortDecorators {
  return FAULTINESS[name].around;
}

export function caughtAs(name: Sabotage): readonly Finding['kind'][] {
  return FAULTINESS[name].caughtAs;
}

/** Milliseconds. */
const LATE_MS = 1_500;
/** Of the pieces in which the model's words come. */
const PIECES_WRITTEN = 6;
const EVERY_SO_MANY_REPLIES = 3;

function settlingFirst(store: ConversationStore): ConversationStore {
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
    start: (handler) => queue.start(async (wake) => void (wake.crashes === 0 && (await handler(wake)))),
  };
}

function answeringDoubles(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async append(message, asking) {
      const appended = await store.append(message, asking);
      return appended === 'duplicate' ? store.append({ ...message, ts: aMomentLater(message.ts) }, asking) : appended;
    },
  };
}

/** The next `ts` there is: a millionth of a second. */
function aMomentLater(ts: string): string {
  const [seconds, micros] = ts.split('.').map(Number) as [number, number];
  return `${seconds}.${String(micros + 1).padStart(6, '0')}`;
}

function storingLater(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async append(message, asking) {
      void wait(LATE_MS)
        .then(() => store.append(message, asking))
        .catch(() => {});
      return 'pending';
    },
  };
}

function wakingLater(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    wake: async (key) =>
      void wait(2 * LATE_MS)
        .then(() => queue.wake(key))
        .catch(() => {}),
  };
}

function forgettingTurns(model: Model): Model {
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

function keepingHalf(store: ConversationStore): ConversationStore {
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

function misplacing(replies: Replies): Replies {
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
      const misplaces = opened % EVERY_SO_MANY_REPLIES === 0 && conversation.reply === undefined;
      return replies.open(
        misplaces
          ? { ...request, conversation: { ...conversation, id: { ...conversation.id, thread: other } } }
          : request,
      );
    },
  };
}

/** Opens a second reply where the first has ended, in threads. */
function followedBy(replies: Replies, follow: (second: ReplyWriter) => Promise<void>): Replies {
  return {
    ...replies,
    open(request) {
      return withEnding(replies.open(request), async () => {
        if (request.conversation.id.thread === DM_TOP_LEVEL) return;
        const { reply: _, ...conversation } = request.conversation;
        await follow(replies.open({ ...request, conversation, record: async () => {} }));
      });
    },
  };
}

function withEnding(writer: ReplyWriter, after: () => Promise<void>): ReplyWriter {
  return {
    write: (text) => writer.write(text),
    thinking: (text) => writer.thinking(text),
    restart: () => writer.restart(),
    abandon: () => writer.abandon(),
    async finish() {
      const messages = await writer.finish();
      await after();
      return messages;
    },
  };
}

async function sayMore(second: ReplyWriter): Promise<void> {
  second.write('[[]] 1: w1 ∎');
  await second.finish();
}

/** It shows for ever that it is at work. */
async function sayNothing(): Promise<void> {}

function losingTheEnd(replies: Replies): Replies {
  return {
    ...replies,
    open(request) {
      const writer = replies.open(request);
      let pieces = 0;
      return {
        write: (text) => ((pieces += 1) <= PIECES_WRITTEN ? writer.write(text) : undefined),
        thinking: (text) => writer.thinking(text),
        restart() {
          pieces = 0;
          writer.restart();
        },
        finish: () => writer.finish(),
        abandon: () => writer.abandon(),
      };
    },
  };
}

function withoutOwners(store: ConversationStore): ConversationStore {
  return {
    ...store,
    load: (key) => store.load(key),
    confirm: async () => {},
    recordReply: (key, reply) => store.recordReply(key, reply),
    settle: (key, answered, reply) => store.settle(key, answered, reply),
  };
}

function neverCutShort(queue: WorkQueue): WorkQueue {
  return {
    ...queue,
    start: (handler) => queue.start((wake) => handler({ ...wake, signal: new AbortController().signal })),
  };
}

function alwaysSorry(model: Model): Model {
  return {
    name: model.name,
    limits: model.limits,
    complete() {
      throw new ModelError('unavailable', 'on purpose');
    },
  };
}
