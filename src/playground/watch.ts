/** Reports what the bot does beyond its own observations, by wrapping its ports. */
import type { PortDecorators } from '../bot.js';
import { keyOf } from '../core/conversation-id.js';
import { messageOf, ModelError } from '../core/errors.js';
import type { Observe } from '../core/observation.js';
import type {
  CompletionEvent,
  CompletionRequest,
  ConversationStore,
  Model,
  WakeHandler,
  WorkQueue,
} from '../core/ports.js';
import { wrappedModel } from '../core/wrapped-model.js';
import { asksForSummary } from '../prompt/summary.js';

export function watchedPorts(observe: Observe): Required<Pick<PortDecorators, 'store' | 'queue' | 'model'>> {
  return {
    store: (store) => watchedStore(store, observe),
    queue: (queue) => watchedQueue(queue, observe),
    model: (model) => wrappedModel(model, (one, request) => watchedCompletion(one, request, observe)),
  };
}

function watchedStore(store: ConversationStore, observe: Observe): ConversationStore {
  return {
    ...store,
    async append(message, intent) {
      const key = keyOf(message.conversation);
      const { ts } = message;
      try {
        const as = await store.append(message, intent);
        observe(key, { type: 'stored', ts, as });
        return as;
      } catch (error) {
        observe(key, { type: 'not_stored', ts, problem: messageOf(error) });
        throw error;
      }
    },
    async remove(key, ts) {
      const removed = await store.remove(key, ts);
      if (removed === 'changed') observe(key, { type: 'removed', ts });
      return removed;
    },
    async load(key, run) {
      const conversation = await store.load(key, run);
      // Without a run somebody only looks.
      if (conversation && run !== undefined) {
        const { pending, reply, redo } = conversation;
        observe(key, {
          type: 'loaded',
          pending,
          ...(reply && { reply: reply.messages }),
          ...(redo && { rewrites: true }),
        });
      }
      return conversation;
    },
    async recordReply(key, reply, run) {
      await store.recordReply(key, reply, run);
      if (!reply.opening && reply.messages.length > 0) observe(key, { type: 'posted', messages: reply.messages });
    },
    async settle(key, answered, reply, run, stillAsked) {
      const pending = await store.settle(key, answered, reply, run, stillAsked);
      observe(key, { type: 'reply_stored', messages: reply.map(({ ts }) => ts), answered });
      return pending;
    },
  };
}

function watchedQueue(queue: WorkQueue, observe: Observe): WorkQueue {
  const watched =
    (onWake: WakeHandler): WakeHandler =>
    async (wake) => {
      const { key, crashes } = wake;
      observe(key, { type: 'taken', crashes });
      try {
        const postponed = await onWake(wake);
        observe(key, { type: 'run_ended', ...postponed });
        return postponed;
      } catch (error) {
        observe(key, { type: 'run_ended', problem: messageOf(error) });
        throw error;
      }
    };
  return {
    async wake(key) {
      // Before: the run may begin while the queue still says that it took the wake-up.
      observe(key, { type: 'queued' });
      await queue.wake(key);
    },
    start: (onWake) => queue.start(watched(onWake)),
    stop: (timeoutMs) => queue.stop(timeoutMs),
  };
}

async function* watchedCompletion(
  model: Model,
  request: CompletionRequest,
  observe: Observe,
): AsyncGenerator<CompletionEvent, void, undefined> {
  const { conversation, messages, signal } = request;
  const purpose = asksForSummary(messages) ? 'summary' : 'answer';
  let text = '';
  observe(conversation, { type: 'asked', purpose });
  try {
    for await (const event of model.complete(request)) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'restart') text = '';
      else if (event.type === 'done') observe(conversation, { type: 'said', purpose, text });
      yield event;
    }
  } catch (error) {
    if (error instanceof ModelError && !signal.aborted) {
      const { problem, message } = error;
      observe(conversation, { type: 'said_nothing', purpose, problem, reason: message });
    }
    throw error;
  }
}
