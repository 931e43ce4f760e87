import { bar } from './bar.js';
import { clock, dollars, duration, number, percent } from './format.js';
import { facts, line, section } from './section.js';

const STATES = {
  waiting: 'Waiting for the first token.',
  writing: 'The model is writing.',
  done: 'Done.',
  failed: 'Failed.',
};
const INTERRUPTED = 'Interrupted: the bot’s process ended halfway. The next process continues it.';
const FINISHED = {
  stop: 'finished (stop)',
  length: 'reached the length limit (length)',
  content_filter: 'stopped by a content filter (content_filter)',
};
const STEPS = [
  ['eventToRequest', 'Event → request'],
  ['requestToFirstWord', 'Request → first token'],
  ['firstWordToDone', 'First token → done'],
];

/** Section about the answer of a run. */
export function answerSection() {
  const state = line('sentence');
  const restarts = line('sentence');
  const timeline = bar();
  const numbers = facts();
  const { node, setCaption } = section('Answer', state.node, restarts.node, timeline.node, numbers.node);

  return {
    node,
    update({ answer, rateLimitedUntil }) {
      const latest = answer ? stateText(answer) : 'No model was asked.';
      state.setText(rateLimitedUntil === undefined ? latest : `Rate-limited; continues at ${clock(rateLimitedUntil)}.`);
      state.node.classList.toggle('alarm', answer?.state === 'failed');
      restarts.setText(answer && restartsText(answer.restarts));
      const steps = answer ? stepsOf(answer.latency) : [];
      setCaption(
        steps.length === STEPS.length ? `${duration(steps.reduce((sum, { amount }) => sum + amount, 0))} in all` : '',
      );
      timeline.node.hidden = steps.length === 0;
      timeline.update(steps);
      numbers.update(answer ? factsOf(answer) : []);
    },
  };
}

export function stateText({ state, problem }) {
  if (state === 'interrupted') return INTERRUPTED;
  return state === 'failed' && problem !== undefined ? `Failed: ${problem}` : STATES[state];
}

/** '' without restarts. */
export function restartsText(restarts) {
  if (restarts === 0) return '';
  return `The stream broke and was restarted ${restarts === 1 ? 'once' : `${restarts} times`}.`;
}

/** Latency steps that have ended, as bar segments. */
export function stepsOf(latency) {
  return STEPS.flatMap(([key, name]) =>
    latency[key] === undefined ? [] : [{ name, tone: key, amount: latency[key], text: duration(latency[key]) }],
  );
}

/** `[name, value]` pairs for `facts`. */
export function factsOf({ finishReason, usage, estimated, costUsd }) {
  return [
    ['Finish reason', finishReason && FINISHED[finishReason]],
    ['Tokens in', usage && number(usage.promptTokens)],
    ['Cached', usage && `${number(usage.cachedTokens)} (${percent(usage.cachedTokens, usage.promptTokens)})`],
    ['Cache writes', usage?.cacheWriteTokens === undefined ? undefined : number(usage.cacheWriteTokens)],
    ['Tokens out', usage && number(usage.completionTokens)],
    ['Counted by', usage && (estimated ? 'the demo model (estimate)' : 'the model’s server')],
    ['Cost', usage && costText({ costUsd, estimated })],
  ];
}

function costText({ costUsd, estimated }) {
  if (estimated) return 'free (demo model)';
  return costUsd === undefined ? 'unknown price' : dollars(costUsd);
}
