import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { PortDecorators } from '../../src/bot.js';
import type {
  CompletionEvent,
  ConversationStore,
  FileReader,
  Model,
  Transcriber,
  WorkQueue,
} from '../../src/core/ports.js';

/** The most dangerous moments to crash, in the order in which a message passes them. */
export const POINTS = [
  'before the append',
  'between append and wake-up',
  'between wake-up and ack',
  'mid-extraction',
  'mid-transcription',
  'before the first write',
  'before its ts is recorded',
  'mid-stream',
  'before settle',
  'after settle',
] as const;
export type Point = (typeof POINTS)[number];

/** Makes a process crash or hang when it passes a point. */
export interface Trap {
  readonly point: Point;
  /** Springs at this passage of the point, counted from 1. */
  readonly passing: number;
  /** Hangs for this time, then continues. Not set: crashes. */
  readonly hangMs?: number;
}

/** Printed by the process when it starts to hang, for the parent process. */
export const HANG_LINE = 'hangs at its trap';
const STDOUT = 1;
const TEXTS_BEFORE_MID_STREAM = 5;
/** Until the service has a recording; it takes longer to write it down. */
const SENT_WITHIN_MS = 100;

export function trapDecorators({ point, passing, hangMs }: Trap): PortDecorators {
  let passed = 0;
  const pass = (here: Point): void => {
    if (here !== point) return;
    passed += 1;
    if (passed !== passing) return;
    if (hangMs === undefined) process.kill(process.pid, 'SIGKILL');
    else hang(hangMs);
  };
  return {
    store: (store) => storeWithTrap(store, pass, point === 'between append and wake-up'),
    queue: (queue) => queueWithTrap(queue, pass),
    model: (model) => modelWithTrap(model, pass),
    reader: (reader) => readerWithTrap(reader, pass),
    transcriber: (transcriber) => transcriberWithTrap(transcriber, pass),
  };
}

/** Blocks the event loop. */
function hang(ms: number): void {
  writeSync(STDOUT, `${HANG_LINE}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

type Pass = (point: Point) => void;

/** `apart`: the wake-up is sent once the append is done. */
function storeWithTrap(store: ConversationStore, pass: Pass, apart: boolean): ConversationStore {
  return {
    ...store,
    async append(message, asking, behind) {
      pass('before the append');
      const appended = await store.append(message, asking, apart ? undefined : behind);
      pass('between append and wake-up');
      return appended;
    },
    async recordReply(key, reply, run) {
      if (!reply.opening && reply.messages.length > 0) pass('before its ts is recorded');
      await store.recordReply(key, reply, run);
      if (reply.opening && reply.messages.length === 0) pass('before the first write');
    },
    async settle(key, answered, reply, run, stillAsked) {
      pass('before settle');
      const pending = await store.settle(key, answered, reply, run, stillAsked);
      pass('after settle');
      return pending;
    },
  };
}

function queueWithTrap(queue: WorkQueue, pass: Pass): WorkQueue {
  return {
    ...queue,
    async wake(key) {
      await queue.wake(key);
      pass('between wake-up and ack');
    },
  };
}

function modelWithTrap(model: Model, pass: Pass): Model {
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

/** As soon as another process reads the file: see `readOnce`, which starts it at once. */
function readerWithTrap(reader: FileReader, pass: Pass): FileReader {
  return {
    async extract(...file) {
      const reading = reader.extract(...file);
      pass('mid-extraction');
      return reading;
    },
  };
}

function transcriberWithTrap(transcriber: Transcriber, pass: Pass): Transcriber {
  return {
    ...transcriber,
    async transcribe(...recording) {
      const hearing = transcriber.transcribe(...recording);
      const isHeard = await Promise.race([hearing.then(() => true), wait(SENT_WITHIN_MS, false)]);
      if (!isHeard) pass('mid-transcription');
      return hearing;
    },
  };
}
