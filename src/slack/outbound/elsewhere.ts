/** For a reply that its place refuses: tells the people who asked in a direct message, with the answer if there is one. */
import type { WebClient } from '@slack/web-api';
import type { PlaceProblem } from '../../core/ports.js';
import { refusalCode } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { contentArguments } from './blocks.js';
import { WITHOUT_PREVIEWS } from './message.js';
import { ReplyText } from './reply-text.js';

/** https://docs.slack.dev/reference/methods/chat.postMessage/#errors */
const PROBLEMS = new Map<string, PlaceProblem>([
  ['not_in_channel', 'not_member'],
  ['channel_not_found', 'not_member'],
  ['is_archived', 'archived'],
  ['is_inactive', 'archived'],
  ['ekm_access_denied', 'not_allowed'],
  ['no_permission', 'not_allowed'],
  ['posting_to_channel_denied', 'not_allowed'],
]);

/** What is wrong with the place, if an error says so. */
export function placeProblem(error: unknown): PlaceProblem | undefined {
  const code = refusalCode(error) ?? '';
  return PROBLEMS.get(code) ?? (code.startsWith('restricted_action') ? 'not_allowed' : undefined);
}

/** Posts to each person, once. Throws what Slack says to the last of those who could not be told. */
export async function tellElsewhere(client: WebClient, people: readonly string[], text: string): Promise<void> {
  const told = new ReplyText('');
  told.write(text);
  const contents = told.contents(true).map((content) => contentArguments(content));
  let failure: unknown;
  for (const person of people) {
    try {
      for (const content of contents)
        await client.chat.postMessage({
          channel: person,
          ...content,
          ...WITHOUT_PREVIEWS,
          metadata: metadataFor('note'),
        });
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
}
