/** The model of a replay, in the bot's process: its parent answers, in the order of the recording. */
import { ModelError } from '../core/errors.js';
import type { CompletionEvent, CompletionRequest, Model } from '../core/ports.js';
import { wrappedModel } from '../core/wrapped-model.js';
import { asksForSummary } from '../prompt/summary.js';
import { messageTokens } from '../prompt/tokens.js';
import type { Asked, GivenAnswer } from './protocol.js';

export class RecordedModel {
  readonly #waiting = new Map<number, (answer: GivenAnswer) => void>();
  #last = 0;

  /** `ask(asked)` tells the parent of a request; `over(id)` that it does not wait any more. */
  constructor(
    private readonly ask: (asked: Asked) => void,
    private readonly over: (id: number) => void,
  ) {}

  answer(id: number, answer: GivenAnswer): void {
    this.#waiting.get(id)?.(answer);
  }

  /** The same model, but that the parent says what it answers. */
  wrap(model: Model): Model {
    return wrappedModel({ ...model, costOf: () => 0 }, (_, request) => this.#complete(request));
  }

  async *#complete({
    messages,
    conversation,
    signal,
  }: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    const id = (this.#last += 1);
    const purpose = asksForSummary(messages) ? 'summary' : 'answer';
    const abort = new AbortController();
    const given = new Promise<GivenAnswer>((resolve, reject) => {
      this.#waiting.set(id, resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: abort.signal });
    });
    try {
      signal.throwIfAborted();
      this.ask({ id, conversation, purpose });
      const answer = await given;
      if ('problem' in answer) throw new ModelError(answer.problem, answer.reason);
      yield { type: 'text', text: answer.text };
      const promptTokens = messages.reduce((sum, { content }) => sum + messageTokens(content), 0);
      const usage = { promptTokens, cachedTokens: 0, completionTokens: messageTokens(answer.text), costUsd: 0 };
      yield { type: 'done', finishReason: 'stop', usage };
    } finally {
      abort.abort();
      this.#waiting.delete(id);
      this.over(id);
    }
  }
}
