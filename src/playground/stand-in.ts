/** The stand-in: answers when no model is configured, and signs as the demo model. */
import { type ConversationKey, DM_TOP_LEVEL, idOf } from '../core/conversation-id.js';
import { ModelError } from '../core/errors.js';
import type {
  Clock,
  CompletionEvent,
  CompletionRequest,
  Model,
  ModelLimits,
  PromptMessage,
  Usage,
} from '../core/ports.js';
import { repeatedMessages } from '../prompt/prompt.js';
import { asksForSummary } from '../prompt/summary.js';
import { messageTokens } from '../prompt/tokens.js';
import { isDirectMessage } from '../slack/channels.js';
import {
  changedPicture,
  CHART_SAMPLE,
  CODE_SAMPLE,
  FILE_SAMPLE,
  longSample,
  PICTURE_SAMPLE,
  TABLE_SAMPLE,
} from './samples.js';
import { answerTo, summaryOf } from './stand-in-answers.js';
import { PICTURE_COLORS } from './stand-in-pictures.js';
import type { Place } from './stand-in-tour.js';
import { type Said, saidIn } from './stand-in-turns.js';

/** Delay before the first word, as with a real model: long enough to see the status line. */
const THINKING_MS = 800;
/** With `PAUSE_MS`: sixty words a second, the speed of a fast model. */
const WORDS_PER_CHUNK = 3;
const PAUSE_MS = 50;
/** The limits of the default model, so that prompts are the same as with it. */
const LIMITS: ModelLimits = { contextWindow: 1_050_000, maxOutput: 128_000 };
export const STAND_IN_NAME = 'demo model';
/** Below each answer, so that nobody takes it for a model's. */
const SIGNATURE = '— demo model';

const SAMPLES = new Map([
  ['long', longSample()],
  ['code', CODE_SAMPLE],
  ['table', TABLE_SAMPLE],
  ['chart', CHART_SAMPLE],
  ['file', FILE_SAMPLE],
  ['picture', PICTURE_SAMPLE],
]);
/** Matches "Show me a long answer, please", but not "how long is the table". */
const SAMPLE_REQUEST =
  /^\W*(?:(?:please|can|could|you|now|show|write|give|make|me|us|a|an|some|another)\b\W+)*(long|code|table|chart|file|picture|error)(?:\W+(?:answer|reply|text|message|block|sample|please))*\W*$/i;
/** "Make it blue": of the picture that is a sample. */
const CHANGE_REQUEST = new RegExp(`^\\W*(?:please\\W+)?make it (${PICTURE_COLORS.join('|')})\\W*$`, 'i');
/**
 * `instant`: answers without delays. Usage is an estimate; the prefix shared with the previous prompt counts as cached.
 * Throws `ModelError` (`unavailable`) when a person asks for an error, and the signal's reason when aborted.
 */
export function standIn(clock: Clock, instant = false): Model {
  const previousPrompts = new Map<ConversationKey, PromptMessage[]>();
  const pause = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(instant ? 0 : ms, signal);

  async function* complete({
    messages,
    conversation,
    signal,
  }: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    await pause(THINKING_MS, signal);
    const hasSpeakers = !isDirectMessage(idOf(conversation).channel);
    if (asksForSummary(messages)) {
      const summary = summaryOf(saidIn(messages.slice(0, -1), hasSpeakers));
      yield { type: 'text', text: summary };
      // Not stored in `previousPrompts`: only answers are compared with each other.
      yield {
        type: 'done',
        finishReason: 'stop',
        usage: estimate(messages, previousPrompts.get(conversation) ?? [], summary),
      };
      return;
    }
    const said = saidIn(messages, hasSpeakers);
    const sample = requestedSample(said);
    if (sample === 'error') throw new ModelError('unavailable', 'the demo model was asked to fail');
    const answer = `${SAMPLES.get(sample) ?? change(said) ?? answerTo(said, placeOf(conversation))}\n\n_${SIGNATURE}_`;
    for (const text of chunks(answer)) {
      yield { type: 'text', text };
      await pause(PAUSE_MS, signal);
    }
    const usage = estimate(messages, previousPrompts.get(conversation) ?? [], answer);
    previousPrompts.set(conversation, messages);
    yield { type: 'done', finishReason: 'stop', usage };
  }

  const model = { name: STAND_IN_NAME, limits: LIMITS, complete, imageTokens, costOf: () => 0 };
  // Whatever is chosen, it is this one that answers, and says so.
  return { ...model, as: ({ name = STAND_IN_NAME }) => ({ ...model, name }) };
}

/** As the default model counts a picture: its squares of 32 pixels. */
function imageTokens(width: number, height: number): number {
  return Math.ceil(width / 32) * Math.ceil(height / 32);
}

function estimate(messages: readonly PromptMessage[], previous: readonly PromptMessage[], answer: string): Usage {
  const tokens = messages.map(({ content }) => messageTokens(content));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const cached = tokens.slice(0, repeatedMessages(messages, previous));
  return { promptTokens: sum(tokens), cachedTokens: sum(cached), completionTokens: messageTokens(answer) };
}

/** The sample that the newest message asks for; '' for none. */
function requestedSample(said: readonly Said[]): string {
  return SAMPLE_REQUEST.exec(said.findLast(({ by }) => by === 'person')?.text ?? '')?.[1]?.toLowerCase() ?? '';
}

/** The sample picture in the color that the newest message asks for. */
function change(said: readonly Said[]): string | undefined {
  const [, color] = CHANGE_REQUEST.exec(said.findLast(({ by }) => by === 'person')?.text ?? '') ?? [];
  return color && changedPicture(color.toLowerCase());
}

function placeOf(conversation: ConversationKey): Place {
  const { channel, thread } = idOf(conversation);
  if (!isDirectMessage(channel)) return 'channel';
  return thread === DM_TOP_LEVEL ? 'flat-dm' : 'dm';
}

function* chunks(text: string): Generator<string, void, undefined> {
  const words = text.match(/\S+\s*/g) ?? [];
  for (let at = 0; at < words.length; at += WORDS_PER_CHUNK) yield words.slice(at, at + WORDS_PER_CHUNK).join('');
}
