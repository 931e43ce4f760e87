/** What a failed call of Slack's Web API means for its caller. */
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { meaningOf, type Refusal } from './refusals.js';

export type SlackFailure =
  /** Nothing happened; Slack wants no call for this long. */
  | { kind: 'rate_limited'; afterMs: number }
  /** Slack refused, with one of its error codes. */
  | { kind: 'refused'; code: string }
  /** Network error, timeout, 5xx, or an answer that is not Slack's: it may have happened or not. */
  | { kind: 'uncertain' };

const DEFAULT_RETRY_AFTER_MS = 1_000;
/** The client gives a body that is no JSON, such as a proxy's page, as if it were a code. */
const CODE = /^\w{1,100}$/;

export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate_limited', afterMs: error.retryAfter * 1_000 };
  if (!(error instanceof WebAPIPlatformError)) return { kind: 'uncertain' };
  const { ok, error: code } = error.data as { ok: unknown; error: unknown };
  if (ok !== false || typeof code !== 'string' || !CODE.test(code)) return { kind: 'uncertain' };
  const { meaning, group } = meaningOf(code);
  if (meaning !== 'moment') return { kind: 'refused', code };
  return group === 'busy' ? { kind: 'rate_limited', afterMs: DEFAULT_RETRY_AFTER_MS } : { kind: 'uncertain' };
}

/** Slack's error code if it refused; undefined for all other failures. */
export function refusalCode(error: unknown): string | undefined {
  const failure = slackFailure(error);
  return failure.kind === 'refused' ? failure.code : undefined;
}

/** What a refusal means; undefined for all other failures. */
export function refusalOf(error: unknown): Refusal | undefined {
  const code = refusalCode(error);
  return code === undefined ? undefined : meaningOf(code);
}

/** Slack does not take what a message contains; the place is fine. In another form it may take it. */
export function isContentRefused(error: unknown): boolean {
  return refusalOf(error)?.meaning === 'form';
}

/** Slack does not take a message of this length. */
export function isTooLong(error: unknown): boolean {
  return refusalOf(error)?.group === 'too_long';
}

/** Slack refuses everything just now: it says nothing of what was asked. */
export function refusesEverything(error: unknown): boolean {
  const { meaning } = refusalOf(error) ?? {};
  return meaning === 'token' || meaning === 'workspace';
}

/** Only the operator, or an admin of the workspace, can help; what was asked is worth waiting for. */
export function isCurable(error: unknown): boolean {
  return refusesEverything(error) || refusalOf(error)?.meaning === 'method';
}

/** A later try would be refused as well, whatever the operator does. */
export function isRefusedForGood(error: unknown): boolean {
  return refusalCode(error) !== undefined && !isCurable(error);
}
