import type { WebClient } from '@slack/web-api';
import { isContentRefused } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import type { controlBlocks } from './blocks.js';

/** What a session is to be once a stream has ended. https://docs.slack.dev/reference/methods/agents.sessions.setStatus */
export type SessionStatus = 'processing';

/** Ends a stream of the bot's, and marks the message as a reply. */
export async function stopStream(
  client: WebClient,
  message: { channel: string; ts: string },
  blocks: ReturnType<typeof controlBlocks>,
  session?: SessionStatus,
): Promise<void> {
  const marked = { ...message, metadata: metadataFor('reply'), ...(blocks.length > 0 && { blocks }) };
  // The session's status, the mark and the controls are decorations, and the stream has to end.
  const forms = [...(session ? [{ ...marked, session_status: session }] : []), marked, message];
  for (const form of forms) {
    try {
      await client.chat.stopStream(form);
      return;
    } catch (error) {
      if (form === message || !isContentRefused(error)) throw error;
    }
  }
}
