/** One run of a reply: writes the answer into messages, and tells which questions it has answered. */
import { type Conversation, newestIn, type ReplyInProgress } from '../core/conversation.js';
import { ReplyError, StaleRunError } from '../core/errors.js';
import type { Settings } from '../core/layers/resolve.js';
import { unobserved } from '../core/observation.js';
import type { BotMessages, Clock, ConversationStore, Replies, ReplyControl, ReplyWriter, Wake } from '../core/ports.js';
import type { ReplyButton } from '../core/settings.js';
import type { AssistantTurn, PersonTurn, PostedFile } from '../core/turn.js';
import { type AnswerOptions, answerWriter } from './answer.js';
import { controlsFor, type Ending } from './controls.js';
import { isForgotten, lastWords } from './last-words.js';
import { messagesForAsker, type Outcome, pendingTurns, writeNotice } from './notice.js';
import { ownership } from './ownership.js';
import { keeps, questionsIn } from './questions.js';
import type { StopLook } from './stop.js';
import { turnsOf } from './versions.js';

export interface ReplyRunOptions extends AnswerOptions {
  store: ConversationStore;
  replies: Replies;
  /** What stands under replies. */
  buttons: readonly ReplyButton[];
  clock: Clock;
}

export interface Answer {
  turns: AssistantTurn[];
  /** `ts` of the questions that it answers. */
  answered: string[];
  /** `ts` of the questions that were in its prompt, and that it does not answer. */
  stillAsked: string[];
}

/** Resolves with the turns of the reply as it is visible now; the earlier ones, or none, if it cannot be posted there. */
export type RunReply = (
  conversation: Conversation,
  question: PersonTurn,
  wake: Wake,
  look: StopLook,
  settings: Settings,
) => Promise<Answer>;

export function replyRuns(options: ReplyRunOptions): RunReply {
  const { store, buttons, logger, observe = unobserved } = options;
  const writeAnswer = answerWriter(options);

  return async function runReply(conversation, question, wake, look, settings) {
    const { key, run, signal } = wake;
    const after = newestIn(conversation);
    const asked = pendingTurns(conversation).map(({ ts }) => ts);
    let recorded = conversation.reply;
    let questions = recorded ? (recorded.questions ?? asked) : questionsIn(conversation);
    let postedFiles = recorded?.postedFiles;
    const record = (reply: ReplyInProgress): Promise<void> => {
      recorded = { ...reply, questions, ...(postedFiles && { postedFiles }) };
      return store.recordReply(key, recorded, run);
    };
    const rewritten = async (): Promise<void> => {
      const own = questionsIn(conversation);
      if (own.every((ts) => questions.includes(ts))) return;
      questions = own;
      if (recorded) await record(recorded);
    };
    const recordFiles = async (files: readonly PostedFile[]): Promise<void> => {
      postedFiles = files.length > 0 ? files : undefined;
      // A picture may be there before the first message.
      const { postedFiles: _before, ...reply } = recorded ?? { after, messages: [], opening: false };
      await record(reply);
    };
    const owned = ownership(store, wake, options.clock);
    const stillOwned = (): Promise<void> => owned.ensure();
    const request = { conversation, question, after };
    const isKept = async (id: string): Promise<boolean | undefined> => keeps(await store.load(key), id);
    const streaming = settings.streaming && { streaming: settings.streaming.value };
    const recording = { record, rewritten, recordFiles, isKept, stillOwned };
    const writer = options.replies.open({ ...request, ...recording, signal, ...streaming });
    const lost = new AbortController();
    void owned.watch(lost, look, () => writer.stop());
    if (conversation.stopped) writer.stop();
    // Looked up while the answer is written: it must not wait for the labels of its buttons.
    const labels = buttons.length > 0 ? messagesForAsker(conversation, options) : options.botMessages;
    try {
      const cancellable = { ...wake, signal: AbortSignal.any([signal, lost.signal]) };
      const { ending, notice, ...outcome }: Outcome = conversation.stopped
        ? { ending: 'stopped' }
        : await writeAnswer(conversation, writer, cancellable, settings);
      const messages = await finish(writer, conversation, ending, await labels);
      const isStopped = writer.stopped?.aborted === true;
      // What was stopped shows the words of an answer, not the notice that was to follow.
      const isNotice = notice === true && !isStopped;
      const more = {
        after,
        ...outcome,
        ...(isNotice && { notice }),
        ...(isStopped && { stopped: true as const }),
        ...(postedFiles && { postedFiles }),
      };
      const turns = turnsOf(messages, more, conversation, isStopped || ending === 'kept');
      // Whoever stopped it had not seen a question that was delivered later, to the process that took over.
      const isAnswered = (ts: string): boolean => !isStopped || questions.includes(ts);
      return { turns, answered: asked.filter(isAnswered), stillAsked: asked.filter((ts) => !isAnswered(ts)) };
    } catch (error) {
      await writer.abandon();
      const failure: unknown = signal.aborted ? signal.reason : lost.signal.aborted ? lost.signal.reason : error;
      if (failure instanceof ReplyError && !failure.retryable) {
        logger.error({ conversation: key, err: failure }, 'cannot post the reply, giving up');
        // An edit may come too late for this workspace; then the earlier answer is still there.
        return { turns: conversation.redo ?? [], answered: asked, stillAsked: [] };
      }
      if (!(await isForgotten(wake, conversation, recorded, failure, options))) throw failure;
      logger.error({ conversation: key, err: failure }, 'the conversation is no longer stored: ending its reply');
      observe(key, { type: 'failed', problem: 'the conversation is no longer stored' });
      let outcome: Outcome = { ending: 'own' };
      const write = (last: ReplyWriter): void => {
        outcome = writeNotice(options.botMessages.unexpected, conversation, last, options);
      };
      const messages = await lastWords(request, recorded, write, options);
      // What has begun anew belongs to another run.
      if (!messages || failure instanceof StaleRunError) throw failure;
      const { ending, ...more } = outcome;
      const turns = turnsOf(messages, { after, ...more }, conversation, ending === 'kept');
      return { turns, answered: asked, stillAsked: [] };
    } finally {
      lost.abort('over');
    }
  };

  function finish(
    writer: ReplyWriter,
    conversation: Conversation,
    ending: Ending,
    botMessages: BotMessages,
  ): Promise<{ ts: string; text: string }[]> {
    const under = (end: Ending): readonly ReplyControl[] | undefined =>
      controlsFor(conversation, end, { buttons, botMessages });
    return writer.finish(under(ending), { new: under('stopped'), earlier: under('kept') });
  }
}
