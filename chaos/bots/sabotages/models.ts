/** Sabotaged models. */
import { ModelError } from '../../../src/core/errors.js';
import type { Model } from '../../../src/core/ports.js';

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
