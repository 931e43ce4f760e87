import type { OpenAiConfig } from '../../src/config/config.js';
import type { Observation, Observe } from '../../src/core/observation.js';
import type { CompletionEvent, CompletionRequest, Logger, Model } from '../../src/core/ports.js';
import { openAiModel } from '../../src/openai/model.js';
import { FakeClock } from '../support/clock.js';

export const KEY = 'sk-test-0123456789abcdef';
export const TIMEOUT_MS = 60_000;
export const IDLE_TIMEOUT_MS = 30_000;

interface Retry {
  attempt: number;
  status?: number;
  waitMs: number;
  problem: string;
}

/** A model on a test server. When it logs a retry, the fake clock advances by the wait. */
export class Bench {
  readonly clock = new FakeClock();
  readonly start = this.clock.now();
  readonly retries: Retry[] = [];
  readonly warnings: string[] = [];
  /** With its conversation. */
  readonly observed: [string, Observation][] = [];
  readonly model: Model;
  /** Called when a retry has been logged and its wait has started. */
  onWait = (waitMs: number): void => {
    void this.clock.advance(waitMs);
  };

  constructor(baseUrl: string, { keyless = false, ...settings }: Partial<OpenAiConfig> & { keyless?: boolean } = {}) {
    const config: OpenAiConfig = {
      ...(!keyless && { apiKey: KEY }),
      baseUrl,
      api: 'chat',
      model: 'test-model',
      headers: {},
      query: {},
      timeoutMs: TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      ...settings,
    };
    const logger: Logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (facts, message) => {
        this.warnings.push(message);
        if (!message.includes('trying again')) return;
        const retry = facts as Retry;
        this.retries.push(retry);
        setImmediate(() => this.onWait(retry.waitMs));
      },
      error: () => undefined,
    };
    const observe: Observe = (key, observation) => this.observed.push([key, observation]);
    this.model = openAiModel(config, { clock: this.clock, logger, random: () => 0, observe });
  }

  /** Milliseconds of the fake clock since the start. */
  get elapsed(): number {
    return this.clock.now() - this.start;
  }

  ask(question: string, signal: AbortSignal = new AbortController().signal): AsyncIterator<CompletionEvent> {
    const request: CompletionRequest = {
      messages: [
        { role: 'system', content: 'You are a test.' },
        { role: 'user', content: question },
      ],
      conversation: 'T1:C1:1766458026.240809',
      signal,
    };
    return this.model.complete(request)[Symbol.asyncIterator]();
  }

  /** All events of an answer. */
  async all(question: string): Promise<CompletionEvent[]> {
    return rest(this.ask(question));
  }

  /** The error that the answer ends with. */
  async failure(question: string): Promise<unknown> {
    return this.all(question).then(
      (events) => {
        throw new Error(`no error, but ${JSON.stringify(events)}`);
      },
      (error: unknown) => error,
    );
  }
}

export async function rest(events: AsyncIterator<CompletionEvent>): Promise<CompletionEvent[]> {
  const collected: CompletionEvent[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) return collected;
    collected.push(next.value);
  }
}

/** The text that stays visible: everything after the last restart. */
export function readable(events: CompletionEvent[]): string {
  const from = events.findLastIndex((event) => event.type === 'restart') + 1;
  return events
    .slice(from)
    .map((event) => (event.type === 'text' ? event.text : ''))
    .join('');
}
