/** Summarizes the beginning of long conversations in the background. Nobody waits for it, and a failure loses nothing. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { atMost } from '../core/cache-size.js';
import { withoutParts } from '../core/content.js';
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, messageOf, ModelError } from '../core/errors.js';
import { type Observe, unobserved } from '../core/observation.js';
import type {
  Clock,
  Compaction,
  ConversationStore,
  FilesOfTurns,
  Logger,
  Model,
  People,
  Places,
  Usage,
} from '../core/ports.js';
import { untilStored } from '../core/store-retry.js';
import type { Turn } from '../core/turn.js';
import type { MeteredModel } from '../usage/metering.js';
import { withFilesOf } from './files-of-segment.js';
import { namesFor } from './names.js';
import {
  knownText,
  type NextSegment,
  nextSegment,
  summaryPrompt,
  type Thresholds,
  toCompaction,
  turnsToGiveUp,
} from './summary.js';

/** Edits and deletions often come in series: wait for this long without one before summarizing. */
const QUIET_AFTER_CHANGES_MS = 3_000;
const MAX_ATTEMPTS = 3;
/** A failed summary may fail at every reply: pause before asking for the next. */
const RETRY_AFTER_MS = 10 * 60_000;
const MAX_REMEMBERED_FAILURES = 10_000;
/** Where no summary can be made, at most this many times the high threshold is sent, the newest turns of it. */
const THRESHOLDS_WITHOUT_SUMMARY = 2;

export interface CompactorOptions {
  store: ConversationStore;
  ask: MeteredModel;
  /** The one that `ask` asks. Without it, pictures are only named. */
  model?: Model;
  people: People;
  places: Places;
  clock: Clock;
  logger: Logger;
  /** As in `AnswerOptions`. */
  files?: FilesOfTurns;
  /** As in `AnswerOptions`. */
  isShared: (conversation: Conversation) => boolean;
  systemPrompt: string;
  /** Upper bound of a prompt. */
  promptTokens: number;
  thresholds: Thresholds;
  /** Longest summary. */
  summaryWords: number;
  observe?: Observe;
}

export interface Compactor {
  /** Starts to summarize a conversation without pending turns if it has become long. Returns at once and never throws. */
  consider(conversation: Conversation): void;
  /** Upper bound of the conversation's prompts in tokens. Lower while no summary can be made, or costs would grow without end. */
  promptTokens(key: ConversationKey): number;
  /** Cancels running summaries; the next reply starts them again. Resolves when all have ended. */
  stop(): Promise<void>;
}

