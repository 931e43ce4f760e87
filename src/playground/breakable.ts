import type { CompletionEvent, CompletionRequest, Model } from '../core/ports.js';
import { wrappedModel } from '../core/wrapped-model.js';

/** Length of the answer before it breaks: long enough to be visible. */
const BREAKS_AFTER_CHARACTERS = 120;

/** Wraps a model so that its next answer can be made to break half-way and restart, as after a dropped stream. */
export class BreakableModel {
  #breaksNext = false;

  breakNext(): void {
    this.#breaksNext = true;
  }

  wrap(model: Model): Model {
    return wrappedModel(model, (one, request) => this.#complete(one, request));
  }

  async *#complete(model: Model, request: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    if (this.#breaksNext) {
      this.#breaksNext = false;
      yield* firstPart(model.complete(request));
      yield { type: 'restart' };
    }
    yield* model.complete(request);
  }
}

/** The first part of an answer; all text of a short one. Never `done`. */
async function* firstPart(events: AsyncIterable<CompletionEvent>): AsyncGenerator<CompletionEvent, void, undefined> {
  let characters = 0;
  for await (const event of events) {
    if (event.type === 'done' || characters >= BREAKS_AFTER_CHARACTERS) return;
    yield event;
    if (event.type === 'text') characters += event.text.length;
  }
}
