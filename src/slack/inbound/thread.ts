/** Reads threads back from Slack. Only when there is no other way: Slack may allow it once a minute. */
import type { ConversationsRepliesResponse } from '@slack/web-api';
import { type ConversationId, DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Backlog, Clock } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import type { AssistantTurn, PersonTurn } from '../../core/turn.js';
import { slackFailure } from '../web-api/failure.js';
import type { Organization } from '../workspaces/organization.js';
import type { BotIdentity, Workspaces } from '../workspaces/workspaces.js';
import { authorOf } from './authors.js';
import { contentOf, filesOf } from './content.js';
import { homeOf, membershipOf } from './membership.js';
import { type ReadPage, readNewestFirst } from './newest-first.js';
import { fieldsOf, listOf } from './nodes.js';
import { type SlackMessage, slackMessage } from './payload.js';

/** Recommended maximum. https://docs.slack.dev/reference/methods/conversations.replies */
const PAGE_SIZE = 200;
/** Bounds what is read of a very long thread: its first 200 messages and about 2,000 newest ones. */
const MAX_PAGES = 15;
/** After a longer `Retry-After` the answer comes with the pages so far; without any, the next answer tries again. */
const LONGEST_WAIT_MS = 5_000;
/**
 * The same while there are only the oldest messages: an answer without the newest ones answers something else, and a
 * backlog is read once. Some apps may read 15 messages once a minute.
 */
const LONGEST_URGENT_WAIT_MS = 65_000;
/** No page is begun, and no wait, that would end later: the answer comes with what there is. */
const READING_MS = 90_000;
/** Slack may fail for a moment: an answer without what was said before is worse than one some seconds later. */
const FAILING_MS = 10_000;
/** Blocks of buttons. */
const CONTROLS: ReadonlySet<unknown> = new Set(['actions', 'context_actions']);
const BACKOFF = { firstMs: 500, longestMs: 4_000 };
/** Slack's own message at the start of a chat with an agent, in the bot's name. */
const AGENT_THREAD_TITLE = 'assistant_app_thread';

export interface ThreadReader extends Backlog {
  /** The bot's replies newer than `after` that are not among `recorded`, oldest first. */
  findUnrecorded(id: ConversationId, after: string, recorded: Set<string>): Promise<string[]>;
  /** `ts` of the message in the thread with which the bot has answered what a person did in the last `sinceMs`. */
  findAnswer(id: ConversationId, request: string, sinceMs: number): Promise<string | undefined>;
  /** The words of one message as they stand there now; undefined if it is gone. */
  readText(id: ConversationId, ts: string): Promise<string | undefined>;
}

interface Range {
  oldest?: string;
  latest?: string;
  inclusive?: boolean;
}

