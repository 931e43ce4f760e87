import { describe, expect, test } from '@jest/globals';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { ReplyError } from '../../../src/core/errors.js';
import { RetryPolicy } from '../../../src/slack/outbound/retry-policy.js';
import { slackFailure } from '../../../src/slack/web-api/failure.js';
import { FakeClock } from '../../support/clock.js';

const refused = (code: string): Error => new WebAPIPlatformError({ ok: false, error: code });
const dropped = new WebAPIRequestError(new Error('socket hang up'));

function givenUp(patience: RetryPolicy, error: unknown): ReplyError {
  try {
    patience.waitMs(error);
  } catch (thrown) {
    if (thrown instanceof ReplyError) return thrown;
    throw thrown;
  }
  throw new Error('there is patience left');
}

describe('what a failed call means', () => {
  test.each<[string, unknown, ReturnType<typeof slackFailure>]>([
    ['a rate limit', new WebAPIRateLimitedError(30), { kind: 'rate_limited', afterMs: 30_000 }],
    ['a rate limit told as a code', refused('ratelimited'), { kind: 'rate_limited', afterMs: 1_000 }],
    ['a refusal', refused('channel_not_found'), { kind: 'refused', code: 'channel_not_found' }],
    ["a fault of Slack's own", refused('internal_error'), { kind: 'uncertain' }],
    ['a broken connection', dropped, { kind: 'uncertain' }],
    ['an answer that is none', new WebAPIHTTPError(503, 'Service Unavailable', {}, 'upstream'), { kind: 'uncertain' }],
    ['anything else', 'oops', { kind: 'uncertain' }],
  ])('%s', (_what, error, meaning) => {
    expect(slackFailure(error)).toEqual(meaning);
  });
});

describe('patience with Slack', () => {
  test('waits twice as long after each failure, eight seconds at most', () => {
    const patience = new RetryPolicy(new FakeClock());
    expect(Array.from({ length: 7 }, () => patience.waitMs(dropped))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });

  test('ends after a minute of failures, for a later try', async () => {
    const clock = new FakeClock();
    const patience = new RetryPolicy(clock);
    patience.waitMs(dropped);
    await clock.advance(60_000);
    expect(patience.waitMs(dropped)).toBe(1_000);
    await clock.advance(1);
    const error = givenUp(patience, dropped);
    expect(error.retryable).toBe(true);
    expect(error.cause).toBe(dropped);
  });

  test('is renewed by a success', async () => {
    const clock = new FakeClock();
    const patience = new RetryPolicy(clock);
    patience.waitMs(dropped);
    patience.waitMs(dropped);
    await clock.advance(50_000);
    patience.reset();
    await clock.advance(50_000);
    expect(patience.waitMs(dropped)).toBe(500);
  });

  test('waits as long as Slack asks for, and does not count it', async () => {
    const clock = new FakeClock();
    const patience = new RetryPolicy(clock);
    for (let minute = 0; minute < 5; minute += 1) {
      expect(patience.waitMs(new WebAPIRateLimitedError(60))).toBe(60_000);
      await clock.advance(60_000);
    }
    expect(patience.waitMs(dropped)).toBe(500);
  });

  test.each(['channel_not_found', 'is_archived', 'not_in_channel', 'msg_too_long', 'restricted_action'])(
    'ends at once, for good, when Slack refuses: %s',
    (code) => {
      const error = givenUp(new RetryPolicy(new FakeClock()), refused(code));
      expect(error.retryable).toBe(false);
      expect(error.message).toContain(code);
    },
  );

  test.each(['invalid_auth', 'token_revoked', 'missing_scope'])(
    'ends at once, but not for good, where whoever runs the bot can help: %s',
    (code) => {
      expect(givenUp(new RetryPolicy(new FakeClock()), refused(code)).retryable).toBe(true);
    },
  );
});
