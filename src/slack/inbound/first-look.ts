/** Tells events that are surely nothing from the rest, without knowing who the bot is. Pure, and cheap: most events end here. */
import { fieldsOf, stringOf } from './nodes.js';
import { isNote } from './subtypes.js';

/** What people say, edit and delete, and Slack's notes about that. */
export function isMessage(body: unknown): boolean {
  const { type } = fieldsOf(fieldsOf(body)['event']);
  return type === 'message' || type === 'app_mention';
}

/**
 * False for everything but messages, for Slack's notes, and for what the bot's own app posts and edits, which Slack
 * delivers back: a streamed answer alone is several events. A deletion always matters.
 */
export function mayMatter(body: unknown): boolean {
  const { event, api_app_id: app } = fieldsOf(body);
  const { subtype, message, ...post } = fieldsOf(event);
  if (!isMessage(body)) return false;
  if (isNote(stringOf(subtype))) return false;
  return subtype === 'message_changed' ? !isOwnEdit(message, app) : !isPostOf(app, post);
}

function isOwnEdit(message: unknown, app: unknown): boolean {
  const now = fieldsOf(message);
  // What is left of a deleted message.
  return now['subtype'] !== 'tombstone' && isPostOf(app, now);
}

function isPostOf(app: unknown, { bot_id: bot, app_id: id, bot_profile: profile }: Record<string, unknown>): boolean {
  return typeof bot === 'string' && typeof app === 'string' && (id ?? fieldsOf(profile)['app_id']) === app;
}
