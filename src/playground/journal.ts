import { LRUCache } from 'lru-cache';
import type { ConversationKey } from '../core/conversation-id.js';
import type { Observation } from '../core/observation.js';
import type { PromptMessage, Usage } from '../core/ports.js';
import { type Answer, Runs, type SentPrompt, type Step } from './runs.js';

/** The bot's observed work in one conversation. Times are milliseconds since 1970. */
export interface ConversationRecord {
  /** By `ts`: when a message first arrived, how often, and what the bot did with it. */
  readonly received: Map<string, ReceivedMessage>;
  /** `ts` of the turns that were answered. */
  readonly answered: Set<string>;
  /** `ts` of the turns that were edited after they were sent in a prompt. */
  readonly editedSince: Set<string>;
  readonly runs: Runs;
  /** The last prompt sent. */
  readonly prompt?: SentPrompt | undefined;
  /** Messages of the prompt before it. */
  readonly previous?: readonly PromptMessage[] | undefined;
  readonly answer?: Answer | undefined;
  /** Usage of its summaries, whether kept or not. */
  readonly summaries: Usage[];
  /** Why the last attempt to summarize failed. */
  summaryProblem?: string | undefined;
  /** A rate limit delays the answer until then. */
  rateLimitedUntil?: number | undefined;
}

interface ReceivedMessage {
  readonly at: number;
  deliveries: number;
  readonly steps: Step[];
}

/** The least recently used conversation is evicted first. */
const MAX_CONVERSATIONS = 500;

/** Records what the bot does. Kept outside the bot's process, so that it survives a kill. */
export class Journal {
  readonly #records = new LRUCache<ConversationKey, ConversationRecord>({ max: MAX_CONVERSATIONS });
  readonly #listeners = new Set<(key: ConversationKey) => void>();

  /** Calls `listener` after each note. Returns a function that unsubscribes it. */
  onNote(listener: (key: ConversationKey) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  of(key: ConversationKey): ConversationRecord | undefined {
    return this.#records.get(key);
  }

  note(key: ConversationKey, at: number, observation: Observation): void {
    const record = this.#records.get(key) ?? newRecord();
    this.#records.set(key, record);
    apply(record, at, observation);
    record.runs.note(at, observation);
    for (const listener of this.#listeners) listener(key);
  }

  /** The bot's process is gone: marks unfinished answers as interrupted. */
  interrupted(at = Date.now()): void {
    for (const { answer, runs } of this.#records.values()) {
      if (answer?.state === 'waiting' || answer?.state === 'writing') answer.state = 'interrupted';
      runs.interrupted(at);
    }
  }
}

function newRecord(): ConversationRecord {
  const runs = new Runs();
  const latest = (): Runs['all'][number] | undefined => runs.all.findLast(({ prompt }) => prompt !== undefined);
  return {
    received: new Map(),
    answered: new Set(),
    editedSince: new Set(),
    summaries: [],
    runs,
    get prompt() {
      return latest()?.prompt;
    },
    get previous() {
      return latest()?.before;
    },
    get answer() {
      return latest()?.answer;
    },
  };
}

function apply(record: ConversationRecord, at: number, observation: Observation): void {
  switch (observation.type) {
    case 'received': {
      const known = record.received.get(observation.ts);
      if (known) known.deliveries += 1;
      const message = known ?? { at, deliveries: 1, steps: [] };
      record.received.set(observation.ts, message);
      message.steps.push({ at, ...observation });
      break;
    }
    case 'stored':
    case 'not_stored':
    case 'removed':
      record.received.get(observation.ts)?.steps.push({ at, ...observation });
      break;
    case 'rate_limited':
      record.rateLimitedUntil = at + observation.ms;
      break;
    case 'edited':
      record.received.get(observation.ts)?.steps.push({ at, ...observation });
      if (record.answered.has(observation.ts) || record.prompt?.answers.includes(observation.ts))
        record.editedSince.add(observation.ts);
      break;
    case 'prompted':
      record.rateLimitedUntil = undefined;
      for (const ts of observation.answers) record.editedSince.delete(ts);
      break;
    case 'summed_up':
      record.summaryProblem = undefined;
      if (observation.usage) record.summaries.push(observation.usage);
      break;
    case 'not_summed_up':
      record.summaryProblem = observation.problem;
      break;
    case 'settled':
      for (const ts of observation.answered) record.answered.add(ts);
      break;
    case 'queued':
    case 'taken':
    case 'loaded':
    case 'first_text':
    case 'posted':
    case 'restarted':
    case 'retrying':
    case 'completed':
    case 'failed':
    case 'asked':
    case 'said':
    case 'said_nothing':
    case 'reply_stored':
    case 'run_ended':
      // Of the run alone.
      break;
  }
}
