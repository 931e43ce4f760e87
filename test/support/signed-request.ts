import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = 'a-secret-for-signatures';

/** Headers of a request that Slack signs. `secret`: another one makes it a forgery. */
export function signedHeaders(
  body: string,
  contentType = 'application/json',
  secret: string = SIGNING_SECRET,
): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  };
}
