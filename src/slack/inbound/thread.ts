/** Reads threads back from Slack. Only when there is no other way: Slack may allow it once a minute. */
import type { ConversationsRepliesResponse } from '@slack/web-api';
import { type ConversationId, DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Backlog, Clock } from '../../core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../core/turn.js';
import { slackFailure } from '../web-api/failure.js';
import type { BotIdentity, Workspaces } from '../workspaces/workspaces.js';
import { contentOf } from './content.js';
import { isExternal, isFromPerson } from './events.js';
import { type SlackMessage, slackMessage } from './payload.js';

/** Recommended maximum. https://docs.slack.dev/reference/methods/conversations.replies */
const PAGE_SIZE = 200;
/** Bounds what is read of a very long thread: 2,000 messages, from its beginning. */
const MAX_PAGES = 10;
/** After a longer `Retry-After` the answer comes without the backlog, and the next one tries again. */
const LONGEST_WAIT_MS = 5_000;
/** Slack's own message at the start of a chat with an agent, in the bot's name. */
const AGENT_THREAD_TITLE = 'assistant_app_thread';

export interface ThreadReader extends Backlog {
  /** The bot's replies newer than `after` that are not among `recorded`, oldest first. */
  findUnrecorded(id: ConversationId, after: string, recorded: Set<string>): Promise<string[]>;
}

interface Range {
  oldest?: string;
  latest?: string;
  inclusive?: boolean;
  cursor?: string;
}

export function threadReader(workspaces: Workspaces, allowExternalUsers: boolean, clock: Clock): ThreadReader {
  async function page(id: ConversationId, range: Range): Promise<ConversationsRepliesResponse> {
    const { client } = await workspaces.of(id.team);
    const common = { channel: id.channel, limit: PAGE_SIZE, include_all_metadata: true, ...range };
    if (id.thread === DM_TOP_LEVEL) return client.conversations.history(common);
    return client.conversations.replies({ ...common, ts: id.thread });
  }

  /** Undefined when Slack allows no further page for long: the pages so far are better than nothing. */
  async function readPage<T>(call: () => Promise<T>, hasSome: boolean): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'rate_limited') throw error;
      if (failure.afterMs > LONGEST_WAIT_MS && hasSome) return undefined;
      if (failure.afterMs > LONGEST_WAIT_MS) throw error;
      await clock.sleep(failure.afterMs);
      return call();
    }
  }

  function turnFrom(message: SlackMessage, bot: BotIdentity): PersonTurn | AssistantTurn | undefined {
    const { ts, user, subtype } = message;
    if (subtype === AGENT_THREAD_TITLE) return undefined;
    const text = contentOf(message, bot.userId);
    if (text === '') return undefined;
    if (user === bot.userId) return { role: 'assistant', ts, text, after: ts };
    const isFromApp = message.bot_id !== undefined && subtype !== 'tombstone';
    if (!isFromApp && !isFromPerson(message, bot)) return undefined;
    if (isExternal(message, bot) && !allowExternalUsers) return undefined;
    return { role: 'person', ts, author: user ?? message.bot_id ?? '', text };
  }

  return {
    async read(conversation) {
      const { id, pending, seenBeforeStart = [] } = conversation;
      const { bot } = await workspaces.of(id.team);
      // Messages that arrived before the first pending one did, though they are newer, were not stored.
      const [start = ''] = pending;
      const latest = seenBeforeStart.reduce((newest, ts) => (ts > newest ? ts : newest), start);
      // By `ts`: every page begins with the thread's first message.
      const found = new Map<string, PersonTurn | AssistantTurn>();
      let cursor: string | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const range = { latest, inclusive: true, ...(cursor !== undefined && { cursor }) };
        const response = await readPage(() => page(id, range), pages > 0);
        if (!response) break;
        for (const message of messagesOf(response)) {
          const isEarlier = message.ts < start || seenBeforeStart.includes(message.ts);
          const turn = isEarlier ? turnFrom(message, bot) : undefined;
          if (turn) found.set(turn.ts, turn);
        }
        cursor = response.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) break;
      }
      return [...found.values()];
    },

    async findUnrecorded(id, after, recorded) {
      const { bot } = await workspaces.of(id.team);
      const messages = messagesOf(await page(id, { oldest: after }));
      const unrecorded = messages.filter(({ ts }) => ts > after && !recorded.has(ts));
      const replies = unrecorded.filter((message) => message.user === bot.userId && mayBeReply(message));
      return replies.map(({ ts }) => ts).toSorted();
    },
  };
}

/** Streams cannot be marked while they run, so an own message without a mark may be a reply. */
function mayBeReply({ subtype, metadata }: SlackMessage): boolean {
  if (subtype === AGENT_THREAD_TITLE) return false;
  return metadata === undefined || metadata.event_payload.kind === 'reply';
}

function messagesOf({ messages }: ConversationsRepliesResponse): SlackMessage[] {
  return (messages ?? []).flatMap((message) => slackMessage.safeParse(message).data ?? []);
}
