import { describe, expect, test } from '@jest/globals';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { ReplyError } from '../../../src/core/errors.js';
import { RetryPolicy } from '../../../src/slack/outbound/retry-policy.js';
import { slackFailure } from '../../../src/slack/web-api/failure.js';
import { FakeClock } from '../../support/clock.js';

const refused = (code: string): Error => new WebAPIPlatformError({ ok: false, error: code });
const dropped = new WebAPIRequestError(new Error('socket hang up'));

function finalError(policy: RetryPolicy, error: unknown): ReplyError {
  try {
    policy.waitMs(error);
  } catch (thrown) {
    if (thrown instanceof ReplyError) return thrown;
    throw thrown;
  }
  throw new Error('the policy did not give up');
}

describe('what a failed call means', () => {
  test.each<[string, unknown, ReturnType<typeof slackFailure>]>([
    ['a rate limit', new WebAPIRateLimitedError(30), { kind: 'rate_limited', afterMs: 30_000 }],
    ['a rate limit as an error code', refused('ratelimited'), { kind: 'rate_limited', afterMs: 1_000 }],
    ['a refusal', refused('channel_not_found'), { kind: 'refused', code: 'channel_not_found' }],
    ['an internal error of Slack', refused('internal_error'), { kind: 'uncertain' }],
    ['a broken connection', dropped, { kind: 'uncertain' }],
    ['an HTTP error', new WebAPIHTTPError(503, 'Service Unavailable', {}, 'upstream'), { kind: 'uncertain' }],
    ['anything else', 'oops', { kind: 'uncertain' }],
  ])('%s', (_what, error, meaning) => {
    expect(slackFailure(error)).toEqual(meaning);
  });
});

describe('the retry policy', () => {
  test('waits twice as long after each failure, up to eight seconds', () => {
    const policy = new RetryPolicy(new FakeClock());
    expect(Array.from({ length: 7 }, () => policy.waitMs(dropped))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });

  test('gives up after a minute of failures, with a retryable error', async () => {
    const clock = new FakeClock();
    const policy = new RetryPolicy(clock);
    policy.waitMs(dropped);
    await clock.advance(60_000);
    expect(policy.waitMs(dropped)).toBe(1_000);
    await clock.advance(1);
    const error = finalError(policy, dropped);
    expect(error.retryable).toBe(true);
    expect(error.cause).toBe(dropped);
  });

  test('starts again after a success', async () => {
    const clock = new FakeClock();
    const policy = new RetryPolicy(clock);
    policy.waitMs(dropped);
    policy.waitMs(dropped);
    await clock.advance(50_000);
    policy.reset();
    await clock.advance(50_000);
    expect(policy.waitMs(dropped)).toBe(500);
  });

  test('waits as long as Slack asks for, which does not count as failing', async () => {
    const clock = new FakeClock();
    const policy = new RetryPolicy(clock);
    for (let minute = 0; minute < 5; minute += 1) {
      expect(policy.waitMs(new WebAPIRateLimitedError(60))).toBe(60_000);
      await clock.advance(60_000);
    }
    expect(policy.waitMs(dropped)).toBe(500);
  });

  test('leaves a reply to a later run if Slack goes on asking for pauses', () => {
    const policy = new RetryPolicy(new FakeClock());
    for (let minute = 0; minute < 10; minute += 1) policy.waitMs(new WebAPIRateLimitedError(60));
    expect(finalError(policy, new WebAPIRateLimitedError(60)).retryable).toBe(true);
    policy.reset();
    expect(policy.waitMs(new WebAPIRateLimitedError(60))).toBe(60_000);
  });

  test('leaves a reply to a later run if Slack asks to wait for too longer than that', () => {
    const error = finalError(new RetryPolicy(new FakeClock()), new WebAPIRateLimitedError(3_600));
    expect(error.retryable).toBe(true);
  });

  test('tries what nobody knows for a quarter of a minute, then gives up for good, with the code', async () => {
    const clock = new FakeClock();
    const policy = new RetryPolicy(clock);
    expect(policy.waitMs(refused('a_new_code'))).toBe(500);
    await clock.advance(15_000);
    expect(policy.waitMs(refused('a_new_code'))).toBe(1_000);
    await clock.advance(1);
    const error = finalError(policy, refused('a_new_code'));
    expect(error.retryable).toBe(false);
    expect(error.message).toContain('a_new_code');
  });

  test.each(['channel_not_found', 'is_archived', 'not_in_channel', 'msg_too_long', 'restricted_action'])(
    'gives up for good when Slack refuses: %s',
    (code) => {
      const error = finalError(new RetryPolicy(new FakeClock()), refused(code));
      expect(error.retryable).toBe(false);
      expect(error.message).toContain(code);
    },
  );

  test.each(['invalid_auth', 'token_revoked', 'missing_scope'])(
    'gives up with a retryable error if the operator can help: %s',
    (code) => {
      expect(finalError(new RetryPolicy(new FakeClock()), refused(code)).retryable).toBe(true);
    },
  );
});
