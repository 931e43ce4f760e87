import type { WebClient } from '@slack/web-api';
import { isContentRefused } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import type { controlBlocks } from './blocks.js';

/** What a session is to be once a stream has ended. https://docs.slack.dev/reference/methods/agents.sessions.setStatus */
export type SessionStatus = 'processing';

/** Text for the end of a stream, in the form that it began with. */
export type StreamAddition = { markdown_text: string } | { chunks: ReturnType<typeof markdownChunk>[] };

export function markdownChunk(text: string): { type: 'markdown_text'; text: string } {
  return { type: 'markdown_text', text };
}

/** Ends a stream of the bot's, after the rest of its text if there is any, and marks the message as a reply. */
export async function stopStream(
  client: WebClient,
  { channel, ts }: { channel: string; ts: string },
  blocks: ReturnType<typeof controlBlocks>,
  session?: SessionStatus,
  rest?: StreamAddition,
): Promise<void> {
  const message = { channel, ts, ...rest };
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
