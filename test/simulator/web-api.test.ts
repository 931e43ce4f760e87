import { afterEach, describe, expect, test } from '@jest/globals';
import { Closers, clientOf, errorOf, openOffice, errorResponse } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('every call', () => {
  test('requires a token of the right kind', async () => {
    const { slack } = await openOffice(closers);
    expect(await errorOf(clientOf(slack, '').auth.test())).toBe('not_authed');
    expect(await errorOf(clientOf(slack, 'xoxb-unknown').auth.test())).toBe('invalid_auth');
    expect(await errorOf(clientOf(slack, slack.appToken).auth.test())).toBe('not_allowed_token_type');
    expect(await errorOf(clientOf(slack).apps.connections.open())).toBe('not_allowed_token_type');
  });

  test('accepts arguments as a form, as JSON or in the query', async () => {
    const { slack, general } = await openOffice(closers);
    const url = `${slack.apiUrl}conversations.info`;
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const json = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    const responses = await Promise.all([
      fetch(url, { method: 'POST', headers, body: new URLSearchParams({ channel: general }) }),
      fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ channel: general }) }),
      fetch(`${url}?channel=${general}&token=${slack.botToken}`),
    ]);
    for (const response of responses)
      expect(await response.json()).toMatchObject({ ok: true, channel: { id: general } });
  });

  test('names arguments that are unknown, missing or malformed', async () => {
    const { client, general } = await openOffice(closers);
    const unknown = await errorResponse(client.apiCall('chat.postMessage', { channel: general, text: 'x', txet: 'y' }));
    expect(unknown).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] unknown argument: txet'] },
    });
    const missing = await errorResponse(client.apiCall('chat.update', { channel: general }));
    expect(missing).toMatchObject({ response_metadata: { messages: ['[ERROR] missing required field: ts'] } });
    const wrong = await errorResponse(client.apiCall('conversations.members', { channel: general, limit: 'many' }));
    expect(wrong).toMatchObject({
      response_metadata: { messages: ['[ERROR] must be a valid number [json-pointer:/limit]'] },
    });
    const odd = await errorResponse(client.apiCall('chat.postMessage', { channel: general, text: 'x', parse: 'some' }));
    expect(odd).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringMatching(/must be one of: .*parse\]$/)] },
    });
  });

  test('of an unsupported method returns unknown_method', async () => {
    const { client } = await openOffice(closers);
    expect(await errorOf(client.apiCall('chat.scheduleMessage'))).toBe('unknown_method');
  });

  test('with malformed JSON returns invalid_form_data', async () => {
    const { slack } = await openOffice(closers);
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
    const response = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers, body: '{' });
    expect(await response.json()).toEqual({ ok: false, error: 'invalid_form_data' });
  });

  test('is kept in the journal, without its token', async () => {
    const { slack, client, clock } = await openOffice(closers);
    await client.apiCall('api.test', { foo: 'bar', token: 'secret' });
    expect(slack.calls).toEqual([
      {
        method: 'api.test',
        args: { foo: 'bar' },
        at: clock.now(),
        tookMs: 0,
        status: 200,
        result: { ok: true, args: { foo: 'bar' } },
      },
    ]);
  });
});

describe('auth.test and api.test', () => {
  test('return the identity of the app', async () => {
    const { client, slack } = await openOffice(closers);
    expect(await client.auth.test()).toMatchObject({
      team_id: slack.team.id,
      user_id: slack.bot.userId,
      bot_id: slack.bot.botId,
    });
  });

  test('echo the arguments', async () => {
    const { client } = await openOffice(closers);
    expect(await errorResponse(client.api.test({ error: 'my_error' }))).toMatchObject({
      error: 'my_error',
      args: { error: 'my_error' },
    });
  });
});

