/** Builds what the inspector shows, from the bot's memory, the journal and what the simulator has recorded. */
import { type ConversationId, DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { messageOf } from '../core/errors.js';
import type { OwnerUsage, UsageOwner, UsageTotal } from '../core/ports.js';
import type { Turn } from '../core/turn.js';
import type { Simulator } from '../simulator/index.js';
import { sumOf, totalOf } from '../usage/totals.js';
import { callsAbout } from './inspect-calls.js';
import { promptView } from './inspect-prompt.js';
import { runViews, selectedRun } from './inspect-runs.js';
import type { AnswerView, Inspection, MemoryView, TurnView, UsageView } from './inspection.js';
import type { ConversationRecord, Journal } from './journal.js';
import type { Recalled } from './protocol.js';
import type { Run } from './runs.js';
import { whyUnasked } from './unasked.js';

export interface InspectorParts {
  readonly slack: Pick<Simulator, 'team' | 'bot' | 'calls' | 'deliveries' | 'messages'>;
  readonly journal: Journal;
  /** The stand-in model answers, so usage is an estimate. */
  readonly standIn: boolean;
  /** Reads the bot's memory. Rejects with a sentence for the page when it cannot be read. */
  readonly recall: (key: string) => Promise<Recalled>;
}

/** `thread`: `ts` of its root; undefined for a DM's top level. `run`: id of the run to show; the newest without it. */
export async function inspect(
  parts: InspectorParts,
  channel: string,
  thread: string | undefined,
  run?: string,
): Promise<Inspection> {
  const { slack, journal, standIn, recall } = parts;
  const id: ConversationId = { team: slack.team.id, channel, thread: thread ?? DM_TOP_LEVEL };
  const recalled = await recall(keyOf(id)).catch((error: unknown) => ({ unavailable: messageOf(error) }));
  const conversation = 'used' in recalled ? recalled.conversation : undefined;
  const record = journal.of(keyOf(id));
  const calls = callsAbout(slack.calls, channel, thread);
  const sources = {
    record,
    conversation,
    messages: slack.messages(channel, thread).filter((message) => thread !== undefined || !message.threadTs),
    deliveries: slack.deliveries.filter(
      ({ payload }) => (payload['event'] as { channel?: string }).channel === channel,
    ),
    calls,
    bot: slack.bot.userId,
  };
  const runs = runViews(sources);
  const chosen = selectedRun(runs, run, sources);
  const shown = chosen?.run;
  return {
    calls,
    runs,
    ...(chosen && { run: chosen.selected }),
    ...(shown?.prompt && { prompt: promptView(shown.prompt, shown.before) }),
    ...(shown?.answer && { answer: answerView(shown, record, standIn) }),
    ...(record?.rateLimitedUntil !== undefined && { rateLimitedUntil: record.rateLimitedUntil }),
    ...('unavailable' in recalled && recalled),
    ...(conversation &&
      'used' in recalled && {
        memory: memoryView(conversation, record, slack.bot.userId),
        usage: usageView(conversation, recalled.used, record),
      }),
  };
}

function memoryView(conversation: Conversation, record: ConversationRecord | undefined, bot: string): MemoryView {
  const { channelBefore } = conversation;
  return {
    backlogRead: conversation.backlogRead,
    segments: (conversation.segments ?? []).map(({ id, text, turns }) => ({ id, text, turns })),
    ...(record?.summaryProblem !== undefined && { summaryProblem: record.summaryProblem }),
    ...(channelBefore && {
      channelBefore: channelBefore.map((turn) => ({
        ts: turn.ts,
        user: turn.author,
        text: turn.text,
        state: 'context' as const,
        ...namesIn(turn),
        ...whyIn(turn),
      })),
    }),
    turns: conversation.turns.map((turn) => {
      const deliveries = record?.received.get(turn.ts)?.deliveries;
      const state = turnState(turn, conversation, record);
      const editedSince = (state === 'answering' || state === 'answered') && record?.editedSince.has(turn.ts);
      return {
        ts: turn.ts,
        user: turn.role === 'person' ? turn.author : bot,
        text: turn.text,
        state,
        ...namesIn(turn),
        ...(editedSince && { editedSince }),
        ...(state === 'context' && whyIn(turn)),
        ...(deliveries !== undefined && { deliveries }),
      };
    }),
  };
}

function namesIn(turn: Turn): Pick<TurnView, 'name'> {
  return turn.role === 'person' && turn.name !== undefined ? { name: turn.name } : {};
}

function whyIn(turn: Turn): Pick<TurnView, 'why'> {
  const why = turn.role === 'person' ? whyUnasked(turn) : undefined;
  return why === undefined ? {} : { why };
}

function turnState(
  turn: Turn,
  { pending, reply }: Conversation,
  record: ConversationRecord | undefined,
): TurnView['state'] {
  if (turn.role === 'assistant') return turn.notice ? 'notice' : 'reply';
  if (pending.includes(turn.ts)) return reply && turn.ts <= reply.after ? 'answering' : 'waiting';
  return record?.answered.has(turn.ts) ? 'answered' : 'context';
}

function answerView({ prompt, answer }: Run, record: ConversationRecord | undefined, standIn: boolean): AnswerView {
  const { state = 'waiting', restarts = 0, finishReason, problem, usage, firstTextAt, completedAt } = answer ?? {};
  // Latency counts from the newest question.
  const askedAt = record?.received.get(prompt?.answers.at(-1) ?? '')?.at;
  return {
    state,
    restarts,
    ...(finishReason && { finishReason }),
    ...(problem !== undefined && { problem }),
    latency: {
      ...(prompt && askedAt !== undefined && { eventToRequest: prompt.at - askedAt }),
      ...(prompt && firstTextAt !== undefined && { requestToFirstWord: firstTextAt - prompt.at }),
      ...(firstTextAt !== undefined && completedAt !== undefined && { firstWordToDone: completedAt - firstTextAt }),
    },
    ...(usage && { usage }),
    ...(usage && standIn && { estimated: true as const }),
    ...(usage?.costUsd !== undefined && { costUsd: usage.costUsd }),
  };
}

/** Usage of the thread, of its summaries, its people, its channel and its workspace, in this order; without those that used nothing. */
function usageView(
  { id, turns }: Conversation,
  { today, month }: Recalled['used'],
  record: ConversationRecord | undefined,
): UsageView[] {
  const summaries = (record?.summaries ?? []).map(totalOf);
  const answers = turns.flatMap((turn) => (turn.role === 'assistant' && turn.usage ? [totalOf(turn.usage)] : []));
  const people = new Set(turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : [])));
  const owners: [UsageOwner, string][] = [
    ...Array.from(people, (person): [UsageOwner, string] => ['person', person]),
    ['channel', id.channel],
    ['workspace', id.team],
  ];
  const of = (
    period: 'today' | 'month',
    totals: readonly OwnerUsage[],
    [owner, whose]: [UsageOwner, string],
  ): UsageView[] =>
    totals.flatMap((total) =>
      total.owner === owner && total.id === whose ? [{ owner, id: whose, period, total }] : [],
    );
  const ofThread = (owner: 'thread' | 'summaries', totals: UsageTotal[]): UsageView[] =>
    totals.length > 0 ? [{ owner, id: id.thread, total: sumOf(totals) }] : [];
  return [
    ...ofThread('thread', [...answers, ...summaries]),
    ...ofThread('summaries', summaries),
    ...owners.flatMap((owner) => [...of('today', today, owner), ...of('month', month, owner)]),
  ];
}
