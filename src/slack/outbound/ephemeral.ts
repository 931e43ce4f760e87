import type { WebClient } from '@slack/web-api';
import { DM_TOP_LEVEL, isDirect } from '../../core/conversation-id.js';
import type { Conversation } from '../../core/conversation.js';
import type { Logger, EphemeralNote, Ephemeral } from '../../core/ports.js';

/** Words for one person's eyes, that leave nothing in the conversation. A decoration: its failures are logged and forgotten. */
export function slackEphemeral(client: WebClient, logger: Logger): Ephemeral {
  async function show(
    { id: { channel, thread }, turns }: Conversation,
    user: string,
    { sentence, status }: EphemeralNote,
  ): Promise<void> {
    const isThread = thread !== DM_TOP_LEVEL;
    if (isThread && isDirect({ channel }) && status !== undefined) {
      // The line under the thread, which only this person watches. It goes with the reply, or after two minutes.
      await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
      return;
    }
    // Where nobody has replied yet Slack shows none in the thread: https://docs.slack.dev/reference/methods/chat.postEphemeral
    const hasReplies = isThread && turns.some(({ ts }) => ts !== thread);
    await client.chat.postEphemeral({ channel, user, text: sentence, ...(hasReplies && { thread_ts: thread }) });
  }

  return {
    send(conversation, person, note) {
      show(conversation, person, note).catch((error: unknown) => {
        logger.warn(
          { err: error, channel: conversation.id.channel, user: person },
          'a note to a person cannot be shown',
        );
      });
    },
  };
}