/** `organization`: without it, whoever is of another workspace counts as external, unless the message says more. */
export function threadReader(
  workspaces: Workspaces,
  allowExternalUsers: boolean,
  clock: Clock,
  organization?: Pick<Organization, 'homes'>,
): ThreadReader {
  async function page(id: ConversationId, range: Range): Promise<ConversationsRepliesResponse> {
    const { client } = await workspaces.of(id.team);
    const common = { channel: id.channel, limit: PAGE_SIZE, include_all_metadata: true, ...range };
    if (id.thread === DM_TOP_LEVEL) return client.conversations.history(common);
    return client.conversations.replies({ ...common, ts: id.thread });
  }

  /** Undefined when Slack allows no further page for long: the pages so far are better than nothing. */
  async function readPage<T>(
    call: () => Promise<T>,
    hasSome: boolean,
    isUrgent: boolean,
    deadline: number,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    if (clock.now() >= deadline) return undefined;
    const giveUpAt = Math.min(deadline, clock.now() + FAILING_MS);
    try {
      return await whileUncertain(call, giveUpAt, signal);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'rate_limited') throw error;
      const longestWait = hasSome && isUrgent ? LONGEST_URGENT_WAIT_MS : LONGEST_WAIT_MS;
      const longest = Math.min(longestWait, deadline - clock.now());
      if (failure.afterMs > longest && hasSome) return undefined;
      if (failure.afterMs > longest) throw error;
      await clock.sleep(failure.afterMs, signal);
      return call();
    }
  }

  async function whileUncertain<T>(call: () => Promise<T>, giveUpAt: number, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const pauseMs = backoffMs(BACKOFF, attempt);
        if (slackFailure(error).kind !== 'uncertain' || clock.now() + pauseMs > giveUpAt) throw error;
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  /** Workspaces of the same organization, of those whose messages do not say it. */
  async function sisterWorkspaces(
    messages: readonly SlackMessage[],
    { team }: ConversationId,
    bot: BotIdentity,
  ): Promise<ReadonlySet<string>> {
    if (allowExternalUsers || !organization) return new Set();
    const unsure = messages.flatMap((message) => {
      const [home, author] = [homeOf(message), authorOf(message, bot)];
      if (home === undefined || author?.kind !== 'person' || membershipOf(message, bot) !== 'unsure') return [];
      return [{ team, user: author.id, home }];
    });
    return unsure.length > 0 ? organization.homes(unsure) : new Set();
  }

  function turnFrom(
    message: SlackMessage,
    bot: BotIdentity,
    sisters: ReadonlySet<string>,
  ): PersonTurn | AssistantTurn | undefined {
    const { ts, user, subtype } = message;
    if (subtype === AGENT_THREAD_TITLE) return undefined;
    const text = user === bot.userId ? ownWords(message, bot) : contentOf(message, bot.userId);
    if (text === '') return undefined;
    if (user === bot.userId) return { role: 'assistant', ts, text, after: ts };
    const author = authorOf(message, bot);
    if (!author) return undefined;
    if (!allowExternalUsers && membershipOf(message, bot) !== 'ours' && !sisters.has(homeOf(message) ?? ''))
      return undefined;
    const { id, name, kind } = author;
    const unasked = kind === 'person' ? 'backlog' : 'app';
    const files = filesOf(message);
    const more = { ...(name !== undefined && { name }), ...(files.length > 0 && { files }) };
    return { role: 'person', ts, author: id, ...more, text, unasked };
  }

  return {
    async read(conversation, signal) {
      const { id, pending, seenBeforeStart = [] } = conversation;
      const { bot } = await workspaces.of(id.team);
      // Messages that arrived before the first pending one did, though they are newer, were not stored.
      const [start = ''] = pending;
      const latest = seenBeforeStart.reduce((newest, ts) => (ts > newest ? ts : newest), start);
      const first = id.thread === DM_TOP_LEVEL ? '0' : id.thread;
      const deadline = clock.now() + READING_MS;
      let hasSome = false;
      const pageOf: ReadPage<SlackMessage> = async (from, to, isUrgent) => {
        const range = { latest: to, inclusive: true, ...(from > first && { oldest: from }) };
        const response = await readPage(() => page(id, range), hasSome, isUrgent, deadline, signal);
        hasSome = true;
        const more = Boolean(response?.response_metadata?.next_cursor);
        return response && { messages: messagesOf(response), more };
      };
      const found = await readNewestFirst(pageOf, first, latest, MAX_PAGES);
      const earlier = found.filter(({ ts }) => ts < start || seenBeforeStart.includes(ts));
      const inOrder = earlier.toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
      const sisters = await sisterWorkspaces(inOrder, id, bot);
      return inOrder.flatMap((message) => turnFrom(message, bot, sisters) ?? []);
    },

    async findUnrecorded(id, after, recorded) {
      const { bot } = await workspaces.of(id.team);
      const messages = messagesOf(await page(id, { oldest: after }));
      const unrecorded = messages.filter(({ ts }) => ts > after && !recorded.has(ts));
      const replies = unrecorded.filter((message) => message.user === bot.userId && mayBeReply(message));
      return replies.map(({ ts }) => ts).toSorted();
    },

    async findAnswer(id, request, sinceMs) {
      const oldest = `${Math.floor((clock.now() - sinceMs) / 1_000)}.000000`;
      const messages = messagesOf(await page(id, { oldest }));
      return messages.find(({ metadata }) => metadata?.event_payload.request === request)?.ts;
    },

    async readText(id, ts) {
      const { bot } = await workspaces.of(id.team);
      const response = await page(id, { oldest: ts, latest: ts, inclusive: true });
      const message = messagesOf(response).find((found) => found.ts === ts);
      return message && ownWords(message, bot);
    },
  };
}

/** What stands under a reply to be pressed is no part of it. */
function ownWords(message: SlackMessage, bot: BotIdentity): string {
  const { blocks } = message;
  const words = Array.isArray(blocks) ? blocks.filter((block) => !CONTROLS.has(fieldsOf(block)['type'])) : blocks;
  return contentOf({ ...message, blocks: words }, bot.userId);
}

/** Streams cannot be marked while they run, so an own message without a mark may be a reply. Not one that shows a file. */
function mayBeReply({ subtype, metadata, files }: SlackMessage): boolean {
  if (subtype === AGENT_THREAD_TITLE || listOf(files).length > 0) return false;
  return metadata === undefined || metadata.event_payload.kind === 'reply';
}

function messagesOf({ messages }: ConversationsRepliesResponse): SlackMessage[] {
  return (messages ?? []).flatMap((message) => slackMessage.safeParse(message).data ?? []);
}
