import { LRUCache } from 'lru-cache';
import type { ConversationKey } from '../core/conversation-id.js';
import type { Observation } from '../core/observation.js';
import type { FinishReason, PromptMessage, Usage } from '../core/ports.js';

/** The bot's observed work in one conversation. Times are milliseconds since 1970. */
export interface ConversationRecord {
  /** By `ts`: when a message first arrived, and how often. */
  readonly received: Map<string, { readonly at: number; deliveries: number }>;
  /** `ts` of the turns that were answered. */
  readonly answered: Set<string>;
  /** `ts` of the turns that were edited after they were sent in a prompt. */
  readonly editedSince: Set<string>;
  /** The last prompt sent. */
  prompt?: SentPrompt;
  /** Messages of the previous prompt. */
  previous?: readonly PromptMessage[];
  answer?: Answer;
  /** Why the last attempt to summarize failed. */
  summaryProblem?: string | undefined;
  /** A rate limit delays the answer until then. */
  rateLimitedUntil?: number | undefined;
}

export type SentPrompt = Omit<Observation & { type: 'prompted' }, 'type'> & { readonly at: number };

interface Answer {
  state: 'waiting' | 'writing' | 'done' | 'failed' | 'interrupted';
  restarts: number;
  firstTextAt?: number;
  completedAt?: number;
  finishReason?: FinishReason;
  usage?: Usage;
  problem?: string;
}

/** Each record holds two prompts. The least recently used conversation is evicted first. */
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
    const record: ConversationRecord = this.#records.get(key) ?? {
      received: new Map(),
      answered: new Set(),
      editedSince: new Set(),
    };
    this.#records.set(key, record);
    this.#apply(record, at, observation);
    for (const listener of this.#listeners) listener(key);
  }

  /** The bot's process is gone: marks unfinished answers as interrupted. */
  interrupted(): void {
    for (const { answer } of this.#records.values()) {
      if (answer?.state === 'waiting' || answer?.state === 'writing') answer.state = 'interrupted';
    }
  }

  #apply(record: ConversationRecord, at: number, observation: Observation): void {
    const { answer } = record;
    switch (observation.type) {
      case 'received': {
        const known = record.received.get(observation.ts);
        if (known) known.deliveries += 1;
        else record.received.set(observation.ts, { at, deliveries: 1 });
        break;
      }
      case 'rate_limited':
        record.rateLimitedUntil = at + observation.ms;
        break;
      case 'edited':
        if (record.answered.has(observation.ts) || record.prompt?.answers.includes(observation.ts))
          record.editedSince.add(observation.ts);
        break;
      case 'prompted': {
        record.rateLimitedUntil = undefined;
        const { type: _, ...prompt } = observation;
        for (const ts of prompt.answers) record.editedSince.delete(ts);
        if (record.prompt) record.previous = record.prompt.messages;
        record.prompt = { ...prompt, at };
        record.answer = { state: 'waiting', restarts: 0 };
        break;
      }
      case 'first_text':
        update(answer, { state: 'writing', firstTextAt: answer?.firstTextAt ?? at });
        break;
      case 'restarted':
        update(answer, { restarts: (answer?.restarts ?? 0) + 1 });
        break;
      case 'completed': {
        const { finishReason, usage } = observation;
        update(answer, { state: 'done', completedAt: at, finishReason, ...(usage && { usage }) });
        break;
      }
      case 'failed':
        update(answer, { state: 'failed', completedAt: at, problem: observation.problem });
        break;
      case 'summed_up':
        record.summaryProblem = undefined;
        break;
      case 'not_summed_up':
        record.summaryProblem = observation.problem;
        break;
      case 'settled':
        for (const ts of observation.answered) record.answered.add(ts);
        break;
    }
  }
}

/** Ignores an answer whose prompt was not recorded. */
function update(answer: Answer | undefined, changes: Partial<Answer>): void {
  if (answer) Object.assign(answer, changes);
}
