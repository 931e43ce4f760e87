/**
 * What each of Slack's error codes means: the one table, for every method that the bot calls. What is done about each
 * meaning, and who is told, is in `docs/refusals.md`. Pure. https://docs.slack.dev/reference/methods
 */

import type { Meaning } from './meanings.js';

/** By meaning, then by what makes a difference to somebody. */
const CODES = {
  form: {
    too_long: ['msg_too_long', 'msg_blocks_too_long', 'attachment_payload_limit_exceeded'],
    /** Of a modal or the Home tab. */
    view: [
      'duplicate_external_id',
      'exchanged_trigger_id',
      'expired_trigger_id',
      'hash_conflict',
      'invalid_trigger_id',
      'missing_profile_id',
      'not_enabled',
      'view_too_large',
    ],
    content: [
      'alt_txt_too_large',
      'as_user_not_supported',
      'block_mismatch',
      'blocked_file_type',
      'cannot_parse_attachment',
      'canvas_disabled_file_team',
      'canvas_disabled_user_team',
      'canvas_globally_disabled',
      'cant_broadcast_message',
      'channels_limit_exceeded',
      'draft_already_deleted',
      'draft_already_sent',
      'draft_has_conflict',
      'draft_not_found',
      'duplicate_channel_not_found',
      'duplicate_message_not_found',
      'file_deleted',
      'file_is_deleted',
      'file_not_found',
      'file_share_limit_reached',
      'file_type_not_allowed',
      'file_update_failed',
      'file_upload_size_restricted',
      'insecure_request',
      'invalid_arg_name',
      'invalid_arguments',
      'invalid_array_arg',
      'invalid_attachments',
      'invalid_block_type',
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_charset',
      'invalid_chunks',
      'invalid_cursor',
      'invalid_form_data',
      'invalid_json',
      'invalid_limit',
      'invalid_metadata_filter_keys',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'invalid_post_type',
      'invalid_status',
      'invalid_ts_latest',
      'invalid_ts_oldest',
      'json_not_object',
      'limit_required',
      'markdown_text_conflict',
      'max_file_sharing_exceeded',
      'metadata_must_be_sent_from_app',
      'metadata_too_large',
      'missing_argument',
      'missing_charset',
      'missing_file_data',
      'missing_post_type',
      'missing_recipient_team_id',
      'missing_recipient_user_id',
      'msg_blocks_too_many',
      'no_dual_broadcast_content_update',
      'no_text',
      'not_visible',
      'reserved_username',
      'send_on_behalf_not_allowed',
      'slack_connect_blocked_file_type',
      'slack_connect_canvas_sharing_blocked',
      'slack_connect_clip_sharing_blocked',
      'slack_connect_file_link_sharing_blocked',
      'slack_connect_file_upload_sharing_blocked',
      'slack_connect_lists_sharing_blocked',
      'snippet_too_large',
      'superfluous_charset',
      'template_not_visible',
      'thread_ts_not_allowed',
      'thread_ts_required',
      'too_many_attachments',
      'too_many_contact_cards',
      'unable_to_share_files',
      'unknown_snippet_type',
      'unknown_subtype',
    ],
  },
  message: {
    /** Perhaps deleted. */
    gone: ['message_not_found'],
    stopped: ['stopped_by_user'],
    not_streaming: ['message_not_in_streaming_state', 'channel_type_not_supported'],
    still_streaming: ['streaming_state_conflict'],
    /** It stays as it is. */
    closed: [
      'cant_delete_file',
      'cant_delete_message',
      'cant_update_message',
      'compliance_exports_prevent_deletion',
      'edit_window_closed',
      'external_channel_migrating',
      'message_not_owned_by_app',
      'update_failed',
    ],
  },
  place: {
    not_member: [
      'channel_is_limited_access',
      'channel_not_found',
      'invalid_channel',
      'not_authorized',
      'not_in_channel',
    ],
    archived: ['is_archived', 'is_inactive'],
    not_allowed: [
      'access_denied',
      'cannot_reply_to_message',
      'ekm_access_denied',
      'invalid_thread_ts',
      'method_not_supported_for_channel_type',
      'no_permission',
      'posting_to_channel_denied',
      'restricted_action',
      'restricted_action_non_threadable_channel',
      'restricted_action_read_only_channel',
      'restricted_action_thread_locked',
      'restricted_action_thread_only_channel',
      'thread_not_found',
    ],
  },
  person: {
    unreachable: [
      'app_access_restricted',
      'cannot_dm_bot',
      'messages_tab_disabled',
      'too_many_users',
      'user_disabled',
      'user_is_bot',
      'user_is_restricted',
      'user_is_ultra_restricted',
      'user_not_found',
      'user_not_in_channel',
      'user_not_visible',
      'users_not_found',
    ],
  },
  token: {
    refused: [
      'account_inactive',
      'invalid_auth',
      'missing_args',
      'not_authed',
      'team_added_to_org',
      'token_expired',
      'token_revoked',
      'two_factor_setup_required',
    ],
  },
  workspace: {
    refused: [
      'accesslimited',
      'app_not_installed',
      'enterprise_is_restricted',
      'forbidden_team',
      'message_limit_exceeded',
      'org_login_required',
      'team_access_not_granted',
      'team_not_found',
      'upgrade_required',
    ],
  },
  method: {
    refused: [
      'deprecated_endpoint',
      'feature_disabled',
      'feature_not_enabled',
      'file_uploads_disabled',
      'file_uploads_except_images_disabled',
      'method_deprecated',
      'missing_scope',
      'not_agent_app',
      'not_allowed',
      'not_allowed_token_type',
      'not_implemented',
      'not_subscribed_to_message_stream_stopped',
      'storage_limit_reached',
      'unknown_method',
    ],
  },
  moment: {
    failed: [
      'fatal_error',
      'internal_error',
      'list_record_comment_fetch_failed',
      'messaging_processing_failed',
      'request_timeout',
      'rollup_error',
      'service_unavailable',
    ],
    busy: ['rate_limited', 'ratelimited'],
  },
} as const satisfies Record<Exclude<Meaning, 'unknown'>, Record<string, readonly string[]>>;

type Groups = typeof CODES;
/** `Refusal` narrows by its meaning: `{ meaning: 'place', group: 'not_member' | 'archived' | … }`. */
export type Refusal =
  | { [Name in keyof Groups]: { meaning: Name; group: keyof Groups[Name] } }[keyof Groups]
  | { meaning: 'unknown'; group: '' };

const UNKNOWN: Refusal = { meaning: 'unknown', group: '' };
/** Slack adds codes of this kind without a change of its reference. */
const MORE_RESTRICTIONS = /^restricted_action_/;

const REFUSALS = new Map<string, Refusal>(
  Object.entries(CODES).flatMap(([meaning, groups]) =>
    Object.entries(groups).flatMap(([group, codes]) =>
      codes.map((code: string) => [code, { meaning, group } as Refusal] as const),
    ),
  ),
);

export function meaningOf(code: string): Refusal {
  const known = REFUSALS.get(code);
  if (known) return known;
  return MORE_RESTRICTIONS.test(code) ? { meaning: 'place', group: 'not_allowed' } : UNKNOWN;
}
