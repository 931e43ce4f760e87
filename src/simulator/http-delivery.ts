import { createHmac } from 'node:crypto';
import type { EnvelopeType, Outcome, Retry, Transport } from './delivery.js';
import type { Timers } from './timers.js';
import type { Json } from './types.js';

/** https://docs.slack.dev/apis/events-api/#responding */
const RESPONSE_TIMEOUT_MS = 3000;

/**
 * Signature of a request, `v0=…`. https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @param timestamp seconds since the epoch
 */
function signature(signingSecret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

interface Encoded {
  readonly body: string;
  readonly contentType: string;
}

/** Events are JSON, commands a form, and all other interactions JSON in a form. */
function encode(payload: Json, type: EnvelopeType): Encoded {
  const json = JSON.stringify(payload);
  if (type === 'events_api') return { body: json, contentType: 'application/json' };
  const fields = type === 'slash_commands' ? (payload as Record<string, string>) : { payload: json };
  return { body: String(new URLSearchParams(fields)), contentType: 'application/x-www-form-urlencoded' };
}

/** Sends payloads as signed HTTP requests to the app's Request URL. */
export class HttpDelivery implements Transport {
  readonly connected = true;
  readonly #url: string;
  readonly #signingSecret: string;
  readonly #timers: Timers;
  readonly #inFlight = new Set<AbortController>();

  constructor(url: string, signingSecret: string, timers: Timers) {
    this.#url = url;
    this.#signingSecret = signingSecret;
    this.#timers = timers;
  }

  async send(payload: Json, retry?: Retry, type: EnvelopeType = 'events_api'): Promise<Outcome> {
    const headers: Record<string, string> = {};
    if (retry !== undefined) {
      headers['x-slack-retry-num'] = String(retry.attempt);
      headers['x-slack-retry-reason'] = retry.reason;
    }
    const abort = new AbortController();
    let timedOut = false;
    const cancel = this.#timers.after(RESPONSE_TIMEOUT_MS, () => {
      timedOut = true;
      abort.abort();
    });
    this.#inFlight.add(abort);
    try {
      const response = await this.#post(encode(payload, type), headers, abort.signal);
      await response.arrayBuffer();
      if (response.ok) return { ok: true };
      return { ok: false, reason: 'http_error', final: response.headers.get('x-slack-no-retry') === '1' };
    } catch {
      // Slack has only two retry reasons for failed requests. The delivery's attempt records which one it was.
      return { ok: false, reason: timedOut ? 'http_timeout' : 'connection_failed' };
    } finally {
      cancel();
      this.#inFlight.delete(abort);
    }
  }

  /** The handshake Slack does when a Request URL is saved. True if the app returned the challenge. */
  async verifyUrl(challenge: string): Promise<boolean> {
    const payload = { token: 'simulated-verification-token', challenge, type: 'url_verification' };
    const response = await this.#post(encode(payload, 'events_api'), {}, AbortSignal.timeout(RESPONSE_TIMEOUT_MS));
    const body = await response.text();
    return response.ok && body.includes(challenge);
  }

  close(): void {
    for (const abort of this.#inFlight) abort.abort();
  }

  async #post({ body, contentType }: Encoded, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    // Real time even under a manual clock: the receiver compares the timestamp with its own clock.
    const timestamp = Math.floor(Date.now() / 1000);
    return fetch(this.#url, {
      method: 'POST',
      redirect: 'manual',
      signal,
      body,
      headers: {
        ...headers,
        // A keep-alive connection would stay open after the simulator stops.
        connection: 'close',
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature(this.#signingSecret, timestamp, body),
      },
    });
  }
}
