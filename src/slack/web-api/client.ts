import { stringify } from 'node:querystring';
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Logger } from '../../core/ports.js';
import { wellFormed } from '../../core/text.js';
import { boltLogger } from './logging.js';

/** A call that hangs would hold up a reply. Slack's own limit is unknown. */
const CALL_TIMEOUT_MS = 15_000;
/** Where Slack, or what stands before it, says "too many requests" and not for how long. */
const DEFAULT_RETRY_AFTER_S = 1;
const TOO_MANY_REQUESTS = 429;

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
  return new DirectClient(token, fetchSlack, {
    logger: { ...boltLogger(logger), warn() {} },
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
  });
}

type Options = ConstructorParameters<typeof WebClient>[1];

/**
 * Slack's client for its methods and errors, without its queue, its retries and the copies that it makes for its log of each
 * argument and answer: a call takes a fifth of the CPU time. All methods, `chat.postMessage` for example, end in `apiCall`.
 */
class DirectClient extends WebClient {
  constructor(
    token: string,
    private readonly send: typeof fetch,
    options: Options,
  ) {
    super(token, options);
  }

  override async apiCall(
    ...[method, options = {}]: Parameters<WebClient['apiCall']>
  ): ReturnType<WebClient['apiCall']> {
    const response = await this.post(method, stringify(formOf(options)));
    const { status, headers, text } = response;
    if (status === TOO_MANY_REQUESTS)
      throw new WebAPIRateLimitedError(Number(headers.get('retry-after')) || DEFAULT_RETRY_AFTER_S);
    if (status !== 200) throw new WebAPIHTTPError(status, '', Object.fromEntries(headers.entries()), text);
    const result = parsed(text);
    if (!result.ok) throw new WebAPIPlatformError(result as ConstructorParameters<typeof WebAPIPlatformError>[0]);
    return result;
  }

  private async post(
    method: string,
    body: string,
  ): Promise<{ status: number; headers: Pick<Headers, 'get' | 'entries'>; text: string }> {
    try {
      const response = await this.send(`${this.slackApiUrl}${method}`, {
        method: 'POST',
        headers: {
          'User-Agent': 'skein',
          Authorization: `Bearer ${this.token}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      throw new WebAPIRequestError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** Arguments as Slack takes them: what is not plain is JSON. */
function formOf(options: object): Record<string, string | number | boolean> {
  const form: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(withWellFormedTexts(options))) {
    if (value === undefined || value === null) continue;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    form[name] = isPlain ? value : JSON.stringify(value);
  }
  return form;
}

/** An answer that is no JSON, such as a proxy's page, is one without a code. */
function parsed(text: string): { ok: boolean; error?: unknown } {
  try {
    return JSON.parse(text) as { ok: boolean };
  } catch {
    return { ok: false, error: text };
  }
}

function withWellFormedTexts<Value>(value: Value): Value {
  return mapTexts(value) as Value;
}

/** Copies plain objects and lists; anything else stays as it is. */
function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item)]));
}
