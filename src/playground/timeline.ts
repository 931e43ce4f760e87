/** What happened on all sides to a question and its answer, in sentences and in time order. Pure. */
import type { Delivery } from '../simulator/index.js';
import { callEvents } from './inspect-calls.js';
import type { CallView, TimelineEvent } from './inspection.js';
import type { Step } from './runs.js';

/** For what the text says of time. */
const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const STORED = {
  pending: 'Stored as a question',
  context: 'Stored as context: not a question for the bot',
  duplicate: 'Duplicate: already stored',
  ignored: "Not stored: the bot isn't in this thread",
  stop: 'Stored: it stops the reply',
  steer: 'Stored as a question: it stops the reply',
};
const OUTCOMES = {
  pending: 'no ack yet',
  acked: 'acked',
  timeout: 'no ack within three seconds',
  http_timeout: 'no response within three seconds',
  http_error: 'an error as the response',
  connection_failed: 'the connection broke before the ack',
};

/** All events of a run, or of a message without one. `calls`: those of its time. */
export function timelineOf(
  deliveries: readonly Delivery[],
  steps: readonly Step[],
  calls: readonly CallView[],
): TimelineEvent[] {
  const events = [...deliveries.flatMap(deliveryEvents), ...steps.flatMap(stepEvent), ...callEvents(calls)];
  // Stable: what happened in the same millisecond stays in the order of cause and effect, as far as one side knows it.
  return events.toSorted((a, b) => a.at - b.at);
}

function deliveryEvents({ payload, attempts, state }: Delivery): TimelineEvent[] {
  const { type, subtype } = (payload['event'] ?? {}) as { type?: string; subtype?: string };
  const name = subtype ?? type ?? 'event';
  const lost = state === 'lost' ? attempts.at(-1) : undefined;
  return [
    ...attempts.flatMap((attempt, at): TimelineEvent[] => {
      const { outcome, endedAt, socket } = attempt;
      const over = socket === undefined ? '' : `, socket ${socket}`;
      const sent = { at: attempt.at, side: 'slack' as const, text: `${name} delivered (attempt ${at + 1}${over})` };
      if (endedAt === undefined) return [sent];
      const ended: TimelineEvent = {
        at: endedAt,
        side: 'slack',
        text: `${name}: ${OUTCOMES[outcome]}`,
        ms: endedAt - attempt.at,
        ...(outcome !== 'acked' && { problem: true }),
      };
      return [sent, ended];
    }),
    ...(lost
      ? [{ at: lost.endedAt ?? lost.at, side: 'slack' as const, text: `${name}: lost`, problem: true as const }]
      : []),
  ];
}

type Sentence = Omit<TimelineEvent, 'at'>;

function stepEvent(step: Step): TimelineEvent[] {
  const sentence = sentenceOf(step);
  return sentence ? [{ at: step.at, ...sentence }] : [];
}

function sentenceOf(step: Step): Sentence | undefined {
  switch (step.type) {
    case 'received':
      return { side: 'bot', text: 'Received' };
    case 'stored':
      return { side: 'store', text: STORED[step.as] };
    case 'not_stored':
      return { side: 'store', text: `Not stored, so not acknowledged: ${step.problem}`, problem: true };
    case 'edited':
      return { side: 'store', text: 'An edit was stored' };
    case 'removed':
      return { side: 'store', text: 'Deleted' };
    case 'queued':
      return { side: 'queue', text: 'Queued' };
    case 'taken':
      return step.crashes > 0
        ? {
            side: 'queue',
            text: `Taken by a worker, after ${counted(step.crashes, 'crash').replace('crashs', 'crashes')}`,
          }
        : { side: 'queue', text: 'Taken by a worker' };
    case 'loaded':
      return loadedSentence(step);
    case 'rate_limited':
      return {
        side: 'bot',
        text: `Rate limit of the ${step.owner}: waits ${seconds(step.ms)}`,
        problem: true,
      };
    case 'prompted':
      return { side: 'model', text: `Asked ${step.model}, ${counted(step.messages, 'message')}` };
    case 'retrying':
      return { side: 'model', text: `Failed (${step.reason}), retrying in ${seconds(step.waitMs)}`, problem: true };
    case 'first_text':
      return { side: 'model', text: 'First token' };
    case 'restarted':
      return { side: 'model', text: 'The answer broke and starts over', problem: true };
    case 'completed':
      return { side: 'model', text: `Finished (${step.finishReason})` };
    case 'said_nothing':
      return { side: 'model', text: `No answer (${step.problem}): ${step.reason}`, problem: true };
    case 'failed':
      return { side: 'bot', text: `No answer: ${step.problem}`, problem: true };
    case 'gone':
      return { side: 'bot', text: 'The process ended', problem: true };
    case 'run_ended':
      return runEndedSentence(step);
    case 'reply_stored':
      return step.answered.length > 0
        ? { side: 'store', text: 'Reply stored, question settled' }
        : { side: 'store', text: 'The question is gone: reply withdrawn' };
    case 'summed_up':
      return { side: 'model', text: `Summarized the oldest ${counted(step.turns, 'turn')}` };
    case 'not_summed_up':
      return { side: 'model', text: `No summary: ${step.problem}`, problem: true };
    case 'posted':
    case 'settled':
    case 'asked':
    case 'said':
      // Seen in Slack's calls, or said by another step.
      break;
  }
  return undefined;
}

function loadedSentence({ pending, reply, rewrites }: Step & { type: 'loaded' }): Sentence {
  const questions = `${counted(pending.length, 'question')} waiting`;
  if (rewrites) return { side: 'store', text: `Loaded, ${questions}: rewriting the earlier answer` };
  if (!reply) return { side: 'store', text: `Loaded, ${questions}` };
  return reply.length > 0
    ? { side: 'store', text: `Taken over, ${questions}: continues the existing message` }
    : { side: 'store', text: `Taken over, ${questions}: nothing posted yet` };
}

function runEndedSentence({ retryInMs, problem }: Step & { type: 'run_ended' }): Sentence | undefined {
  if (problem !== undefined)
    return { side: 'queue', text: `The run failed and will be repeated: ${problem}`, problem: true };
  return retryInMs === undefined ? undefined : { side: 'queue', text: `Postponed for ${seconds(retryInMs)}` };
}
