/** What a failed call to Slack's Web API means for whoever made it. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

export type SlackFailure =
  /** Nothing happened; Slack wants to be left alone for so long. */
  | { kind: 'rate_limited'; afterMs: number }
  /** Slack said no, with one of its error codes. */
  | { kind: 'refused'; code: string }
  /** Network, timeout or a 5xx: nobody knows whether it happened. */
  | { kind: 'uncertain' };

/** Codes of a refusal that is none: Slack's side failed. https://docs.slack.dev/reference/methods/chat.postMessage/#errors */
const SLACKS_OWN_FAULTS = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'messaging_processing_failed',
]);
/** https://docs.slack.dev/reference/methods/chat.update/#errors */
const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long']);
const DEFAULT_RETRY_AFTER_MS = 1_000;

export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate_limited', afterMs: error.retryAfter * 1_000 };
  if (!(error instanceof WebAPIPlatformError)) return { kind: 'uncertain' };
  const code = error.data.error;
  if (code === 'ratelimited' || code === 'rate_limited')
    return { kind: 'rate_limited', afterMs: DEFAULT_RETRY_AFTER_MS };
  return SLACKS_OWN_FAULTS.has(code) ? { kind: 'uncertain' } : { kind: 'refused', code };
}

/** The message holds more than Slack takes. */
export function isTooLong(error: unknown): boolean {
  const failure = slackFailure(error);
  return failure.kind === 'refused' && TOO_LONG.has(failure.code);
}
