import type { WebClient } from '@slack/web-api';
import { type ConversationId, DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Conversation } from '../../core/conversation.js';
import { ReplyError } from '../../core/errors.js';
import type { BotMessages, BotMessagesFor, Clock, Logger, Replies, ReplyRequest } from '../../core/ports.js';
import type { DmReplies, ReplyStreaming } from '../../core/settings.js';
import { settlesWithin } from '../../core/shutdown.js';
import { isDirectMessage } from '../channels.js';
import type { ThreadReader } from '../inbound/thread.js';
import { Outages } from '../web-api/outages.js';
import { RefusedMethods } from '../web-api/refused-methods.js';
import type { Upload } from '../web-api/upload.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { type Problem, tellElsewhere } from './elsewhere.js';
import { deleteFile } from './posted-file.js';
import type { ReplyMode } from './reply-settings.js';
import { Reply } from './reply.js';
import { retract } from './retract.js';
import { NO_STATUS, type Session, type ThreadStatuses } from './status.js';
import { stopControl } from './stop-button.js';
import { titleOf } from './title.js';
import { TokenBucket } from './token-bucket.js';

/** Tier 3; additions to streams are tier 4, twice as many. https://docs.slack.dev/apis/web-api/rate-limits */
const EDITS_PER_MINUTE = 50;
/** Slack tolerates short bursts. */
const BURST_SHARE = 0.4;
/** People who are told in a direct message that a reply cannot be posted. */
const MOST_TOLD = 5;
/** The reply is settled then; who is not told yet is told apart from it. */
const TELLING_MS = 10_000;

export interface RepliesOptions {
  workspaces: Workspaces;
  threads: ThreadReader;
  streaming: ReplyStreaming;
  /** Edits of unfinished answers in a minute, of all replies together; additions to streams twice as many. */
  updatesPerMinute?: number;
  statuses: ThreadStatuses;
  /** Whether a button that stops it stands under a reply, where Slack has none of its own. */
  stopButton: boolean;
  dmReplies: DmReplies;
  clock: Clock;
  logger: Logger;
  botMessages: BotMessages;
  messagesFor?: BotMessagesFor;
  /** Not set: all of an answer stays in its text. */
  upload?: Upload;
  /** Whether long code and tables go out as files. */
  filesOfText?: boolean;
}

