/** Records a conversation for `npm run replay`. Pure. */
import { textOf } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import type { Channel, Delivery, Message, User } from '../simulator/index.js';
import type { ConversationRecord } from './journal.js';
import { FORMAT, type RecordedRun, type RecordedStep, type Recording, VERSION } from './recording.js';
import type { Run } from './runs.js';

export interface ExportParts {
  readonly record: ConversationRecord | undefined;
  readonly channel: Pick<Channel, 'id' | 'kind' | 'name' | 'members'>;
  /** `ts` of the root; undefined for a DM's top level. */
  readonly thread: string | undefined;
  /** All messages of the channel, as they stand in the end. */
  readonly messages: readonly Message[];
  readonly deliveries: readonly Delivery[];
  /** `ts` of the messages of the channel that the conversation has as background. */
  readonly background: readonly string[];
  readonly users: readonly Pick<User, 'id' | 'name'>[];
  readonly bot: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly standIn: boolean;
}

interface MessageEvent {
  readonly type?: string;
  readonly subtype?: string;
  readonly channel?: string;
  readonly ts?: string;
  readonly user?: string;
  readonly text?: string;
  readonly thread_ts?: string;
  readonly deleted_ts?: string;
  readonly message?: MessageEvent;
  readonly previous_message?: MessageEvent;
}

export function recordingOf(parts: ExportParts): Recording {
  const { record, channel, thread, messages, users, bot, settings, standIn } = parts;
  const runs = record?.runs.all ?? [];
  const person = channel.kind === 'im' ? [...channel.members].find((member) => member !== bot) : undefined;
  return {
    format: FORMAT,
    version: VERSION,
    settings: { ...settings },
    standIn,
    names: {
      ...Object.fromEntries(users.map(({ id, name }) => [id, name])),
      ...(channel.kind !== 'im' && { [channel.id]: channel.name }),
    },
    channel: { id: channel.id, kind: channel.kind, ...(person !== undefined && { with: person }) },
    ...(thread !== undefined && { thread }),
    steps: stepsOf(parts),
    runs: runs.map(recordedRun),
    replies: messages.filter((message) => message.user === bot && isIn(message, thread)).map(visible),
  };
}

/** What a message shows. */
export function visible({ ts, markdown, text }: Message): { ts: string; text: string } {
  return { ts, text: markdown ?? text };
}

/** Whether a message belongs to the thread; to the top level without one. Ephemeral messages do not. */
export function isIn({ ts, threadTs, ephemeralTo }: Message, thread: string | undefined): boolean {
  if (ephemeralTo !== undefined) return false;
  return thread === undefined ? threadTs === undefined : ts === thread || threadTs === thread;
}

export function recordedRun({ answer, closedAt, questions, prompt, said }: Run): RecordedRun {
  return {
    state: answer?.state ?? (closedAt === undefined ? 'waiting' : 'done'),
    questions: [...questions],
    ...(prompt && { model: prompt.model }),
    prompt: prompt?.messages.map(plain) ?? [],
    ...(said?.type === 'said' && { said: said.text }),
  };
}

function plain({ role, content }: PromptMessage): RecordedRun['prompt'][number] {
  return { role, content: textOf(content) };
}

function stepsOf({ record, channel, thread, messages, deliveries, background, bot }: ExportParts): RecordedStep[] {
  const closed = record?.runs.all.flatMap(({ closedAt }) => closedAt ?? []) ?? [];
  const settledBefore = (at: number): number => closed.filter((settledAt) => settledAt <= at).length;
  const known = new Set(messages.filter((message) => isIn(message, thread)).map(({ ts }) => ts));
  const steps: RecordedStep[] = [];
  const add = (at: number, step: DistributedOmit<RecordedStep, 'at' | 'settled'>): void => {
    steps.push({ ...step, at, settled: settledBefore(at) });
  };
  for (const { payload, attempts } of deliveries) {
    const event = (payload['event'] ?? {}) as MessageEvent;
    const at = attempts[0]?.at;
    if (event.type !== 'message' || event.channel !== channel.id || at === undefined) continue;
    const of = event.message ?? event.previous_message ?? event;
    const isHere = thread === undefined ? of.thread_ts === undefined : of.thread_ts === thread || of.ts === thread;
    const { ts = '', user = '' } = of;
    if (user === bot || !(isHere || background.includes(ts))) continue;
    known.delete(ts);
    if (event.subtype === 'message_changed') add(at, { do: 'edit', ts, user, text: typed(of.text) });
    else if (event.subtype === 'message_deleted') add(at, { do: 'remove', ts, user });
    else add(at, { do: 'say', ...saying(ts, user, of.text, of.thread_ts, event.subtype === 'thread_broadcast') });
  }
  // Events of old messages are dropped in the end.
  for (const { ts, user, text, threadTs, subtype } of messages)
    if (known.has(ts) && user !== bot && subtype !== 'tombstone')
      add(Math.round(Number(ts) * 1_000), {
        do: 'say',
        ...saying(ts, user, text, threadTs, subtype === 'thread_broadcast'),
      });
  for (const { at, ...answer } of record?.runs.said ?? []) {
    const { purpose } = answer;
    if (answer.type === 'asked') {
      add(at, { do: 'ask', purpose });
      continue;
    }
    const { text, problem, reason } = { text: undefined, problem: undefined, reason: undefined, ...answer };
    add(at, {
      do: 'answer',
      purpose,
      ...(text !== undefined && { text }),
      ...(problem !== undefined && { problem }),
      ...(reason !== undefined && { reason }),
    });
  }
  return steps.toSorted((a, b) => a.at - b.at);
}

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function saying(ts: string, user: string, text: string | undefined, threadTs: string | undefined, broadcast: boolean) {
  const isReply = threadTs !== undefined && threadTs !== ts;
  return {
    ts,
    user,
    text: typed(text),
    ...(isReply && { threadTs }),
    ...(isReply && broadcast && { broadcast: true as const }),
  };
}

/** As it was typed: Slack stores it escaped, and links in angle brackets. */
function typed(stored = ''): string {
  return stored
    .replaceAll(/<(https?:[^<>|]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
