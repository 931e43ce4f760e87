import { WebClient } from '@slack/web-api';
import type { Logger } from '../../core/ports.js';
import { wellFormed } from '../../core/text.js';
import { boltLogger } from './logging.js';

/** A call that hangs would hold up a reply. Slack's own limit is unknown. */
const CALL_TIMEOUT_MS = 15_000;

/**
 * A client that neither retries nor waits: its callers pace themselves, and report what fails. Half a character in an
 * argument becomes `\uFFFD`, whoever wrote it.
 */
export function slackClient(
  token: string,
  apiUrl: string | undefined,
  logger: Logger,
  fetchSlack: typeof fetch = fetch,
): WebClient {
  return new WellFormedClient(token, {
    logger: { ...boltLogger(logger), warn() {} },
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // With a limit, calls that hang, of decorations for example, would hold up all others.
    maxRequestConcurrency: Infinity,
    timeout: CALL_TIMEOUT_MS,
    fetch: fetchSlack,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
}

/** All methods, `chat.postMessage` for example, end in `apiCall`. */
class WellFormedClient extends WebClient {
  override apiCall(...[method, options]: Parameters<WebClient['apiCall']>): ReturnType<WebClient['apiCall']> {
    return super.apiCall(method, withWellFormedTexts(options));
  }
}

function withWellFormedTexts<Value>(value: Value): Value {
  return mapTexts(value) as Value;
}

/** Copies plain objects and lists; anything else, a stream for example, stays as it is. */
function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item)]));
}
