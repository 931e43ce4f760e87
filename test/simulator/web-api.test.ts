import { afterEach, describe, expect, test } from '@jest/globals';
import { Closers, clientOf, errorOf, openOffice, errorResponse } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('every call', () => {
  test('needs a token of the right kind', async () => {
    const { slack } = await openOffice(closers);
    expect(await errorOf(clientOf(slack, '').auth.test())).toBe('not_authed');
    expect(await errorOf(clientOf(slack, 'xoxb-unknown').auth.test())).toBe('invalid_auth');
    expect(await errorOf(clientOf(slack, slack.appToken).auth.test())).toBe('not_allowed_token_type');
    expect(await errorOf(clientOf(slack).apps.connections.open())).toBe('not_allowed_token_type');
  });

  test('may come as a form, as JSON or as a query', async () => {
    const { slack, general } = await openOffice(closers);
    const url = `${slack.apiUrl}conversations.info`;
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const json = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    const answers = await Promise.all([
      fetch(url, { method: 'POST', headers, body: new URLSearchParams({ channel: general }) }),
      fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ channel: general }) }),
      fetch(`${url}?channel=${general}&token=${slack.botToken}`),
    ]);
    for (const answer of answers) expect(await answer.json()).toMatchObject({ ok: true, channel: { id: general } });
  });

  test('names arguments it does not know, lacks or cannot read', async () => {
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

  test('of a method that is not played is refused', async () => {
    const { client } = await openOffice(closers);
    expect(await errorOf(client.apiCall('chat.scheduleMessage'))).toBe('unknown_method');
  });

  test('that is not readable JSON is refused', async () => {
    const { slack } = await openOffice(closers);
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers, body: '{' });
    expect(await answer.json()).toEqual({ ok: false, error: 'invalid_form_data' });
  });

  test('stands in the journal, without its token', async () => {
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
  test('say who the app is', async () => {
    const { client, slack } = await openOffice(closers);
    expect(await client.auth.test()).toMatchObject({
      team_id: slack.team.id,
      user_id: slack.bot.userId,
      bot_id: slack.bot.botId,
    });
  });

  test('echo', async () => {
    const { client } = await openOffice(closers);
    expect(await errorResponse(client.api.test({ error: 'my_error' }))).toMatchObject({
      error: 'my_error',
      args: { error: 'my_error' },
    });
  });
});

describe('a planned fault', () => {
  test('answers an error for as many calls as asked, of that method only', async () => {
    const { client, slack } = await openOffice(closers);
    slack.faults.next('auth.test', { error: 'fatal_error', times: 2 });
    expect(await errorOf(client.auth.test())).toBe('fatal_error');
    await client.api.test();
    expect(await errorOf(client.auth.test())).toBe('fatal_error');
    expect((await client.auth.test()).ok).toBe(true);
  });

  test('limits the rate with Retry-After', async () => {
    const { client, slack } = await openOffice(closers);
    slack.faults.next('auth.test', { status: 429, retryAfter: 7 });
    await expect(client.auth.test()).rejects.toMatchObject({ retryAfter: 7 });
    slack.faults.next('auth.test', { status: 429, retryAfter: 'none' });
    await expect(client.auth.test()).rejects.toThrow('retry-after header: null');
  });

  test('answers 500 and has no effect', async () => {
    const { client, slack, general } = await openOffice(closers);
    slack.faults.next('chat.postMessage', { status: 500 });
    await expect(client.chat.postMessage({ channel: general, text: 'x' })).rejects.toThrow();
    expect(slack.messages(general)).toEqual([]);
    expect(slack.calls[0]).toMatchObject({ status: 500 });
  });

  test('breaks the connection before the effect, or after it', async () => {
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

  test('delays by the clock', async () => {
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

  test('hits only the calls its condition names', async () => {
    const { client, slack, general } = await openOffice(closers);
    slack.faults.next('chat.postMessage', { error: 'fatal_error', when: ({ text }) => text === 'bad' });
    await client.chat.postMessage({ channel: general, text: 'good' });
    expect(await errorOf(client.chat.postMessage({ channel: general, text: 'bad' }))).toBe('fatal_error');
    slack.faults.next('auth.test', { error: 'fatal_error' });
    slack.faults.clear();
    expect((await client.auth.test()).ok).toBe(true);
  });
});

describe('limits as Slack has them', () => {
  test('let a short burst of posts into a channel, then one a second', async () => {
    const { client, clock, general, dm } = await openOffice(closers, { limits: 'slack' });
    const post = (channel: string): Promise<unknown> => client.chat.postMessage({ channel, text: 'x' });
    for (let count = 0; count < 4; count += 1) await post(general);
    await expect(post(general)).rejects.toMatchObject({ retryAfter: 1 });
    await post(dm);
    clock.advance(1000);
    await post(general);
    await expect(post(general)).rejects.toMatchObject({ retryAfter: 1 });
  });

  test('count the calls of a method over a minute', async () => {
    const { client, clock, ann } = await openOffice(closers, { limits: 'slack' });
    for (let count = 0; count < 20; count += 1) await client.users.list({});
    clock.advance(20_000);
    await expect(client.users.list({})).rejects.toMatchObject({ retryAfter: 40 });
    expect((await client.users.info({ user: ann })).ok).toBe(true);
    clock.advance(40_000);
    await client.users.list({});
  });
});
