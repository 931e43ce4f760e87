import { WebClient } from '@slack/web-api';
import type { Logger } from '../../core/ports.js';
import { boltLogger } from './logging.js';

/** A call that hangs would hold up a reply. Slack's own limit is unknown. */
const CALL_TIMEOUT_MS = 15_000;

/** A client that neither retries nor waits: its callers pace themselves, and report what fails. */
export function slackClient(token: string, apiUrl: string | undefined, logger: Logger): WebClient {
  return new WebClient(token, {
    logger: { ...boltLogger(logger), warn() {} },
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
}
