import type { WebClient } from '@slack/web-api';
import type { ReplyStreaming } from '../../config/config.js';
import { type ConversationId, DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { BotMessages, Clock, Logger, Replies, ReplyRequest } from '../../core/ports.js';
import { isDirectMessage } from '../channels.js';
import type { ThreadReader } from '../inbound/thread.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { tellElsewhere } from './elsewhere.js';
import { ReplyMessage } from './message.js';
import { Reply, type ReplyMode } from './reply.js';
import { ThreadStatus } from './status.js';
import { TokenBucket } from './token-bucket.js';

/** Tiers 4 and 3. https://docs.slack.dev/apis/web-api/rate-limits */
const APPENDS_PER_MINUTE = 100;
const EDITS_PER_MINUTE = 50;
/** Slack tolerates short bursts. */
const BURST = 20;
/** People who are told in a direct message that a reply cannot be posted. */
const MOST_TOLD = 5;

export interface RepliesOptions {
  workspaces: Workspaces;
  threads: ThreadReader;
  streaming: ReplyStreaming;
  clock: Clock;
  logger: Logger;
  botMessages: Pick<BotMessages, 'answerRefused' | 'placeRefused'>;
}

export function slackReplies({ workspaces, threads, streaming, clock, logger, botMessages }: RepliesOptions): Replies {
  const buckets = {
    append: new TokenBucket(APPENDS_PER_MINUTE, BURST, clock),
    edit: new TokenBucket(EDITS_PER_MINUTE, BURST, clock),
  };

  /** Nothing waits for it. In a direct message there is no other place. */
  function tellAskers({ conversation, question }: ReplyRequest, found: Promise<WebClient>, text: string): void {
    const { id, turns, pending } = conversation;
    if (isDirectMessage(id.channel)) return;
    const askers = turns.flatMap((turn) => (turn.role === 'person' && pending.includes(turn.ts) ? turn.author : []));
    const people = [...new Set([question.author, ...askers])].slice(0, MOST_TOLD);
    found
      .then((client) => tellElsewhere(client, people, text))
      .catch((error: unknown) => logger.warn({ err: error, people }, 'cannot tell who asked that there is no reply'));
  }

  return {
    open(request) {
      const { id } = request.conversation;
      const { channel } = id;
      const threadTs = id.thread === DM_TOP_LEVEL ? undefined : id.thread;
      const client = workspaces.of(id.team).then((workspace) => workspace.client);
      return new Reply(request, {
        client,
        clock,
        mode: modeFor(id, streaming),
        place: { channel, threadTs, recipient: { userId: request.question.author, teamId: id.team } },
        buckets,
        status: new ThreadStatus(client, channel, threadTs, clock, logger),
        findUnrecorded: (after, recorded) => threads.findUnrecorded(id, after, recorded),
        tellElsewhere: (problem, answer) =>
          tellAskers(request, client, botMessages.placeRefused(channel, problem, answer)),
        readText: (ts) => threads.readText(id, ts),
        logger,
        notice: botMessages.answerRefused,
      });
    },

    async retract({ id, turns, reply }) {
      if (!reply) return;
      const { client } = await workspaces.of(id.team);
      const recorded = new Set([...turns.map(({ ts }) => ts), ...reply.messages]);
      const unrecorded = reply.opening ? await threads.findUnrecorded(id, reply.after, recorded) : [];
      for (const ts of [...reply.messages, ...unrecorded]) {
        await ReplyMessage.adopt(client, id.channel, ts, clock.now()).retract();
      }
    },
  };
}

/** Native streams need a thread, and in a channel they are live for one person only: `auto` uses them where nobody else watches. */
function modeFor({ channel, thread }: ConversationId, streaming: ReplyStreaming): ReplyMode {
  if (thread === DM_TOP_LEVEL && streaming !== 'off') return 'edit';
  if (streaming !== 'auto') return streaming;
  return isDirectMessage(channel) ? 'native' : 'edit';
}
