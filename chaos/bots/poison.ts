/** A bot that a question kills. */
import type { PortDecorators } from '../../src/bot.js';
import { pendingTurns } from '../../src/conversation/notice.js';
import type { ConversationStore, Model, WorkQueue } from '../../src/core/ports.js';

export interface Poison {
  /** The process dies over a conversation with this word in a question that waits for its answer. */
  readonly word: string;
  /** When it dies: as soon as it has loaded the conversation, or when it asks the model. */
  readonly at: 'load' | 'model';
  /** Blames every conversation that was in so many processes that died, as if each had been the cause. */
  readonly blamesAllAfter?: number;
}

export function poisonDecorators({ word, at, blamesAllAfter }: Poison): PortDecorators {
  let isPending = false;

  function watched(store: ConversationStore): ConversationStore {
    return {
      ...store,
      async load(key, run) {
        const conversation = await store.load(key, run);
        if (conversation?.turns.some(({ text }) => text.includes(word)))
          isPending = pendingTurns(conversation).some(({ text }) => text.includes(word));
        if (isPending && at === 'load' && conversation?.turns.some(({ text }) => text.includes(word)))
          process.kill(process.pid, 'SIGKILL');
        return conversation;
      },
    };
  }

  function deadly(model: Model): Model {
    return {
      ...model,
      complete(request) {
        if (isPending && JSON.stringify(request.messages).includes(word)) process.kill(process.pid, 'SIGKILL');
        return model.complete(request);
      },
    };
  }

  function blaming(queue: WorkQueue): WorkQueue {
    const after = blamesAllAfter ?? Number.POSITIVE_INFINITY;
    const start: WorkQueue['start'] = (onWake) =>
      queue.start((wake) => onWake({ ...wake, isGuilty: wake.isGuilty || wake.crashes >= after }));
    return { ...queue, start };
  }

  return { store: watched, model: deadly, queue: blaming };
}
