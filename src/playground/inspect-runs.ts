/** The list of runs in a conversation, and what happened in one of them. Pure. */
import type { Conversation } from '../core/conversation.js';
import type { Delivery, Message } from '../simulator/index.js';
import type { CallView, RunView, SelectedRun } from './inspection.js';
import type { ConversationRecord } from './journal.js';
import { phasesOf } from './phases.js';
import type { Run, Step } from './runs.js';
import { timelineOf } from './timeline.js';
import { whyUnasked } from './unasked.js';

/** The list shows no more of a question. */
const MAX_CHARACTERS = 200;

export interface RunSources {
  readonly record: ConversationRecord | undefined;
  /** The bot's memory; undefined when there is none, or it cannot be read. */
  readonly conversation: Conversation | undefined;
  /** The conversation as it stands in Slack. */
  readonly messages: readonly Message[];
  readonly deliveries: readonly Delivery[];
  readonly calls: readonly CallView[];
  readonly bot: string;
}

export function runViews(sources: RunSources): RunView[] {
  const { record, messages, bot } = sources;
  const runs = record?.runs.all ?? [];
  const asked = new Set(runs.flatMap(({ questions }) => questions));
  const others = messages.filter(
    ({ ts, user, subtype, ephemeralTo }) =>
      user !== bot && subtype !== 'tombstone' && ephemeralTo === undefined && !asked.has(ts),
  );
  return [
    ...runs.map((run) => viewOf(run, sources)),
    ...others.map((message) => unanswered(message, sources)),
  ].toSorted((a, b) => a.at - b.at);
}

/** `id`: of one in `views`, or the `ts` of a message in it; anything else selects the newest. */
export function selectedRun(views: readonly RunView[], id: string | undefined, sources: RunSources) {
  const has = ({ questions, replies }: RunView): boolean => [...questions, ...replies].includes(id ?? '');
  const view = views.find((known) => known.id === id) ?? views.findLast(has) ?? views.at(-1);
  if (!view) return undefined;
  const run = sources.record?.runs.all.find(({ number }) => `r${number}` === view.id);
  const steps = (ts: string): readonly Step[] => sources.record?.received.get(ts)?.steps ?? [];
  const selected: SelectedRun = {
    id: view.id,
    phases: run ? phasesOf(view.at, steps(run.questions[0] ?? ''), run) : [],
    events: timelineOf(
      deliveriesOf(view.questions, sources),
      [...view.questions.flatMap(steps), ...(run?.steps ?? [])],
      run ? callsIn(run, sources) : [],
    ),
    ...(run?.said?.type === 'said' && { said: run.said.text }),
  };
  return { run, selected };
}

function viewOf(run: Run, { messages }: RunSources): RunView {
  const newest = messages.find(({ ts }) => ts === run.questions.at(-1));
  const at = millisecondsOf(run.questions[0]) ?? run.openedAt;
  const problem = run.answer?.problem ?? failureIn(run);
  return {
    id: `r${run.number}`,
    at,
    state: stateOf(run),
    user: newest?.user ?? '',
    text: newest?.text.slice(0, MAX_CHARACTERS) ?? '',
    questions: run.questions,
    replies: run.replies,
    ...(run.closedAt !== undefined && { ms: run.closedAt - at }),
    ...(problem !== undefined && { why: problem }),
  };
}

function stateOf({ answer, closedAt, withdrawn, steps }: Run): RunView['state'] {
  if (withdrawn) return 'withdrawn';
  if (answer?.state === 'failed') return 'failed';
  if (closedAt !== undefined) return 'done';
  if (steps.at(-1)?.type === 'gone' || answer?.state === 'interrupted') return 'interrupted';
  return answer?.state === 'writing' ? 'writing' : 'waiting';
}

/** Why a run without a prompt has failed so far. */
function failureIn({ prompt, closedAt, steps }: Run): string | undefined {
  const failed = steps.findLast(({ type }) => type === 'failed' || type === 'run_ended');
  if (prompt || (closedAt !== undefined && failed?.type !== 'failed')) return undefined;
  return failed && 'problem' in failed ? failed.problem : undefined;
}

function unanswered(message: Message, sources: RunSources): RunView {
  const { ts, user, text } = message;
  const waits = sources.conversation?.pending.includes(ts) === true;
  return {
    id: `m${ts}`,
    at: millisecondsOf(ts) ?? 0,
    state: waits ? 'waiting' : 'unanswered',
    user,
    text: text.slice(0, MAX_CHARACTERS),
    questions: [ts],
    replies: [],
    why: waits ? 'Waiting for a worker.' : whyNot(message, sources),
  };
}

function whyNot({ ts }: Message, { conversation, record, deliveries }: RunSources): string {
  const turn = conversation?.turns.find((known) => known.ts === ts);
  const why = turn?.role === 'person' ? whyUnasked(turn) : undefined;
  if (why !== undefined) return `Context only: ${why}.`;
  const steps = record?.received.get(ts)?.steps ?? [];
  const stored = steps.findLast((step) => step.type === 'stored');
  if (turn || (stored && stored.as !== 'ignored')) {
    if (!conversation) return 'The bot has forgotten it: its memory ended with its process.';
    return record?.answered.has(ts) ? 'Answered together with others.' : 'Context only.';
  }
  if (stored) return "The bot isn't in this thread: nobody has mentioned it here.";
  if (steps.some(({ type }) => type === 'not_stored')) return 'It could not be stored. Slack will send it again.';
  const own = deliveries.filter((delivery) => isAbout(delivery, [ts]));
  if (own.length === 0) return 'Slack has sent no event for it.';
  if (own.every(({ state }) => state === 'waiting'))
    return 'No socket is open. Slack delivers it when the bot is back.';
  if (own.every(({ state }) => state === 'lost')) return 'Slack could not deliver it, and gave up.';
  return own.some(({ state }) => state === 'acked') ? "It doesn't mention the bot." : 'Not acknowledged yet.';
}

/** Of the run's time, until the next one begins. */
function callsIn(run: Run, { record, calls }: RunSources): readonly CallView[] {
  const next = record?.runs.all.find(({ number }) => number > run.number);
  return calls.filter(({ at }) => at >= run.openedAt && (next === undefined || at < next.openedAt));
}

function deliveriesOf(questions: readonly string[], { deliveries }: RunSources): readonly Delivery[] {
  return deliveries.filter((delivery) => isAbout(delivery, questions));
}

function isAbout({ payload }: Delivery, messages: readonly string[]): boolean {
  const event = (payload['event'] ?? {}) as { ts?: string; deleted_ts?: string; message?: { ts?: string } };
  return messages.includes(event.message?.ts ?? event.deleted_ts ?? event.ts ?? '');
}

function millisecondsOf(ts: string | undefined): number | undefined {
  return ts === undefined ? undefined : Math.round(Number(ts) * 1_000);
}
