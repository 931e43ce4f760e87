/** Sabotaged replies. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Replies, ReplyWriter } from '../../../src/core/ports.js';

/** Chunks of the model's answer that are kept. */
const CHUNKS_KEPT = 6;
const MISPLACE_EVERY = 3;
const SLOW_MS = 2_000;

export function misplaceReplies(replies: Replies): Replies {
  const lastThread = new Map<string, string>();
  let opened = 0;
  return {
    ...replies,
    open(request) {
      const { conversation } = request;
      const { channel, thread } = conversation.id;
      const other = lastThread.get(channel) ?? thread;
      lastThread.set(channel, thread);
      opened += 1;
      const misplaces = opened % MISPLACE_EVERY === 0 && conversation.reply === undefined;
      return replies.open(
        misplaces
          ? { ...request, conversation: { ...conversation, id: { ...conversation.id, thread: other } } }
          : request,
      );
    },
  };
}

/** Neither a process that takes over nor an edit knows the files of the reply. */
export function forgetFiles(replies: Replies): Replies {
  return { ...replies, open: (request) => replies.open({ ...request, recordFiles: async () => {} }) };
}

/** Opens a second reply when the first is finished. */
export function withSecondReply(replies: Replies, action: (second: ReplyWriter) => Promise<void>): Replies {
  return {
    ...replies,
    open(request) {
      return withFinishHook(replies.open(request), async () => {
        const { reply: _, ...conversation } = request.conversation;
        await action(replies.open({ ...request, conversation, record: async () => {} }));
      });
    },
  };
}

function withFinishHook(writer: ReplyWriter, after: () => Promise<void>): ReplyWriter {
  return {
    write: (text) => writer.write(text),
    stop: () => writer.stop(),
    thinking: (text) => writer.thinking(text),
    restart: () => writer.restart(),
    abandon: () => writer.abandon(),
    async finish(controls) {
      const messages = await writer.finish(controls);
      await after();
      return messages;
    },
  };
}

/** Remembers the whole answer of the model, though a person stopped it. */
export function rememberAll(replies: Replies): Replies {
  return {
    ...replies,
    open(request) {
      const writer = replies.open(request);
      let whole = '';
      return {
        write: (text) => {
          whole += text;
          writer.write(text);
        },
        stop: () => writer.stop(),
        thinking: (text) => writer.thinking(text),
        restart: () => {
          whole = '';
          writer.restart();
        },
        abandon: () => writer.abandon(),
        async finish(controls) {
          const [first, ...others] = await writer.finish(controls);
          return first ? [{ ...first, text: whole }, ...others.map((message) => ({ ...message, text: '' }))] : [];
        },
      };
    },
  };
}

export async function postAnotherReply(second: ReplyWriter): Promise<void> {
  second.write('[[]] 1: w1 ∎');
  await second.finish();
}

/** The second reply has set its status line and never finishes. */
export async function leaveStatus(): Promise<void> {}

export function dropEnd(replies: Replies): Replies {
  return {
    ...replies,
    open(request) {
      const writer = replies.open(request);
      let chunks = 0;
      return {
        write: (text) => ((chunks += 1) <= CHUNKS_KEPT ? writer.write(text) : undefined),
        stop: () => writer.stop(),
        thinking: (text) => writer.thinking(text),
        restart() {
          chunks = 0;
          writer.restart();
        },
        finish: (controls) => writer.finish(controls),
        abandon: () => writer.abandon(),
      };
    },
  };
}

export function giveUpSlowReplies(replies: Replies): Replies {
  return {
    ...replies,
    open(request) {
      const writer = replies.open(request);
      return {
        write: (text) => writer.write(text),
        stop: () => writer.stop(),
        thinking: (text) => writer.thinking(text),
        restart: () => writer.restart(),
        abandon: () => writer.abandon(),
        async finish(controls) {
          const finished = writer.finish(controls);
          finished.catch(() => {});
          return Promise.race([finished, wait(SLOW_MS, [])]);
        },
      };
    },
  };
}
