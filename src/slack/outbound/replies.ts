import type { WebClient } from '@slack/web-api';
import type { ReplyStreaming } from '../../config/config.js';
import { type ConversationId, DM_TOP_LEVEL, isDirect } from '../../core/conversation-id.js';
import type { Clock, Logger, Replies } from '../../core/ports.js';
import type { ThreadReader } from '../inbound/thread.js';
import { ReplyMessage } from './message.js';
import { Reply, type ReplyMode } from './reply.js';
import { ThreadStatus } from './status.js';
import { TokenBucket } from './token-bucket.js';

/** Tiers 4 and 3. https://docs.slack.dev/apis/web-api/rate-limits */
const APPENDS_PER_MINUTE = 100;
const EDITS_PER_MINUTE = 50;
/** Slack lets short bursts pass; so many may happen at once. */
const BURST = 20;

export interface RepliesOptions {
  client: WebClient;
  threads: ThreadReader;
  streaming: ReplyStreaming;
  clock: Clock;
  logger: Logger;
}

export function slackReplies({ client, threads, streaming, clock, logger }: RepliesOptions): Replies {
  const allowances = {
    append: new TokenBucket(APPENDS_PER_MINUTE, BURST, clock),
    edit: new TokenBucket(EDITS_PER_MINUTE, BURST, clock),
  };

  return {
    open(request) {
      const { id } = request.conversation;
      const mode = modeFor(id, streaming);
      const threadTs = id.thread === DM_TOP_LEVEL ? undefined : id.thread;
      return new Reply(request, {
        client,
        clock,
        mode,
        place: { channel: id.channel, threadTs, recipient: { userId: request.question.author, teamId: id.team } },
        allowances,
        status: new ThreadStatus(client, id.channel, threadTs, clock, logger),
        findUnrecorded: (after, recorded) => threads.findUnrecorded(id, after, recorded),
      });
    },

    async retract({ id, turns, reply }) {
      if (!reply) return;
      const recorded = new Set([...turns.map(({ ts }) => ts), ...reply.messages]);
      const lost = reply.opening ? await threads.findUnrecorded(id, reply.after, recorded) : [];
      for (const ts of [...reply.messages, ...lost]) {
        await ReplyMessage.adopt(client, id.channel, ts, clock.now()).retract();
      }
    },
  };
}

/** A native stream needs a thread, and in a channel it moves for one person only: `auto` takes it where nobody else watches. */
function modeFor(id: ConversationId, streaming: ReplyStreaming): ReplyMode {
  if (id.thread === DM_TOP_LEVEL && streaming !== 'off') return 'edit';
  if (streaming !== 'auto') return streaming;
  return isDirect(id) ? 'native' : 'edit';
}
