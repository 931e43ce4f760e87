/** Exports a conversation from a running playground. */
import { DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import type { Simulator } from '../simulator/index.js';
import { recordingOf } from './export.js';
import type { Journal } from './journal.js';
import type { Recalled } from './protocol.js';
import type { Recording } from './recording.js';

/** What of the bot's settings changes its answers and prompts. None of them is a secret. */
const SETTINGS = [
  'OPENAI_MODEL',
  'OPENAI_API',
  'DM_REPLIES',
  'THREAD_REPLIES',
  'EDITS',
  'REPLY_STREAMING',
  'ANSWER_WORKFLOWS',
  'ALLOW_EXTERNAL_USERS',
  'CHANNEL_CONTEXT_MESSAGES',
  'CHANNEL_CONTEXT_HOURS',
  'PROMPT_TOKENS',
  'VERBATIM_TOKENS',
];

export interface ExporterParts {
  readonly slack: Simulator;
  readonly journal: Journal;
  readonly standIn: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly systemPrompt: string | undefined;
  readonly recall: (key: string) => Promise<Recalled>;
}

/** `thread`: `ts` of its root; undefined for a DM's top level. Rejects when the bot's memory cannot be read. */
export async function exportConversation(
  { slack, journal, standIn, env, systemPrompt, recall }: ExporterParts,
  id: string,
  thread: string | undefined,
): Promise<Recording> {
  const channel = slack.channels().find((known) => known.id === id);
  if (!channel) throw new TypeError(`no such channel: ${id}`);
  const key = keyOf({ team: slack.team.id, channel: id, thread: thread ?? DM_TOP_LEVEL });
  const { conversation } = await recall(key);
  return recordingOf({
    record: journal.of(key),
    channel,
    thread,
    messages: slack.messages(id),
    deliveries: slack.deliveries,
    background: conversation?.channelBefore?.map(({ ts }) => ts) ?? [],
    users: slack.users(),
    bot: slack.bot.userId,
    settings: {
      ...Object.fromEntries(SETTINGS.flatMap((name) => (env[name]?.trim() ? [[name, env[name]]] : []))),
      ...(systemPrompt !== undefined && { SYSTEM_PROMPT: systemPrompt }),
    },
    standIn,
  });
}
