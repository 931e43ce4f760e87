/** Builds what the inspector shows, from the bot's memory, the journal and the recorded Slack calls. */
import { textOf } from '../core/content.js';
import { type ConversationId, DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { messageOf } from '../core/errors.js';
import type { OwnerUsage, PromptMessage, UsageOwner } from '../core/ports.js';
import type { Turn } from '../core/turn.js';
import { saidInChannel } from '../prompt/channel-before.js';
import { repeatedMessages, SUMMARY_HEAD } from '../prompt/prompt.js';
import { messageTokens } from '../prompt/tokens.js';
import type { Call, Simulator } from '../simulator/index.js';
import { sumOf, totalOf } from '../usage/totals.js';
import type {
  AnswerView,
  CallView,
  Inspection,
  MemoryView,
  PartName,
  PromptView,
  TurnView,
  UsageView,
} from './inspection.js';
import type { ConversationRecord, Journal, SentPrompt } from './journal.js';
import type { Recalled } from './protocol.js';
import { whyUnasked } from './unasked.js';

export interface InspectorParts {
  readonly slack: Pick<Simulator, 'team' | 'bot' | 'calls'>;
  readonly journal: Journal;
  /** The stand-in model answers, so usage is an estimate. */
  readonly standIn: boolean;
  /** Reads the bot's memory. Rejects with a sentence for the page when it cannot be read. */
  readonly recall: (key: string) => Promise<Recalled>;
}

/** `thread`: `ts` of its root; undefined for a DM's top level. */
export async function inspect(parts: InspectorParts, channel: string, thread: string | undefined): Promise<Inspection> {
  const { slack, journal, standIn, recall } = parts;
  const id: ConversationId = { team: slack.team.id, channel, thread: thread ?? DM_TOP_LEVEL };
  const record = journal.of(keyOf(id));
  const calls = callsAbout(slack.calls, channel, thread);
  const observed = {
    calls,
    ...(record?.prompt && { prompt: promptView(record.prompt, record.previous) }),
    ...(record?.answer && { answer: answerView(record, standIn) }),
    ...(record?.rateLimitedUntil !== undefined && { rateLimitedUntil: record.rateLimitedUntil }),
  };
  try {
    const { conversation, used } = await recall(keyOf(id));
    if (!conversation) return observed;
    return {
      ...observed,
      memory: memoryView(conversation, record, slack.bot.userId),
      usage: usageView(conversation, used),
    };
  } catch (error) {
    return { ...observed, unavailable: messageOf(error) };
  }
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

function promptView(
  { at, model, messages, budgetTokens, leftOut }: SentPrompt,
  previous: readonly PromptMessage[] = [],
): PromptView {
  const counted = messages.map(({ role, content }) => ({
    role,
    content: textOf(content),
    tokens: messageTokens(content),
  }));
  const total = (some: readonly { tokens: number }[]): number => some.reduce((sum, { tokens }) => sum + tokens, 0);
  const names = partNames(messages);
  const parts = PART_NAMES.map((name) => ({ name, tokens: total(counted.filter((_, n) => names[n] === name)) }));
  return {
    at,
    model,
    tokens: total(counted),
    budgetTokens,
    parts: parts.filter(({ tokens }) => tokens > 0),
    repeatedTokens: total(counted.slice(0, repeatedMessages(messages, previous))),
    leftOut: leftOutSentences(leftOut, budgetTokens),
    messages: counted,
  };
}

const PART_NAMES = [
  'system',
  'notes',
  'summary',
  'channel',
  'people',
  'replies',
  'question',
] as const satisfies readonly PartName[];

function partNames(messages: readonly PromptMessage[]): PartName[] {
  const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.map(({ role, content }, n) => {
    if (role === 'system') return n === 0 ? 'system' : 'notes';
    if (textOf(content).startsWith(SUMMARY_HEAD)) return 'summary';
    if (saidInChannel(content)) return 'channel';
    if (role === 'assistant') return 'replies';
    return n > lastReply ? 'question' : 'people';
  });
}

function leftOutSentences({ oldest, shortened, notices }: SentPrompt['leftOut'], budget: number): string[] {
  const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
  return [
    ...(oldest > 0
      ? [`The oldest ${messages(oldest)}: more than the budget of ${budget} tokens (PROMPT_TOKENS) holds.`]
      : []),
    ...(shortened > 0 ? [`The middle of ${messages(shortened)}: alone longer than half of the budget.`] : []),
    ...(notices > 0
      ? [`${messages(notices)} that the bot wrote for itself, such as an error: for people, not for the model.`]
      : []),
  ];
}

function answerView({ prompt, answer, received }: ConversationRecord, standIn: boolean): AnswerView {
  const { state = 'waiting', restarts = 0, finishReason, problem, usage, firstTextAt, completedAt } = answer ?? {};
  // Latency counts from the newest question.
  const askedAt = received.get(prompt?.answers.at(-1) ?? '')?.at;
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

/** Usage of the thread, its people, its channel and its workspace, in this order; without those that used nothing. */
function usageView({ id, turns }: Conversation, { today, month }: Recalled['used']): UsageView[] {
  const thread = turns.flatMap((turn) => (turn.role === 'assistant' && turn.usage ? [totalOf(turn.usage)] : []));
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
  return [
    ...(thread.length > 0 ? [{ owner: 'thread' as const, id: id.thread, total: sumOf(thread) }] : []),
    ...owners.flatMap((owner) => [...of('today', today, owner), ...of('month', month, owner)]),
  ];
}

/** Calls about the thread or a message posted to it by such a call. For a DM's top level: calls without a thread. */
function callsAbout(calls: readonly Call[], channel: string, thread: string | undefined): CallView[] {
  const messages = new Set(thread === undefined ? [] : [thread]);
  const about = calls.filter(({ args, result }) => {
    if ((args['channel'] ?? args['channel_id']) !== channel) return false;
    const message = args['ts'] ?? args['timestamp'];
    const isAbout = typeof message === 'string' ? messages.has(message) : (args['thread_ts'] || undefined) === thread;
    if (isAbout && typeof result?.['ts'] === 'string') messages.add(result['ts']);
    return isAbout;
  });
  return about.map((call) => ({
    method: call.method,
    at: call.at,
    ...(call.tookMs !== undefined && { ms: call.tookMs }),
    outcome: outcomeOf(call),
  }));
}

function outcomeOf({ status, result, dropped }: Call): string {
  if (dropped) return 'broken';
  if (status === undefined) return 'running';
  if (result?.['ok'] === true) return 'ok';
  const code = typeof result?.['error'] === 'string' ? result['error'] : `HTTP ${status}`;
  return status === 429 ? `${code} (429)` : code;
}
