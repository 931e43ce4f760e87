import { writeSync } from 'node:fs';
import type { PortDecorators } from '../../src/bot.js';
import type { CompletionEvent, ConversationStore, Model, WorkQueue } from '../../src/core/ports.js';

/** Where it hurts most to die, in the order of a message's way. */
export const POINTS = [
  'before the append',
  'between append and wake-up',
  'between wake-up and ack',
  'before the first write',
  'before its ts is recorded',
  'mid-stream',
  'before settle',
  'after settle',
] as const;
export type Point = (typeof POINTS)[number];

/** What happens when a process comes by a point. */
export interface Trap {
  readonly point: Point;
  /** The how-manieth time, counted from 1. */
  readonly passing: number;
  /** Hangs for so long and goes on; dies if not set. */
  readonly hangMs?: number;
}

/** What the process writes when it hangs, for whoever started it. */
export const HANGS = 'hangs at its point';
const STDOUT = 1;
const TEXTS_BEFORE_MID_STREAM = 5;

/** The ports of a process that falls into the trap. */
export function trapped({ point, passing, hangMs }: Trap): PortDecorators {
  let passed = 0;
  const pass = (here: Point): void => {
    if (here !== point) return;
    passed += 1;
    if (passed !== passing) return;
    if (hangMs === undefined) process.kill(process.pid, 'SIGKILL');
    else hang(hangMs);
  };
  return {
    store: (store) => trappedStore(store, pass),
    queue: (queue) => trappedQueue(queue, pass),
    model: (model) => trappedModel(model, pass),
  };
}

/** Nothing at all happens in this process meanwhile. */
function hang(ms: number): void {
  writeSync(STDOUT, `${HANGS}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

type Pass = (point: Point) => void;

function trappedStore(store: ConversationStore, pass: Pass): ConversationStore {
  return {
    ...store,
    async append(message, asking) {
      pass('before the append');
      const appended = await store.append(message, asking);
      pass('between append and wake-up');
      return appended;
    },
    async recordReply(key, reply, run) {
      if (!reply.opening && reply.messages.length > 0) pass('before its ts is recorded');
      await store.recordReply(key, reply, run);
      if (reply.opening && reply.messages.length === 0) pass('before the first write');
    },
    async settle(key, answered, reply, run) {
      pass('before settle');
      await store.settle(key, answered, reply, run);
      pass('after settle');
    },
  };
}

function trappedQueue(queue: WorkQueue, pass: Pass): WorkQueue {
  return {
    ...queue,
    async wake(key) {
      await queue.wake(key);
      pass('between wake-up and ack');
    },
  };
}

function trappedModel(model: Model, pass: Pass): Model {
  async function* complete(...request: Parameters<Model['complete']>): AsyncGenerator<CompletionEvent> {
    let texts = 0;
    for await (const event of model.complete(...request)) {
      yield event;
      if (event.type === 'text') texts += 1;
      if (event.type === 'text' && texts === TEXTS_BEFORE_MID_STREAM) pass('mid-stream');
    }
  }
  return { name: model.name, limits: model.limits, complete };
}
