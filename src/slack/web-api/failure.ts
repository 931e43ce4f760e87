/** What a failed call of Slack's Web API means for its caller. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

export type SlackFailure =
  /** Nothing happened; Slack wants no call for this long. */
  | { kind: 'rate_limited'; afterMs: number }
  /** Slack refused, with one of its error codes. */
  | { kind: 'refused'; code: string }
  /** Network error, timeout or 5xx: it may have happened or not. */
  | { kind: 'uncertain' };

/** Codes that mean Slack itself failed. https://docs.slack.dev/reference/methods/chat.postMessage/#errors */
const SERVER_ERRORS = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'messaging_processing_failed',
]);
/** https://docs.slack.dev/reference/methods/chat.update/#errors */
const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long']);
/** https://docs.slack.dev/reference/methods/chat.postMessage/#errors, and those of `chat.update` and the streams. */
const CONTENT_REFUSED = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_block_type',
  'invalid_attachments',
  'invalid_arguments',
  'invalid_arg_name',
  'invalid_chunks',
  'invalid_form_data',
  'invalid_json',
  'block_mismatch',
  'cannot_parse_attachment',
  'markdown_text_conflict',
  'no_text',
  'too_many_attachments',
]);
const DEFAULT_RETRY_AFTER_MS = 1_000;

export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate_limited', afterMs: error.retryAfter * 1_000 };
  if (!(error instanceof WebAPIPlatformError)) return { kind: 'uncertain' };
  const code = error.data.error;
  if (code === 'ratelimited' || code === 'rate_limited') {
    return { kind: 'rate_limited', afterMs: DEFAULT_RETRY_AFTER_MS };
  }
  return SERVER_ERRORS.has(code) ? { kind: 'uncertain' } : { kind: 'refused', code };
}

/** Slack's error code if it refused; undefined for all other failures. */
export function refusalCode(error: unknown): string | undefined {
  const failure = slackFailure(error);
  return failure.kind === 'refused' ? failure.code : undefined;
}

/** Slack does not take what a message contains; the place is fine. In another form it may take it. */
export function isContentRefused(error: unknown): boolean {
  return CONTENT_REFUSED.has(refusalCode(error) ?? '') || isTooLong(error);
}

/** Slack does not take a message of this length. */
export function isTooLong(error: unknown): boolean {
  return TOO_LONG.has(refusalCode(error) ?? '');
}
