/** Subtypes of messages. https://docs.slack.dev/reference/events/message#subtypes */

/** Those of messages that a person wrote. */
export const WRITTEN: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
  'me_message',
]);

/** The part of a canvas that a thread of comments is about, as the thread's first message, mostly in Slack's name. */
export const CANVAS_PART = 'document_comment_root';

/** Slack's notes, and posts of apps. Notes about a channel are recognised by their prefix. */
const NOTES = new Set([
  'app_conversation_join',
  'app_conversation_leave',
  'assistant_app_thread',
  'document_mention',
  'ekm_access_denied',
  'file_comment',
  'file_mention',
  'huddle_thread',
  'joiner_notification',
  'joiner_notification_for_inviter',
  'message_changed',
  'message_deleted',
  'message_replied',
  'pinned_item',
  'reminder_add',
  'reminder_delete',
  'reply_broadcast',
  'sh_room_created',
  'sh_room_shared',
  'slackbot_response',
  'tabbed_canvas_updated',
  'tombstone',
  'unpinned_item',
]);
const NOTE_PREFIX = /^(?:bot|channel|group|mpim)_/;
/** Of events that tell of a message, and of posts of apps. */
const WITH_MESSAGE = new Set(['message_changed', 'message_deleted', 'bot_message']);
/** A part of another form is no subtype. */
const SUBTYPE = /^[a-z][a-z0-9_]*$/;

/** A subtype that Slack has added since: what a person says in such a message counts if it names the bot. */
export function isUnknownSubtype(subtype: string | undefined): boolean {
  if (subtype === undefined || !SUBTYPE.test(subtype)) return false;
  if (WRITTEN.has(subtype) || subtype === CANVAS_PART) return false;
  return !NOTES.has(subtype) && !NOTE_PREFIX.test(subtype);
}

/** Slack's own words: that somebody joined, that a topic was changed. */
export function isNote(subtype: string): boolean {
  return !WITH_MESSAGE.has(subtype) && (NOTES.has(subtype) || NOTE_PREFIX.test(subtype));
}
