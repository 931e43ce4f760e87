/** Sums up the beginning of long conversations, in the background: nobody waits for it, and nothing is lost when it fails. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { messageOf } from '../core/errors.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { Clock, ConversationStore, Logger, People, Usage } from '../core/ports.js';
import type { Turn } from '../core/turn.js';
import type { MeteredModel } from '../usage/metering.js';
import { turnsToSummarize, type Thresholds, summaryPrompt } from './summary.js';
import { peopleIn } from './transcript.js';

/** Whoever edits or deletes messages often does so several times: nothing is summed up in the middle of it. */
const CHANGES_QUIET_MS = 3_000;
const MOST_TRIES = 3;
/** What failed once may fail at every reply. */
const RETRY_AFTER_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;
/** Of the high mark: so much is sent word by word, the newest of it, where there is no summary of the rest. */
const WITHOUT_SUMMARY = 2;

export interface CompactorOptions {
  store: ConversationStore;
  ask: MeteredModel;
  people: People;
  clock: Clock;
  logger: Logger;
  systemPrompt: string;
  /** Upper bound of a prompt. */
  promptTokens: number;
  thresholds: Thresholds;
  /** How long a summary may be. */
  summaryWords: number;
  observe?: Observe;
}

export interface Compactor {
  /** Given a conversation in which nothing waits, begins to sum up what is too much of it. Returns at once and never throws. */
  consider(conversation: Conversation): void;
  /** Upper bound of its prompt in tokens; lower while no summary of it can be had, so that it does not cost ever more. */
  promptTokens(key: ConversationKey): number;
  /** Gives up what is under way: another reply begins it again. Resolves when all of it has ended. */
  stop(): Promise<void>;
}

export function createCompactor(options: CompactorOptions): Compactor {
  const { store, clock, logger, thresholds, observe = unobserved } = options;
  const running = new Map<ConversationKey, Promise<void>>();
  /** Until when no further summary is asked for, by conversation. */
  const failed = new LRUCache<ConversationKey, number>({ max: MOST_REMEMBERED });
  const stopping = new AbortController();

  async function compact(key: ConversationKey, begun: Conversation): Promise<void> {
    let conversation: Conversation | undefined = await whenQuiet(key, begun);
    for (let tries = 1; conversation; conversation = await whenQuiet(key, await store.load(key))) {
      const folded = turnsToSummarize(conversation, thresholds);
      if (folded.length === 0) return;
      const { text, turns, usage } = await summaryOf(conversation, folded);
      const covers = [...(conversation.summary?.covers ?? []), ...turns.map(({ ts }) => ts)];
      const kept = await store.compact(key, { text, covers }, conversation.changes ?? 0);
      observe(key, { type: 'summed_up', turns: turns.length, kept, ...(usage && { usage }) });
      logger.info({ conversation: key, turns: turns.length, kept, usage }, 'the oldest turns are summed up');
      if (kept) continue;
      if (tries === MOST_TRIES) return;
      tries += 1;
    }
  }

  /** One that has no summary since something of it was changed is looked at when the changes are over. */
  async function whenQuiet(key: ConversationKey, seen: Conversation | undefined): Promise<Conversation | undefined> {
    let conversation = seen;
    for (
      let tries = 1;
      conversation?.changes !== undefined && !conversation.summary && tries <= MOST_TRIES;
      tries += 1
    ) {
      if (turnsToSummarize(conversation, thresholds).length === 0) break;
      const { changes } = conversation;
      await clock.sleep(CHANGES_QUIET_MS, stopping.signal);
      conversation = await store.load(key);
      if (conversation?.changes === changes) break;
    }
    return conversation;
  }

  async function summaryOf(
    conversation: Conversation,
    folded: readonly Turn[],
  ): Promise<{ text: string; turns: readonly Turn[]; usage?: Usage }> {
    const names = await options.people.names(peopleIn(conversation));
    const input = { conversation, names, system: options.systemPrompt, budgetTokens: options.promptTokens };
    const { turns, messages } = summaryPrompt(input, folded, options.summaryWords);
    let text = '';
    // It is for all who read it; of those, whoever wrote last.
    const people = conversation.turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : [])).slice(-1);
    for await (const event of options.ask({
      messages,
      conversation,
      purpose: 'summary',
      people,
      run: randomUUID(),
      signal: stopping.signal,
    })) {
      if (event.type === 'text') text += event.text;
      if (event.type === 'restart') text = '';
      if (event.type !== 'done') continue;
      if (event.finishReason !== 'stop' || text.trim() === '')
        throw new Error(`the model wrote no whole summary (${event.finishReason})`);
      return { text: text.trim(), turns, ...(event.usage && { usage: event.usage }) };
    }
    throw new Error('the model wrote no whole summary');
  }

  return {
    consider(conversation) {
      const key = keyOf(conversation.id);
      if (running.has(key) || stopping.signal.aborted || (failed.get(key) ?? 0) > clock.now()) return;
      failed.delete(key);
      const run = compact(key, conversation)
        .catch((error: unknown) => {
          if (stopping.signal.aborted) return;
          failed.set(key, clock.now() + RETRY_AFTER_MS);
          observe(key, { type: 'not_summed_up', problem: messageOf(error) });
          logger.warn(
            { conversation: key, err: error },
            'the oldest turns cannot be summed up; the conversation goes on without',
          );
        })
        .finally(() => running.delete(key));
      running.set(key, run);
    },

    promptTokens: (key) =>
      failed.has(key) ? Math.min(options.promptTokens, WITHOUT_SUMMARY * thresholds.high) : options.promptTokens,

    async stop() {
      stopping.abort(new Error('the process stops'));
      await Promise.all(running.values());
    },
  };
}
