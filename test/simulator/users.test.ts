import { afterEach, describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/simulator/index.js';
import { Closers, errorOf, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('users', () => {
  test('are found by id', async () => {
    const { client, slack, ann, bot } = await openOffice(closers);
    const guest = slack.addUser({ name: 'guest', team: 'T0ELSEWHERE' }).id;
    expect((await client.users.info({ user: ann, include_locale: true })).user).toMatchObject({
      id: ann,
      name: 'ann',
      real_name: 'Ann Lee',
      is_bot: false,
      locale: 'en-US',
      profile: { display_name: 'Ann Lee' },
    });
    expect((await client.users.info({ user: bot })).user).toMatchObject({
      is_bot: true,
      profile: { bot_id: slack.bot.botId },
    });
    expect((await client.users.info({ user: guest })).user).toMatchObject({
      team_id: 'T0ELSEWHERE',
      is_stranger: true,
    });
    expect(await errorOf(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  });

  test('are listed in pages', async () => {
    const { client, ann, bob, bot } = await openOffice(closers);
    const seen: (string | undefined)[] = [];
    for await (const page of client.paginate('users.list', { limit: 2 }) as AsyncIterable<Json>) {
      seen.push(...(page['members'] as { id?: string }[]).map(({ id }) => id));
    }
    expect(seen).toEqual([bot, ann, bob]);
    expect(await errorOf(client.users.list({ cursor: 'x' }))).toBe('invalid_cursor');
  });

  test('that are bots are found by bot id', async () => {
    const { client, slack } = await openOffice(closers);
    expect((await client.bots.info({ bot: slack.bot.botId })).bot).toMatchObject({
      user_id: slack.bot.userId,
      app_id: slack.bot.appId,
    });
    expect(await errorOf(client.bots.info({ bot: 'B0NOBODY' }))).toBe('bot_not_found');
  });

  test('belong to a workspace', async () => {
    const { client, slack } = await openOffice(closers);
    expect((await client.team.info()).team).toMatchObject({ id: slack.team.id, domain: 'playground' });
    expect(await errorOf(client.team.info({ team: 'T0ELSEWHERE' }))).toBe('team_not_found');
  });
});
