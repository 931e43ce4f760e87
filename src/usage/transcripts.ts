/** The metered way to the service that listens: within the budgets, and every call is counted. */
import { randomUUID } from 'node:crypto';
import type { Conversation } from '../core/conversation.js';
import type { Sound } from '../core/files.js';
import type { Transcriber, Usage } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import { billing, type BillingOptions, checkPrice } from './billing.js';

export interface TranscriptRequest {
  bytes: Uint8Array;
  sound: Sound;
  /** Id of the file. */
  file: string;
  conversation: Conversation;
  /** Who attached the file, and pays. */
  person: string;
  /** Default: the deployment's own. */
  budgets?: BudgetSettings | undefined;
  signal: AbortSignal;
}

export interface MeteredTranscriber {
  /** Of a recording. */
  readonly maxBytes: number;
  /** What is said in it. As `Transcriber.transcribe`; also throws `BudgetReachedError` and `BudgetBusyError`. */
  transcribe(request: TranscriptRequest): Promise<string>;
}

/** Throws, naming the setting, if there is a budget and the model has no known price. */
export function meteredTranscriber(transcriber: Transcriber, options: BillingOptions): MeteredTranscriber {
  checkPrice(options, transcriber);
  const { reserve, count } = billing(options);

  return {
    maxBytes: transcriber.maxBytes,
    async transcribe({ bytes, sound, file, conversation, person: asker, signal, ...more }) {
      const { budgets = options.budgets } = more;
      const most = transcriber.estimate(bytes.length);
      const purpose = `transcript ${file}` as const;
      const call = { id: randomUUID(), conversation: conversation.id, purpose, people: [asker], budgets };
      const reserved = await reserve(call, () => most.costUsd, signal);
      let usage: Usage | undefined;
      try {
        const heard = await transcriber.transcribe(bytes, sound.format, signal);
        usage = heard.usage ?? most;
        return heard.text;
      } catch (error) {
        // Broken off: the service had it all the same.
        if (signal.aborted) usage = most;
        throw error;
      } finally {
        await count({ ...reserved, conversation, usage });
      }
    },
  };
}