describe('a planned fault', () => {
  test('returns an error for the planned number of calls of its method', async () => {
    const { client, slack } = await openOffice(closers);
    slack.faults.next('auth.test', { error: 'fatal_error', times: 2 });
    expect(await errorOf(client.auth.test())).toBe('fatal_error');
    await client.api.test();
    expect(await errorOf(client.auth.test())).toBe('fatal_error');
    expect((await client.auth.test()).ok).toBe(true);
  });

  test('returns 429 with Retry-After', async () => {
    const { client, slack } = await openOffice(closers);
    slack.faults.next('auth.test', { status: 429, retryAfter: 7 });
    await expect(client.auth.test()).rejects.toMatchObject({ retryAfter: 7 });
    slack.faults.next('auth.test', { status: 429, retryAfter: 'none' });
    await expect(client.auth.test()).rejects.toThrow('retry-after header: null');
  });

  test('returns 500 without executing the call', async () => {
    const { client, slack, general } = await openOffice(closers);
    slack.faults.next('chat.postMessage', { status: 500 });
    await expect(client.chat.postMessage({ channel: general, text: 'x' })).rejects.toThrow();
    expect(slack.messages(general)).toEqual([]);
    expect(slack.calls[0]).toMatchObject({ status: 500 });
  });

  test('drops the connection before or after executing the call', async () => {
    const { client, slack, general } = await openOffice(closers);
    slack.faults.next('chat.postMessage', { drop: true });
    slack.faults.next('chat.postMessage', { drop: true, afterEffect: true });
    await expect(client.chat.postMessage({ channel: general, text: 'one' })).rejects.toThrow();
    await expect(client.chat.postMessage({ channel: general, text: 'two' })).rejects.toThrow();
    expect(slack.messages(general).map(({ text }) => text)).toEqual(['two']);
    expect(slack.calls.map(({ dropped, tookMs }) => [dropped, tookMs])).toEqual([
      [true, 0],
      [true, 0],
    ]);
  });

  test("delays a call by the simulator's clock", async () => {
    const { client, slack, clock } = await openOffice(closers);
    slack.faults.next('auth.test', { delayMs: 5000 });
    const call = client.auth.test();
    await slack.until(() => slack.calls.length === 1 && clock.pending === 1);
    expect(slack.calls[0]?.status).toBeUndefined();
    expect(slack.calls[0]).not.toHaveProperty('tookMs');
    clock.advance(5000);
    expect((await call).ok).toBe(true);
    expect(slack.calls[0]).toMatchObject({ at: clock.now() - 5000, tookMs: 5000 });
  });

  test('affects only calls that match its condition', async () => {
    const { client, slack, general } = await openOffice(closers);
    slack.faults.next('chat.postMessage', { error: 'fatal_error', when: ({ text }) => text === 'bad' });
    await client.chat.postMessage({ channel: general, text: 'good' });
    expect(await errorOf(client.chat.postMessage({ channel: general, text: 'bad' }))).toBe('fatal_error');
    slack.faults.next('auth.test', { error: 'fatal_error' });
    slack.faults.clear();
    expect((await client.auth.test()).ok).toBe(true);
  });
});

describe("Slack's rate limits", () => {
  test('allow a short burst of posts in a channel, then one per second', async () => {
    const { client, clock, general, dm } = await openOffice(closers, { limits: 'slack' });
    const post = (channel: string): Promise<unknown> => client.chat.postMessage({ channel, text: 'x' });
    for (let count = 0; count < 4; count += 1) await post(general);
    await expect(post(general)).rejects.toMatchObject({ retryAfter: 1 });
    await post(dm);
    clock.advance(1000);
    await post(general);
    await expect(post(general)).rejects.toMatchObject({ retryAfter: 1 });
  });

  test('count the calls of a method per minute', async () => {
    const { client, clock, ann } = await openOffice(closers, { limits: 'slack' });
    for (let count = 0; count < 20; count += 1) await client.users.list({});
    clock.advance(20_000);
    await expect(client.users.list({})).rejects.toMatchObject({ retryAfter: 40 });
    expect((await client.users.info({ user: ann })).ok).toBe(true);
    clock.advance(40_000);
    await client.users.list({});
  });
});
