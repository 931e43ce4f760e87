/** Sabotaged conversation stores. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Conversation } from '../../../src/core/conversation.js';
import type { ConversationStore } from '../../../src/core/ports.js';
import { STORE_DELAY_MS } from './delays.js';

/** Later than an undisturbed event, also the second one of a mention. */
const LATE_MS = 5_000;

export function settleFirst(store: ConversationStore): ConversationStore {
  return {
    ...store,
    async load(key, run) {
      const conversation = await store.load(key, run);
      if (conversation && run !== undefined) await store.settle(key, conversation.pending, [], run);
      return conversation;
    },
  };
}

export function answerDuplicates(store: ConversationStore): ConversationStore {
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

export function storeLater(store: ConversationStore): ConversationStore {
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

export function storeHalf(store: ConversationStore): ConversationStore {
  const half = (text: string): string => text.slice(0, text.length / 2);
  return {
    ...store,
    settle: (key, answered, reply, run, stillAsked) =>
      store.settle(
        key,
        answered,
        reply.map((turn) => ({ ...turn, text: half(turn.text) })),
        run,
        stillAsked,
      ),
  };
}

export function newestFirst(store: ConversationStore): ConversationStore {
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

export function withoutLeaseChecks(store: ConversationStore): ConversationStore {
  return {
    ...store,
    load: (key) => store.load(key),
    confirm: async () => false,
    recordReply: (key, reply) => store.recordReply(key, reply),
    settle: (key, answered, reply) => store.settle(key, answered, reply),
  };
}

/** Tells in each summary what the one before it told: it would outlive a deletion there. */
export function copySummaries(store: ConversationStore): ConversationStore {
  const before = new Map<string, string>();
  return {
    ...store,
    compact(key, compaction, changes) {
      const { segment } = compaction;
      const text = `${before.get(key) ?? ''} ${segment.text}`;
      before.set(key, segment.text);
      return store.compact(key, { ...compaction, segment: { ...segment, text } }, changes);
    },
  };
}

export function ignoreLate(store: ConversationStore): ConversationStore {
  return {
    ...store,
    append: async (message, asking) =>
      Date.now() - Number(message.ts) * 1_000 > LATE_MS ? 'duplicate' : store.append(message, asking),
  };
}

export function ignoreStops(store: ConversationStore): ConversationStore {
  return {
    ...store,
    stop: async () => true,
    append: (message, asking) => {
      const said = { ...message };
      delete said.stops;
      return store.append(said, asking);
    },
  };
}
