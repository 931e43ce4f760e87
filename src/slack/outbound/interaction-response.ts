/** Answers an interaction so that only the person who acted sees it. */
import type { Interaction } from '../inbound/interaction.js';
import type { Workspaces } from '../workspaces/workspaces.js';

const TIMEOUT_MS = 10_000;

/**
 * Sends `text` (mrkdwn) to the person who acted, where they acted. Throws if it cannot be delivered; a second call shows
 * it a second time.
 */
export async function respond(
  interaction: Interaction,
  text: string,
  workspaces: Workspaces,
  signal: AbortSignal,
): Promise<void> {
  const { team, user, channel = user, responseUrl } = interaction;
  if (responseUrl === undefined) {
    const { client } = await workspaces.of(team);
    await client.chat.postEphemeral({ channel, user, text });
    return;
  }
  // Works in channels that the bot is not in, too. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
  const response = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ response_type: 'ephemeral', text, unfurl_links: false, unfurl_media: false }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  // The address is as good as a token for half an hour: it stands in no error.
  if (!response.ok) throw new Error(`Slack does not take the answer to an interaction (HTTP ${response.status})`);
}
