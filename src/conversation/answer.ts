/** Writes the answer to a conversation into a reply: the model's, or a sentence of the bot's own when there is none. */
import { withoutParts } from '../core/content.js';
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, messageOf, ModelError, ReplyError, StaleRunError } from '../core/errors.js';
import type { Settings } from '../core/layers/resolve.js';
import { type Observation, type Observe, unobserved } from '../core/observation.js';
import type {
  BotMessages,
  CompletionEvent,
  FilesOfTurns,
  Logger,
  Model,
  ModelLimits,
  People,
  Places,
  ReplyWriter,
  Usage,
  Wake,
} from '../core/ports.js';
import type { Compactor } from '../prompt/compactor.js';
import { namesFor } from '../prompt/names.js';
import { buildPrompt } from '../prompt/prompt.js';
import { withWishes } from '../prompt/wishes.js';
import type { MeteredModel } from '../usage/metering.js';
import { addUsage } from '../usage/totals.js';
import { messagesForAsker, noticeFor, type NoticeOptions, type Outcome, pendingTurns, writeNotice } from './notice.js';
import type { MakePictures } from './pictures.js';
import { budgetsIn, modelFor } from './place-model.js';
import { wantedVersion } from './versions.js';

export interface AnswerOptions extends NoticeOptions {
  model: Model;
  ask: MeteredModel;
  people: People;
  places: Places;
  compactor: Compactor;
  /** What files say; the names alone, without it. */
  files?: FilesOfTurns;
  /** Makes pictures; none are made without it. */
  pictures?: MakePictures;
  /** Whether several people may write in a conversation: their names are part of the prompt then. */
  isShared: (conversation: Conversation) => boolean;
  systemPrompt: string;
  /** Longest prompt, in tokens, for another model than this one. */
  promptTokensOf?: (limits: ModelLimits) => number;
  logger: Logger;
  observe?: Observe;
}

/** Writes the whole answer. Throws errors that a later try may cure, `StaleRunError`, and the signal's reason when it aborts. */
export type WriteAnswer = (
  conversation: Conversation,
  writer: ReplyWriter,
  wake: Wake,
  settings?: Settings,
) => Promise<Outcome>;

