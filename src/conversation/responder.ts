/**
 * Answers a conversation until nothing in it waits for an answer. The one place where errors are decided: try again
 * later (throw, the queue backs off), or tell the people in the thread and settle.
 */
import { apologyFor, CUT_OFF, FILTERED, GREETING, UNEXPECTED } from './apology.js';
import { ModelError, ReplyError } from './errors.js';
import type { Backlog, ConversationStore, Logger, Model, People, Replies, ReplyWriter, Wake } from './ports.js';
import { buildPrompt, peopleIn } from './prompt.js';
import { type AssistantTurn, type Conversation, inOrder, keyOf, type PersonTurn } from './types.js';

export interface ResponderOptions {
  store: ConversationStore;
  model: Model;
  replies: Replies;
  backlog: Backlog;
  people: People;
  logger: Logger;
  systemPrompt: string;
  promptTokens: number;
}

export function createResponder(options: ResponderOptions): (wake: Wake) => Promise<void> {
  const { store, logger } = options;

  return async function respond(wake) {
    for (;;) {
      wake.signal.throwIfAborted();
      const conversation = await store.load(wake.key);
      if (!conversation || conversation.pending.length === 0) return;
      await answer(await withBacklog(conversation, options), wake);
    }
  };

  async function answer(conversation: Conversation, wake: Wake): Promise<void> {
    const { key, signal } = wake;
    const asked = askedTurns(conversation);
    const to = asked.at(-1);
    // Nobody is left to answer, as when a turn of an unknown form is pending.
    if (!to) return store.settle(key, conversation.pending, []);

    const after = conversation.turns.reduce((newest, turn) => (turn.ts > newest ? turn.ts : newest), to.ts);
    const writer = options.replies.open({ conversation, to, after, signal, record: (reply) => store.recordReply(key, reply) });
    try {
      const notice = await writeAnswerOrApology(conversation, asked, writer, wake);
      const messages = await writer.finish();
      const turns = messages.map(({ ts, text }): AssistantTurn => ({ role: 'assistant', ts, text, after, ...(notice && { notice }) }));
      await store.settle(key, conversation.pending, turns);
    } catch (error) {
      await writer.abandon();
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof ReplyError) || error.retryable) throw error;
      logger.warn({ conversation: key, err: error }, 'Slack does not take the reply: given up');
      await store.settle(key, conversation.pending, []);
    }
  }

  /** True when what was written is an apology. */
  async function writeAnswerOrApology(conversation: Conversation, asked: PersonTurn[], writer: ReplyWriter, wake: Wake): Promise<true | undefined> {
    try {
      await writeAnswer(conversation, asked, writer, wake.signal);
      return undefined;
    } catch (error) {
      const sentence = wake.signal.aborted ? undefined : sentenceFor(error, wake);
      if (sentence === undefined) throw error;
      logger.warn({ conversation: wake.key, err: error }, 'no answer to be had: saying so in the thread');
      writer.restart();
      writer.write(sentence);
      return true;
    }
  }

  async function writeAnswer(conversation: Conversation, asked: PersonTurn[], writer: ReplyWriter, signal: AbortSignal): Promise<void> {
    if (asked.every((turn) => turn.text === '')) {
      writer.write(GREETING);
      return;
    }
    const key = keyOf(conversation.id);
    const names = await options.people.names(peopleIn(conversation));
    const { messages, omitted } = buildPrompt({ conversation, names, system: options.systemPrompt, budgetTokens: options.promptTokens });
    if (omitted > 0) logger.info({ conversation: key, omitted }, 'the oldest turns do not fit the prompt');

    let written = false;
    for await (const event of options.model.complete({ messages, conversation: key, signal })) {
      if (event.type === 'text') {
        written ||= event.text.trim() !== '';
        writer.write(event.text);
      } else if (event.type === 'restart') {
        written = false;
        writer.restart();
      } else {
        if (event.finishReason === 'content_filter' && !written) throw new ModelError('content_filter', 'the content filter left nothing');
        if (!written) throw new ModelError('empty', `the model wrote nothing that can be seen (${event.finishReason})`);
        if (event.finishReason === 'content_filter') writer.write(FILTERED);
        if (event.finishReason === 'length') writer.write(CUT_OFF);
        logger.info({ conversation: key, model: options.model.name, turns: messages.length, usage: event.usage }, 'answered');
      }
    }
  }
}

/** What to tell the people in the thread; undefined when it is better to try again. */
function sentenceFor(error: unknown, { lastTry }: Wake): string | undefined {
  if (error instanceof ModelError) return apologyFor(error.problem);
  return lastTry ? UNEXPECTED : undefined;
}

function askedTurns(conversation: Conversation): PersonTurn[] {
  const pending = new Set(conversation.pending);
  return conversation.turns.filter((turn): turn is PersonTurn => turn.role === 'person' && pending.has(turn.ts));
}

/** Once in a conversation's life: what was said before the bot was named. Without it the answer is poorer, but there is one. */
async function withBacklog(conversation: Conversation, { store, backlog, logger }: ResponderOptions): Promise<Conversation> {
  if (conversation.backlogRead) return conversation;
  const key = keyOf(conversation.id);
  try {
    const earlier = await backlog.read(conversation);
    await store.addBacklog(key, earlier);
    const known = new Set(conversation.turns.map((turn) => turn.ts));
    return { ...conversation, turns: inOrder([...conversation.turns, ...earlier.filter((turn) => !known.has(turn.ts))]) };
  } catch (error) {
    logger.warn({ conversation: key, err: error }, 'what was said before cannot be read; answering without it');
    return conversation;
  }
}
