import { createHmac } from 'node:crypto';
import type { Outcome, RetryReason, Transport } from './delivery.js';
import type { Timers } from './timers.js';
import type { Json } from './types.js';

/** https://docs.slack.dev/apis/events-api/#responding */
const RESPONSE_TIMEOUT_MS = 3000;

/** `v0=…` of a body. `timestamp` is in seconds. https://docs.slack.dev/authentication/verifying-requests-from-slack */
function signature(signingSecret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Events as signed HTTP requests to the app's Request URL. */
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

  async send(payload: Json, retry?: { readonly attempt: number; readonly reason: RetryReason }): Promise<Outcome> {
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
      const answer = await this.#post(payload, headers, abort.signal);
      await answer.arrayBuffer();
      if (answer.ok) return { ok: true };
      return { ok: false, reason: 'http_error', final: answer.headers.get('x-slack-no-retry') === '1' };
    } catch {
      // Whatever broke, Slack knows two names for it; the journal of deliveries keeps which.
      return { ok: false, reason: timedOut ? 'http_timeout' : 'connection_failed' };
    } finally {
      cancel();
      this.#inFlight.delete(abort);
    }
  }

  /** The handshake Slack makes when a Request URL is saved. True when the app sent the challenge back. */
  async verifyUrl(challenge: string): Promise<boolean> {
    const payload = { token: 'simulated-verification-token', challenge, type: 'url_verification' };
    const answer = await this.#post(payload, {}, AbortSignal.timeout(RESPONSE_TIMEOUT_MS));
    const body = await answer.text();
    return answer.ok && body.includes(challenge);
  }

  close(): void {
    for (const abort of this.#inFlight) abort.abort();
  }

  async #post(payload: Json, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const body = JSON.stringify(payload);
    // The receiver compares this stamp with its own clock, so it is real time even under a manual clock.
    const timestamp = Math.floor(Date.now() / 1000);
    return fetch(this.#url, {
      method: 'POST',
      redirect: 'manual',
      signal,
      body,
      headers: {
        ...headers,
        // A kept-alive connection would outlast the simulator.
        connection: 'close',
        'content-type': 'application/json',
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature(this.#signingSecret, timestamp, body),
      },
    });
  }
}
