import { DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Conversation } from '../../core/conversation.js';
import type { Ephemeral, EphemeralNote, Logger } from '../../core/ports.js';
import { isDirectMessage } from '../channels.js';
import { refusalCode } from '../web-api/failure.js';
import type { Workspaces } from '../workspaces/workspaces.js';

/** A workflow may ask as well, and sees nothing. */
const USER_ID = /^[UW]/;

/** A decoration: failures are logged, and nothing waits for it. */
export function slackEphemeral(workspaces: Workspaces, logger: Logger): Ephemeral {
  async function show(
    { id, turns, redo = [] }: Conversation,
    user: string,
    { sentence, status }: EphemeralNote,
  ): Promise<void> {
    const { team, channel, thread } = id;
    const { client } = await workspaces.of(team);
    const isThread = thread !== DM_TOP_LEVEL;
    if (isThread && isDirectMessage(channel) && status !== undefined) {
      // The status line of a thread that only this person sees. It goes with the reply, or after two minutes.
      try {
        await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
        return;
      } catch (error) {
        if (refusalCode(error) === undefined) throw error;
      }
    }
    // Slack shows it in a thread only if that has replies: https://docs.slack.dev/reference/methods/chat.postEphemeral
    const hasReplies = isThread && [...turns, ...redo].some(({ ts }) => ts !== thread);
    await client.chat.postEphemeral({ channel, user, text: sentence, ...(hasReplies && { thread_ts: thread }) });
  }

  return {
    send(conversation, person, note) {
      if (!USER_ID.test(person)) return;
      show(conversation, person, note).catch((error: unknown) => {
        const facts = { err: error, channel: conversation.id.channel, user: person };
        logger.warn(facts, 'cannot show an ephemeral message');
      });
    },
  };
}
