/** Sabotaged models. */
import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from '../../../src/core/errors.js';
import type { CompletionEvent, Model } from '../../../src/core/ports.js';

export function forgetTurns(model: Model): Model {
  return {
    name: model.name,
    limits: model.limits,
    complete(request) {
      const lastReply = request.messages.findLastIndex(({ role }) => role === 'assistant');
      return model.complete({
        ...request,
        messages: request.messages.filter(({ role }, at) => role === 'system' || at > lastReply),
      });
    },
  };
}

export function alwaysFail(model: Model): Model {
  return {
    name: model.name,
    limits: model.limits,
    complete() {
      throw new ModelError('unavailable', 'on purpose');
    },
  };
}

/** Less than the bot waits for the model. */
const SILENCE_MS = 1_000;

export function endAtSilence(model: Model): Model {
  async function* complete(...request: Parameters<Model['complete']>): AsyncGenerator<CompletionEvent> {
    const events = model.complete(...request)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([events.next(), wait(SILENCE_MS)]);
      if (next?.done === true) return;
      if (next === undefined) {
        yield { type: 'done', finishReason: 'stop' };
        return;
      }
      yield next.value;
    }
  }
  return { name: model.name, limits: model.limits, complete };
}
