import { LRUCache } from 'lru-cache';
import type { Observation } from '../core/observation.js';
import type { FinishReason, PromptMessage, Usage } from '../core/ports.js';
import type { ConversationKey } from '../core/conversation-id.js';

/** What was seen of the bot's work in one conversation. Kept outside its process, which may be killed. Times in ms since 1970. */
export interface ConversationRecord {
  /** By `ts`: when a message first came, and how often. */
  readonly received: Map<string, { readonly at: number; deliveries: number }>;
  /** `ts` of the turns that a reply was for. */
  readonly answered: Set<string>;
  /** Of the turns that a prompt asked for, those that say something else since. */
  readonly editedSince: Set<string>;
  /** The prompt sent last. */
  prompt?: SentPrompt;
  /** The messages of the one before. */
  previous?: readonly PromptMessage[];
  answer?: Answer;
  /** Why the last summary could not be had. */
  summaryProblem?: string | undefined;
  /** A limit keeps it from being answered before that. */
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

/** Each holds two prompts; the conversation nobody has spoken in for the longest time goes first. */
const MOST_CONVERSATIONS = 500;

/** Everything that was seen of the bot's work. */
export class Journal {
  readonly #records = new LRUCache<ConversationKey, ConversationRecord>({ max: MOST_CONVERSATIONS });
  readonly #listeners = new Set<(key: ConversationKey) => void>();

  /** `listener` is called after each note. Returns what takes it off again. */
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
    this.#keep(record, at, observation);
    for (const listener of this.#listeners) listener(key);
  }

  /** The bot's process is gone: what it was at will not go on by itself. */
  interrupted(): void {
    for (const { answer } of this.#records.values()) {
      if (answer?.state === 'waiting' || answer?.state === 'writing') answer.state = 'interrupted';
    }
  }

  #keep(record: ConversationRecord, at: number, observation: Observation): void {
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
        change(answer, { state: 'writing', firstTextAt: answer?.firstTextAt ?? at });
        break;
      case 'restarted':
        change(answer, { restarts: (answer?.restarts ?? 0) + 1 });
        break;
      case 'completed': {
        const { finishReason, usage } = observation;
        change(answer, { state: 'done', completedAt: at, finishReason, ...(usage && { usage }) });
        break;
      }
      case 'failed':
        change(answer, { state: 'failed', completedAt: at, problem: observation.problem });
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

/** An answer whose prompt was not seen is not followed. */
function change(answer: Answer | undefined, to: Partial<Answer>): void {
  if (answer) Object.assign(answer, to);
}