export function slackReplies(options: RepliesOptions): Replies {
  const { workspaces, threads, streaming, statuses, stopButton, dmReplies, clock, logger, botMessages } = options;
  const { updatesPerMinute: edits = EDITS_PER_MINUTE } = options;
  const buckets = {
    append: new TokenBucket(2 * edits, Math.max(1, BURST_SHARE * edits), clock),
    edit: new TokenBucket(edits, Math.max(1, BURST_SHARE * edits), clock),
  };

  const outages = new Outages(clock, logger);
  const refused = new RefusedMethods(clock);

  async function tellAskers(
    { conversation, question }: ReplyRequest,
    found: Promise<WebClient>,
    { problem, code }: Problem,
    answer: string,
  ): Promise<void> {
    const { id, turns, pending } = conversation;
    const { channel } = id;
    const askers = turns.flatMap((turn) => (turn.role === 'person' && pending.includes(turn.ts) ? turn.author : []));
    const people = [...new Set([question.author, ...askers])].slice(0, MOST_TOLD);
    const messages = (await options.messagesFor?.(id.team, question.author)) ?? botMessages;
    const sentence = (about: string): string => messages.placeRefused(channel, problem, code, about);
    const place = { channel, threadTs: threadOf(id), text: sentence(answer), notice: sentence('') };
    const told = found
      .then((client) => tellElsewhere(people, { client, clock, ...place }))
      .catch((error: unknown) =>
        logger.warn({ err: error, people }, 'cannot tell the people who asked that there is no reply'),
      );
    await settlesWithin(TELLING_MS, told, clock);
  }

  return {
    open(request) {
      const { conversation } = request;
      const { id } = conversation;
      const { team, channel } = id;
      const threadTs = threadOf(id);
      const client = workspaces.of(team).then((workspace) => workspace.client);
      const goesOn = conversation.reply !== undefined;
      const mode = modeFor(id, request.streaming ?? streaming);
      const answersUntil = conversation.reply?.after ?? request.after;
      const asker = request.question.author;
      const messagesForAsker = async () => (await options.messagesFor?.(team, asker)) ?? botMessages;
      return new Reply(request, {
        client,
        clock,
        mode,
        place: { channel, threadTs, recipient: { userId: asker, teamId: team } },
        buckets,
        status:
          threadTs === undefined
            ? NO_STATUS
            : statuses.open({ client, team, channel, threadTs }, sessionOf(conversation, dmReplies), goesOn),
        findUnrecorded: (after, recorded) => threads.findUnrecorded(id, after, recorded),
        tellElsewhere: (problem, answer) => tellAskers(request, client, problem, answer),
        outages,
        readText: (ts) => threads.readText(id, ts),
        logger,
        notice: botMessages.answerRefused,
        files: options.upload && {
          upload: options.upload,
          refused,
          isForText: options.filesOfText ?? true,
          messages: messagesForAsker,
        },
        stoppedNote: async () => (await messagesForAsker()).stopped,
        // Slack's own stands in DM threads; a stream elsewhere takes no buttons until it is whole.
        stopButton:
          stopButton && mode === 'edit'
            ? async () => stopControl(id, answersUntil, (await messagesForAsker()).stopButton)
            : undefined,
      });
    },

    async retract(conversation) {
      const { id, turns, reply } = conversation;
      if (!reply) return;
      const { client } = await workspaces.of(id.team);
      const session = sessionOf(conversation, dmReplies);
      if (session) statuses.clear({ client, team: id.team, channel: id.channel, threadTs: id.thread }, session);
      const recorded = new Set([...turns.map(({ ts }) => ts), ...reply.messages]);
      const unrecorded = reply.opening ? await threads.findUnrecorded(id, reply.after, recorded) : [];
      try {
        for (const ts of [...reply.messages, ...unrecorded]) await retract(client, { channel: id.channel, ts });
        for (const file of reply.postedFiles ?? []) await deleteFile(client, file.id, logger);
      } catch (error) {
        const retryInMs = outages.note(id.team, error);
        throw retryInMs === undefined
          ? error
          : new ReplyError('Slack refuses the bot', true, { cause: error, retryInMs });
      }
    },

    async pausedMs({ id: { team } }) {
      const pauseMs = outages.pauseMs(team);
      if (pauseMs > 0 || !outages.has(team)) return pauseMs;
      try {
        const { client } = await workspaces.of(team);
        await client.auth.test();
        return 0;
      } catch (error) {
        return outages.note(team, error) ?? outages.pauseMs(team);
      }
    },
  };
}

function threadOf({ thread }: ConversationId): string | undefined {
  return thread === DM_TOP_LEVEL ? undefined : thread;
}

/** Threads of DMs are sessions where each message begins one. */
function sessionOf({ id, turns, segments, redo }: Conversation, dmReplies: DmReplies): Session | undefined {
  if (dmReplies === 'flat' || id.thread === DM_TOP_LEVEL || !isDirectMessage(id.channel)) return undefined;
  const first = turns.find(({ role }) => role === 'person');
  if (first?.role !== 'person') return undefined;
  const isNew = !redo && turns.every(({ role }) => role === 'person');
  // Once the first question is summarized, others are the first here.
  return { title: segments ? undefined : titleOf(first.text), initiator: first.author, isNew };
}

/** Native streams need a thread, and in a channel they are live for one person only: `auto` uses them where nobody else watches. */
function modeFor({ channel, thread }: ConversationId, streaming: ReplyStreaming): ReplyMode {
  if (thread === DM_TOP_LEVEL && streaming !== 'off') return 'edit';
  if (streaming !== 'auto') return streaming;
  return isDirectMessage(channel) ? 'native' : 'edit';
}
