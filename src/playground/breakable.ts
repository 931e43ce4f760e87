import type { CompletionEvent, CompletionRequest, Model } from '../core/ports.js';

/** So much of an answer stands there when it breaks: enough to be seen. */
const BREAKS_AFTER_CHARACTERS = 120;

/** A model whose next answer can be made to break half-way, and is then begun anew as after a stream that was cut. */
export class BreakableModel {
  #breaksNext = false;

  breakNext(): void {
    this.#breaksNext = true;
  }

  around(model: Model): Model {
    return { ...model, complete: (request) => this.#complete(model, request) };
  }

  async *#complete(model: Model, request: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    if (this.#breaksNext) {
      this.#breaksNext = false;
      yield* untilBroken(model.complete(request));
      yield { type: 'restart' };
    }
    yield* model.complete(request);
  }
}

/** The beginning of an answer; of one that is short, all of its text. */
async function* untilBroken(events: AsyncIterable<CompletionEvent>): AsyncGenerator<CompletionEvent, void, undefined> {
  let characters = 0;
  for await (const event of events) {
    if (event.type === 'done' || characters >= BREAKS_AFTER_CHARACTERS) return;
    yield event;
    if (event.type === 'text') characters += event.text.length;
  }
}