export function createCompactor(options: CompactorOptions): Compactor {
  const { store, clock, logger, thresholds, isShared, observe = unobserved } = options;
  const running = new Map<ConversationKey, Promise<void>>();
  /** When a conversation's next summary may be tried, milliseconds since 1970. */
  const failedUntil = new LRUCache<ConversationKey, number>(atMost(MAX_REMEMBERED_FAILURES));
  const stopping = new AbortController();
  /** By what they became with what their files say. */
  const plain = new WeakMap<Conversation, Conversation>();

  const nextOf = (conversation: Conversation): NextSegment | undefined =>
    nextSegment(conversation, thresholds, isShared(conversation));

  async function withFiles(conversation: Conversation | undefined): Promise<Conversation | undefined> {
    if (!conversation || !options.files) return conversation;
    const read = await options.files.read(conversation, options.model ?? {}, stopping.signal);
    plain.set(read.conversation, conversation);
    return read.conversation;
  }

  async function compact(key: ConversationKey, first: Conversation): Promise<void> {
    let conversation: Conversation | undefined = await whenQuiet(key, first);
    for (let attempt = 1; conversation; conversation = await whenQuiet(key, await store.load(key))) {
      const wanted = nextOf(conversation);
      if (!wanted) return;
      const { text, next, usage } = await summarize(conversation, wanted);
      const compaction = toCompaction(next, text, conversation, isShared(conversation));
      const kept = await keep(key, compaction, conversation.changes ?? 0);
      const { turns } = compaction.segment;
      observe(key, { type: 'summed_up', turns, kept, ...(usage && { usage }) });
      const merged = compaction.segments.length;
      logger.info({ conversation: key, turns, merged, kept, usage }, 'summarized the oldest turns');
      if (kept) continue;
      if (attempt === MAX_ATTEMPTS) return;
      attempt += 1;
    }
  }

  /** Retries for a while: the summary is paid for. */
  function keep(key: ConversationKey, compaction: Compaction, changes: number): Promise<boolean> {
    const write = (): Promise<boolean> => store.compact(key, compaction, changes);
    return untilStored(write, clock, stopping.signal, (error) =>
      logger.warn({ conversation: key, err: error }, 'cannot store a summary, retrying'),
    );
  }

  /** A segment that was dropped because of an edit is remade only when the edits are over. */
  async function whenQuiet(key: ConversationKey, loaded: Conversation | undefined): Promise<Conversation | undefined> {
    let conversation = await withFiles(loaded);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      if (conversation?.unfoldedBy === undefined || !nextOf(conversation)) break;
      const { changes } = conversation;
      await clock.sleep(QUIET_AFTER_CHANGES_MS, stopping.signal);
      conversation = await withFiles(await store.load(key));
      if (conversation?.changes === changes) break;
    }
    return conversation;
  }

  /** Of a conversation that has become far too long without a summary, leaves out the oldest turns for good. */
  async function giveUpOldest(key: ConversationKey): Promise<void> {
    try {
      const conversation = await withFiles(await store.load(key));
      const shared = conversation !== undefined && isShared(conversation);
      const oldest = conversation && turnsToGiveUp(conversation, thresholds, shared);
      if (!oldest) return;
      await store.compact(key, toCompaction(oldest, '', conversation, shared), conversation.changes ?? 0);
      logger.warn({ conversation: key, turns: oldest.turns.length }, 'leaving out the oldest turns without a summary');
    } catch (error) {
      logger.warn({ conversation: key, err: error }, 'cannot leave out the oldest turns yet');
    }
  }

  async function summarize(
    read: Conversation,
    segment: NextSegment,
  ): Promise<{ text: string; next: NextSegment; usage?: Usage }> {
    const known = knownText(segment);
    if (known !== undefined) return { text: known, next: segment };
    const loaded = { plain: plain.get(read) ?? read, conversation: read };
    const { files, model = {} } = options;
    const { conversation, next: wanted } = await withFilesOf(segment, loaded, files, model, stopping.signal);
    const shared = isShared(conversation);
    const names = await namesFor(conversation, shared, options);
    const { systemPrompt: system, promptTokens: budgetTokens } = options;
    const input = { conversation, names, shared, system, budgetTokens };
    const { next, messages, tokens, uncached } = summaryPrompt(input, wanted, options.summaryWords);
    const people = causeOf(conversation);
    const call = {
      messages: messages.map(withoutParts),
      promptTokens: tokens,
      conversation,
      purpose: 'summary',
      uncached,
      people,
      run: randomUUID(),
      signal: stopping.signal,
    } as const;
    let text = '';
    for await (const event of options.ask(call)) {
      if (event.type === 'text') text += event.text;
      if (event.type === 'restart') text = '';
      if (event.type !== 'done') continue;
      if (event.finishReason !== 'stop' || text.trim() === '') {
        throw new ModelError('empty', `the model wrote no complete summary (${event.finishReason})`);
      }
      return { text: text.trim(), next, ...(event.usage && { usage: event.usage }) };
    }
    throw new ModelError('empty', 'the model wrote no complete summary');
  }

  return {
    consider(conversation) {
      const key = keyOf(conversation.id);
      if (running.has(key) || stopping.signal.aborted || (failedUntil.get(key) ?? 0) > clock.now()) return;
      failedUntil.delete(key);
      const run = compact(key, conversation)
        .catch(async (error: unknown) => {
          if (stopping.signal.aborted) return;
          if (!hasNoSummary(error)) {
            logger.warn({ conversation: key, err: error }, 'cannot summarize the oldest turns yet');
            return;
          }
          failedUntil.set(key, clock.now() + RETRY_AFTER_MS);
          observe(key, { type: 'not_summed_up', problem: messageOf(error) });
          logger.warn(
            { conversation: key, err: error },
            'cannot summarize the oldest turns; answering without a summary',
          );
          await giveUpOldest(key);
        })
        .finally(() => running.delete(key));
      running.set(key, run);
    },

    promptTokens(key) {
      if (!failedUntil.has(key)) return options.promptTokens;
      return Math.min(options.promptTokens, THRESHOLDS_WITHOUT_SUMMARY * thresholds.high);
    },

    async stop() {
      stopping.abort(new Error('the process stops'));
      await Promise.all(running.values());
    },
  };
}

/** Whether there is none to be had from the model for now. After any other failure, of the store for one, the next reply tries again. */
function hasNoSummary(error: unknown): boolean {
  return error instanceof ModelError || error instanceof BudgetReachedError || error instanceof BudgetBusyError;
}

/** Who is billed for a summary, in order of preference: whoever changed a summarized turn, then whoever wrote last. */
function causeOf({ turns, unfoldedBy, authors = [] }: Conversation): string[] {
  // What people wrote may be in segments, or deleted.
  return [...new Set([...(unfoldedBy ? [unfoldedBy] : []), ...[...authors.slice(-1), ...authorsOf(turns)].slice(-1)])];
}

function authorsOf(turns: readonly Turn[]): string[] {
  return turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : []));
}
