/** Finds the files that a message showed before an edit or deletion, and shows no longer. Pure. */
import { filesOf } from './content.js';
import { fieldsOf } from './nodes.js';
import { type SlackMessage, slackMessage } from './payload.js';

/** Their ids. Slack's tombstone of a deleted file is none. */
export function filesGoneIn(body: unknown): string[] {
  const { previous_message: before, message: now } = fieldsOf(fieldsOf(body)['event']);
  const { data } = slackMessage.safeParse(before);
  return data ? missingFiles(data, slackMessage.safeParse(now).data) : [];
}

export function missingFiles(before: SlackMessage, now: SlackMessage | undefined): string[] {
  const left = new Set(now && filesOf(now).map(({ id }) => id));
  return filesOf(before).flatMap(({ id }) => (left.has(id) ? [] : id));
}