export function answerWriter(options: AnswerOptions): WriteAnswer {
  const { logger, observe = unobserved } = options;

  /** Looked up only when there is something to say. */
  const messagesFor = (conversation: Conversation): Promise<BotMessages> => messagesForAsker(conversation, options);

  return async function writeAnswer(conversation, writer, wake, settings = {}) {
    const { signal, overdue, crashes } = wake;
    const key = keyOf(conversation.id);
    if (wake.isGuilty) {
      logger.error(
        { conversation: key, crashes },
        'processes keep crashing on this conversation: giving up on its question',
      );
      observe(key, { type: 'failed', problem: `${crashes} processes died over it` });
      const messages = await messagesFor(conversation);
      const notice = writeNotice(messages.poisoned, conversation, writer, { ...options, botMessages: messages });
      return { ...notice, ending: 'own' };
    }
    if (nobodyAsked(conversation)) {
      writer.write((await messagesFor(conversation)).greeting);
      return { ending: 'own' };
    }
    const earlier = wantedVersion(conversation);
    try {
      if (earlier !== undefined) {
        writer.write(earlier);
        await makePictures({ text: earlier, isEarlier: true }, conversation, writer, signal, settings);
        return { ending: 'whole' };
      }
      return await answer(conversation, writer, wake, settings);
    } catch (error) {
      if (signal.aborted || error instanceof StaleRunError) throw error;
      if (writer.stopped?.aborted) {
        if (writer.stopped.reason instanceof ReplyError) throw writer.stopped.reason;
        logger.info({ conversation: key }, 'a person stopped the answer');
        return { ending: 'stopped' };
      }
      if (error instanceof BudgetBusyError || error instanceof ReplyError) throw error;
      observe(key, { type: 'failed', problem: messageOf(error) });
      const messages = await messagesFor(conversation);
      const sentence = noticeFor(error, overdue, messages);
      if (sentence === undefined) throw error;
      logger.warn({ conversation: key, err: error }, 'no answer from the model: telling the people in the thread');
      return writeNotice(sentence, conversation, writer, { ...options, botMessages: messages });
    }
  };

  /** Of the pictures that the text asks for, what they have used. */
  async function makePictures(
    words: { text: string; isEarlier: boolean },
    conversation: Conversation,
    writer: ReplyWriter,
    signal: AbortSignal,
    settings: Settings,
  ): Promise<Usage | undefined> {
    return options.pictures?.({
      ...words,
      conversation,
      writer,
      people: askersOf(conversation),
      budgets: budgetsIn(settings),
      messages: () => messagesFor(conversation),
      signal: unlessStopped(signal, writer),
    });
  }

  async function answer(
    conversation: Conversation,
    writer: ReplyWriter,
    { run, signal }: Wake,
    settings: Settings,
  ): Promise<Outcome> {
    const model = modelFor(settings, options.model);
    const key = keyOf(conversation.id);
    const notify = (observation: Observation): void => observe(key, observation);
    const shared = options.isShared(conversation);
    const names = await namesFor(conversation, shared, options);
    const most = options.compactor.promptTokens(key);
    const budgetTokens = Math.min(most, options.promptTokensOf?.(model.limits) ?? most);
    const budgets = budgetsIn(settings);
    const wanted = unlessStopped(signal, writer);
    const read = (await options.files?.read(conversation, model, wanted, budgets)) ?? { conversation, notes: [] };
    const prompt = buildPrompt({
      conversation: read.conversation,
      names,
      shared,
      system: withWishes(options.systemPrompt, settings),
      budgetTokens,
    });
    const { tokens, leftOut } = prompt;
    const messages = prompt.messages.map(withoutParts);
    if (leftOut.oldest > 0) {
      logger.info({ conversation: key, omitted: leftOut.oldest }, 'the oldest turns do not fit the prompt');
    }
    const answers = conversation.pending;
    notify({ type: 'prompted', model: model.name, messages, budgetTokens, leftOut, answers });

    wanted.throwIfAborted();
    const call = {
      model,
      budgets,
      messages,
      promptTokens: tokens,
      conversation,
      purpose: 'answer',
      people: askersOf(conversation),
      run,
      signal: wanted,
    } as const;
    const { finishReason, text, ...done } = await writeCompletion(options.ask(call), writer, notify);
    const drawn = await makePictures({ text, isEarlier: false }, conversation, writer, signal, settings);
    const usage = drawn ? addUsage(done.usage, drawn) : done.usage;
    if (finishReason === 'content_filter') writer.write((await messagesFor(conversation)).filtered);
    if (finishReason === 'length') writer.write((await messagesFor(conversation)).cutOff);
    if (read.notes.length > 0) writer.write((await messagesFor(conversation)).filesNotRead(read.notes));
    notify({ type: 'completed', finishReason, ...(usage && { usage }) });
    logger.info({ conversation: key, model: model.name, turns: messages.length, usage }, 'answered');
    const omits = leftOut.oldest > 0 && !conversation.turns.some((turn) => turn.role === 'assistant' && turn.omits);
    if (omits) writer.write((await messagesFor(conversation)).oldestLeftOut);
    const ending = finishReason === 'length' ? 'length' : 'whole';
    return { ending, ...(usage && { usage }), ...(omits && { omits }) };
  }
}

/** Billed to the newest first. */
function askersOf(conversation: Conversation): string[] {
  return pendingTurns(conversation)
    .map(({ author }) => author)
    .toReversed();
}

/** Of a reply that a person stops as well. */
function unlessStopped(signal: AbortSignal, { stopped }: ReplyWriter): AbortSignal {
  return stopped ? AbortSignal.any([signal, stopped]) : signal;
}

type Done = CompletionEvent & { type: 'done' };

/** Writes what the model says and returns how it ended, with all of it. Throws `ModelError` when it ended without a visible character. */
async function writeCompletion(
  events: AsyncIterable<CompletionEvent>,
  writer: ReplyWriter,
  notify: (observation: Observation) => void,
): Promise<Done & { text: string }> {
  let written = false;
  let text = '';
  let done: Done | undefined;
  for await (const event of events) {
    if (event.type === 'text') {
      if (!written && event.text.trim() !== '') {
        written = true;
        notify({ type: 'first_text' });
      }
      text += event.text;
      writer.write(event.text);
    } else if (event.type === 'thinking') {
      writer.thinking(event.text);
    } else if (event.type === 'restart') {
      [written, text] = [false, ''];
      notify({ type: 'restarted' });
      writer.restart();
    } else {
      done = event;
    }
  }
  if (done && written) return { ...done, text };
  if (done?.finishReason === 'content_filter')
    throw new ModelError('content_filter', 'the content filter removed the whole answer');
  throw new ModelError('empty', `the model wrote nothing visible (${done?.finishReason})`);
}

/** Whether an answer needs the model: not for a greeting, an earlier version, nor where processes keep crashing. */
export function asksModel(conversation: Conversation, wake: Wake): boolean {
  return !wake.isGuilty && !nobodyAsked(conversation) && wantedVersion(conversation) === undefined;
}

/** The bot was only named, and nobody has said anything yet. */
function nobodyAsked({ turns }: Conversation): boolean {
  return turns.every((turn) => turn.role !== 'person' || (turn.text === '' && !turn.parts));
}
