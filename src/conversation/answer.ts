/** One answer of the model's, written into a reply; or what is said in its place. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, messageOf, ModelError, StaleRunError } from '../core/errors.js';
import { type Observation, type Observe, unobserved } from '../core/observation.js';
import type { CompletionEvent, Logger, Model, Ephemeral, People, ReplyWriter, Wake } from '../core/ports.js';
import type { AssistantTurn, PersonTurn } from '../core/turn.js';
import {
  apologyFor,
  CUT_OFF,
  FILTERED,
  formerStands,
  GREETING,
  OLDEST_LEFT_OUT,
  POISONED,
  UNEXPECTED,
  usedUp,
} from '../messages/english.js';
import type { Compactor } from '../prompt/compactor.js';
import { buildPrompt } from '../prompt/prompt.js';
import { peopleIn } from '../prompt/transcript.js';
import type { MeteredModel } from '../usage/metering.js';

/** A process may die for reasons of its own once or twice; then the conversation is the reason. */
const MOST_CRASHES = 3;

export interface AnswerOptions {
  model: Pick<Model, 'name'>;
  ask: MeteredModel;
  people: People;
  compactor: Compactor;
  notes: Ephemeral;
  systemPrompt: string;
  logger: Logger;
  observe?: Observe;
}

/** What is to be known of a reply besides its text. */
type Outcome = Pick<AssistantTurn, 'notice' | 'omits' | 'usage'>;

/** Writes all of it. Throws what is better tried again, `StaleRunError`, and the signal's reason when that aborts. */
export type WriteAnswer = (conversation: Conversation, writer: ReplyWriter, wake: Wake) => Promise<Outcome>;

export function answerWriter(options: AnswerOptions): WriteAnswer {
  const { logger, observe = unobserved } = options;

  return async function answerOrApology(conversation, writer, wake) {
    const { signal, overdue, crashes } = wake;
    const key = keyOf(conversation.id);
    if (crashes >= MOST_CRASHES) {
      logger.error({ conversation: key, crashes }, 'processes die on this conversation: saying so in the thread');
      observe(key, { type: 'failed', problem: `${crashes} processes died over it` });
      return inItsPlace(POISONED, conversation, writer);
    }
    if (saysNothing(conversation)) {
      writer.write(GREETING);
      return {};
    }
    try {
      return await answer(conversation, writer, wake);
    } catch (error) {
      if (signal.aborted || error instanceof StaleRunError || error instanceof BudgetBusyError) throw error;
      observe(key, { type: 'failed', problem: messageOf(error) });
      const sentence = sentenceFor(error, overdue);
      if (sentence === undefined) throw error;
      logger.warn({ conversation: key, err: error }, 'no answer to be had: saying so in the thread');
      return inItsPlace(sentence, conversation, writer);
    }
  };

  /** Where there was an answer before the question was edited, that one is better than none. */
  function inItsPlace(sentence: string, conversation: Conversation, writer: ReplyWriter): Outcome {
    writer.restart();
    const former = conversation.redo?.filter((turn) => !turn.notice) ?? [];
    const person = askedTurns(conversation).at(-1)?.author;
    if (former.length === 0 || person === undefined) {
      writer.write(sentence);
      return { notice: true };
    }
    writer.write(former.map(({ text }) => text).join(''));
    options.notes.send(conversation, person, formerStands(sentence));
    const [{ usage, omits } = {}] = former;
    return { ...(usage && { usage }), ...(omits && { omits }) };
  }

  async function answer(conversation: Conversation, writer: ReplyWriter, { run, signal }: Wake): Promise<Outcome> {
    const key = keyOf(conversation.id);
    const names = await options.people.names(peopleIn(conversation));
    const budgetTokens = options.compactor.promptTokens(key);
    const { messages, leftOut } = buildPrompt({ conversation, names, system: options.systemPrompt, budgetTokens });
    if (leftOut.oldest > 0)
      logger.info({ conversation: key, omitted: leftOut.oldest }, 'the oldest turns do not fit the prompt');
    const saw = (observation: Observation): void => observe(key, observation);
    saw({
      type: 'prompted',
      model: options.model.name,
      messages,
      budgetTokens,
      leftOut,
      answers: conversation.pending,
    });

    const people = askedTurns(conversation)
      .map(({ author }) => author)
      .toReversed();
    const { finishReason, usage } = await write(
      options.ask({ messages, conversation, purpose: 'answer', people, run, signal }),
      writer,
      saw,
    );
    saw({ type: 'completed', finishReason, ...(usage && { usage }) });
    logger.info({ conversation: key, model: options.model.name, turns: messages.length, usage }, 'answered');
    const omits = leftOut.oldest > 0 && !conversation.turns.some((turn) => turn.role === 'assistant' && turn.omits);
    if (omits) writer.write(OLDEST_LEFT_OUT);
    return { ...(usage && { usage }), ...(omits && { omits }) };
  }
}

type Done = CompletionEvent & { type: 'done' };

/** Writes what the model says; how it ended. Throws `ModelError` when it ended without a word. */
async function write(
  events: AsyncIterable<CompletionEvent>,
  writer: ReplyWriter,
  saw: (observation: Observation) => void,
): Promise<Done> {
  let written = false;
  let done: Done | undefined;
  for await (const event of events) {
    if (event.type === 'text') {
      if (!written && event.text.trim() !== '') {
        written = true;
        saw({ type: 'first_text' });
      }
      writer.write(event.text);
    } else if (event.type === 'thinking') {
      writer.thinking(event.text);
    } else if (event.type === 'restart') {
      written = false;
      saw({ type: 'restarted' });
      writer.restart();
    } else {
      done = event;
    }
  }
  if (done?.finishReason === 'content_filter' && !written)
    throw new ModelError('content_filter', 'the content filter left nothing');
  if (!done || !written)
    throw new ModelError('empty', `the model wrote nothing that can be seen (${done?.finishReason})`);
  if (done.finishReason === 'content_filter') writer.write(FILTERED);
  if (done.finishReason === 'length') writer.write(CUT_OFF);
  return done;
}

/** Whether the model is asked at all, for a conversation with so many deaths over it. */
export function asksModel(conversation: Conversation, { crashes }: Wake): boolean {
  return crashes < MOST_CRASHES && !saysNothing(conversation);
}

/** The people's turns that wait for an answer, oldest first. */
export function askedTurns({ turns, pending }: Conversation): PersonTurn[] {
  const waiting = new Set(pending);
  return turns.filter((turn): turn is PersonTurn => turn.role === 'person' && waiting.has(turn.ts));
}

function saysNothing({ turns }: Conversation): boolean {
  return turns.every((turn) => turn.role !== 'person' || turn.text === '');
}

/** What to tell the people in the thread; undefined when it is better to try again. */
function sentenceFor(error: unknown, overdue: boolean): string | undefined {
  if (error instanceof ModelError) return apologyFor(error.problem);
  if (error instanceof BudgetReachedError) return usedUp(error.owner, error.freeAt);
  return overdue ? UNEXPECTED : undefined;
}
