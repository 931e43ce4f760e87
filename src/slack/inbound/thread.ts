/** Reads threads back from Slack: only when there is no other way, for Slack may allow it once a minute. */
import type { ConversationsRepliesResponse, WebClient } from '@slack/web-api';
import { type ConversationId, DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Backlog, Clock } from '../../core/ports.js';
import type { AssistantTurn, PersonTurn } from '../../core/turn.js';
import { slackFailure } from '../web-api/failure.js';
import { contentOf } from './content.js';
import { type BotIdentity, isExternal, isFromPerson } from './events.js';
import { type SlackMessage, slackMessage } from './payload.js';

/** https://docs.slack.dev/reference/methods/conversations.replies recommends 200 at most. */
const PAGE = 200;
/** Bounds what is read of a very long thread: 2,000 messages, from its beginning. */
const MOST_PAGES = 10;
/** A longer `Retry-After` is not worth the wait: the answer comes without the backlog, the next one tries again. */
const LONGEST_WAIT_MS = 5_000;
/** Opens a chat with an agent, in the bot's name: Slack's words, not the bot's. */
const AGENT_THREAD_TITLE = 'assistant_app_thread';

export interface ThreadReader extends Backlog {
  /** The messages of the bot's own that are newer than `after` and not among `recorded`, oldest first. */
  findUnrecorded(id: ConversationId, after: string, recorded: Set<string>): Promise<string[]>;
}

export function threadReader(
  client: WebClient,
  bot: BotIdentity,
  allowExternalUsers: boolean,
  clock: Clock,
): ThreadReader {
  async function page(
    id: ConversationId,
    range: { oldest?: string; latest?: string; inclusive?: boolean; cursor?: string },
  ): Promise<ConversationsRepliesResponse> {
    const common = { channel: id.channel, limit: PAGE, ...range };
    if (id.thread === DM_TOP_LEVEL) return client.conversations.history(common);
    return client.conversations.replies({ ...common, ts: id.thread });
  }

  /** Undefined when Slack lets nobody read on for long: what was read so far is better than nothing. */
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

  function turnFrom(message: SlackMessage): PersonTurn | AssistantTurn | undefined {
    const { ts, user, subtype } = message;
    if (subtype === AGENT_THREAD_TITLE) return undefined;
    const text = contentOf(message, bot.userId);
    if (text === '') return undefined;
    if (user === bot.userId) return { role: 'assistant', ts, text, after: ts };
    const isProgram = message.bot_id !== undefined && subtype !== 'tombstone';
    if (!isProgram && !isFromPerson(message, bot)) return undefined;
    if (isExternal(message, bot) && !allowExternalUsers) return undefined;
    return { role: 'person', ts, author: user ?? message.bot_id ?? '', text };
  }

  return {
    async read(conversation) {
      const { id, pending, seenBeforeStart = [] } = conversation;
      // A turn before that may have come only just now, and others that are older went by unheard.
      const [begins = ''] = pending;
      const latest = seenBeforeStart.reduce((newest, ts) => (ts > newest ? ts : newest), begins);
      // By `ts`: every page begins with the thread's first message.
      const found = new Map<string, PersonTurn | AssistantTurn>();
      let cursor: string | undefined;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const range = { latest, inclusive: true, ...(cursor !== undefined && { cursor }) };
        const response = await readPage(() => page(id, range), pages > 0);
        if (!response) break;
        for (const message of messagesOf(response)) {
          const turn = message.ts < begins || seenBeforeStart.includes(message.ts) ? turnFrom(message) : undefined;
          if (turn) found.set(turn.ts, turn);
        }
        cursor = response.response_metadata?.next_cursor || undefined;
        if (cursor === undefined) break;
      }
      return [...found.values()];
    },

    async findUnrecorded(id, after, recorded) {
      const response = await page(id, { oldest: after });
      const own = messagesOf(response).filter(
        ({ ts, user, subtype }) =>
          user === bot.userId && subtype !== AGENT_THREAD_TITLE && ts > after && !recorded.has(ts),
      );
      return own.map(({ ts }) => ts).toSorted();
    },
  };
}

function messagesOf({ messages }: ConversationsRepliesResponse): SlackMessage[] {
  return (messages ?? []).flatMap((message) => slackMessage.safeParse(message).data ?? []);
}
