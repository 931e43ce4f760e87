/** Answers an interaction so that only the person who acted sees it. */
import type { KnownBlock } from '@slack/web-api';
import type { Interaction } from '../inbound/interaction.js';
import { refusalCode } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { WITHOUT_PREVIEWS } from './post.js';

const TOO_MANY_REQUESTS = 429;

/** Blocks, and the same as `text` for notifications. */
export interface BlockAnswer {
  text: string;
  blocks: KnownBlock[];
}

/**
 * Sends `answer` (mrkdwn, or blocks) to the person who acted: where they acted, or as a direct message if Slack does not
 * allow that. Throws if it cannot be delivered; a second call shows it a second time.
 */
export async function respond(
  { team, user, channel, thread, responseUrl }: Interaction,
  answer: string | BlockAnswer,
  workspaces: Workspaces,
  signal: AbortSignal,
  fetchSlack: typeof fetch = fetch,
): Promise<void> {
  const content = typeof answer === 'string' ? { text: answer } : answer;
  if (responseUrl !== undefined && (await isTaken(responseUrl, content, signal, fetchSlack))) return;
  signal.throwIfAborted();
  const { client } = await workspaces.of(team);
  if (channel !== undefined) {
    try {
      await client.chat.postEphemeral({
        channel,
        user,
        ...content,
        ...(thread !== undefined && { thread_ts: thread }),
      });
      return;
    } catch (error) {
      // The bot is not in the channel, for example.
      if (refusalCode(error) === undefined) throw error;
    }
  }
  await client.chat.postMessage({ channel: user, ...content, ...WITHOUT_PREVIEWS, metadata: metadataFor('feature') });
}

/**
 * False if the address is used up or expired. It works in channels that the bot is not in, too.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
async function isTaken(
  responseUrl: string,
  content: { text: string; blocks?: KnownBlock[] },
  signal: AbortSignal,
  fetchSlack: typeof fetch,
): Promise<boolean> {
  const answer = { response_type: 'ephemeral', replace_original: false, ...content, ...WITHOUT_PREVIEWS };
  const response = await fetchSlack(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(answer),
    redirect: 'error',
    signal,
  });
  // Read to its end: then the connection can be used again.
  await response.text();
  const { ok, status } = response;
  if (ok) return true;
  if (status >= 400 && status < 500 && status !== TOO_MANY_REQUESTS) return false;
  // The address is as good as a token for half an hour: it stands in no error.
  throw new Error(`Slack refuses the response to an interaction (HTTP ${status})`);
}
