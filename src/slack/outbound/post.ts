/** The calls that put a new message of a reply into Slack. */
import { slackFailure } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { contentArguments, type MessageContent } from './blocks.js';
import type { MessageCalls } from './message-calls.js';
import { ReplyMessage } from './message.js';
import { markdownChunk } from './stop-stream.js';
import type { ThinkingCard } from './thinking.js';

/** Where a reply goes. */
export interface ReplyPlace {
  channel: string;
  /** Undefined at the top level of a DM. */
  threadTs: string | undefined;
  /** Who watches a stream; Slack requires it in channels. */
  recipient: { userId: string; teamId: string };
}

/**
 * Slack fetches links to preview them before anybody clicks: an injected text could make the model put what it knows
 * into an address. Streams and edits have no such argument. https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const WITHOUT_PREVIEWS = { unfurl_links: false, unfurl_media: false };

export async function postMessage(
  calls: MessageCalls,
  { channel, threadTs }: ReplyPlace,
  content: MessageContent,
  now: number,
): Promise<ReplyMessage> {
  await calls.stillOwned();
  const { ts } = await calls.client.chat.postMessage({
    channel,
    ...contentArguments(content),
    ...WITHOUT_PREVIEWS,
    // The simplest form has nothing that Slack might refuse.
    ...(!content.plain && { metadata: metadataFor('reply') }),
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  });
  return new ReplyMessage(calls, known(ts), { shown: content, since: now });
}

/**
 * Undefined if Slack does not stream here, or not now: post instead. If Slack refuses the card, which is a decoration,
 * the text goes without it.
 */
export async function startStream(
  calls: MessageCalls,
  place: ReplyPlace & { threadTs: string },
  content: MessageContent,
  now: number,
  card?: ThinkingCard,
): Promise<ReplyMessage | undefined> {
  const { channel, threadTs, recipient } = place;
  const { markdown: text } = content;
  try {
    const { ts } = await calls.client.chat.startStream({
      channel,
      thread_ts: threadTs,
      ...(card ? { chunks: [card, markdownChunk(text)] } : { markdown_text: text }),
      recipient_user_id: recipient.userId,
      recipient_team_id: recipient.teamId,
    });
    const state = { shown: content, streaming: true, since: now, inChunks: card !== undefined };
    return new ReplyMessage(calls, known(ts), state);
  } catch (error) {
    const { kind } = slackFailure(error);
    if (kind === 'uncertain') throw error;
    return kind === 'refused' && card ? startStream(calls, place, content, now) : undefined;
  }
}

/** An answer without a `ts` is not Slack's, but a proxy's for example. */
function known(ts: string | undefined): string {
  if (!ts) throw new Error('the response to a post has no message id');
  return ts;
}
