import { beforeEach, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { type Organization, slackOrganization } from '../../../src/slack/workspaces/organization.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

const author = (user: string, home: string): Parameters<Organization['homes']>[0][number] => ({
  team: 'T1',
  user,
  home,
});

let asked: string[];
let answer: (user: string) => object | Promise<object>;
let clock: FakeClock;
let organization: Organization;
beforeEach(() => {
  asked = [];
  clock = new FakeClock();
  answer = (user) => ({ user: { enterprise_user: { enterprise_id: user.startsWith('US') ? 'E1' : 'E9' } } });
  const info = async ({ user }: { user: string }): Promise<object> => {
    asked.push(user);
    return answer(user);
  };
  const client = { users: { info } } as unknown as WebClient;
  const bot = { userId: 'U', botId: 'B', teamId: 'T1', enterpriseId: 'E1' };
  organization = slackOrganization({ of: async () => ({ client, bot }) }, clock, new RecordingLogger());
});

test('a workspace belongs to it if one of its people does: one look-up for each workspace', async () => {
  const authors = [author('US1', 'T2'), author('US2', 'T2'), author('UX1', 'T3'), author('US3', 'T4')];
  expect([...(await organization.homes(authors))]).toEqual(['T2', 'T4']);
  expect([...(await organization.homes(authors))]).toEqual(['T2', 'T4']);
  expect(asked).toHaveLength(3);
});

test.each<[string, (user: string) => object | Promise<object>]>([
  ['says nothing of an organization', () => ({ user: {} })],
  ['fails', () => Promise.reject(new Error('a network error'))],
])('nobody belongs to it where Slack %s', async (_, given) => {
  answer = given;
  expect(await organization.homes([author('US1', 'T2')])).toEqual(new Set());
});

test('a look-up that hangs is not waited for longer than half a second', async () => {
  answer = () => new Promise(() => {});
  const homes = organization.homes([author('US1', 'T2')]);
  await clock.untilSleeping();
  await clock.advance(500);
  expect(await homes).toEqual(new Set());
});

test('of an author it is known whether, once Slack tells, and that a refusal means no', async () => {
  answer = () => new Promise(() => {});
  const hanging = organization.includes(author('US1', 'T2'));
  await clock.untilSleeping();
  await clock.advance(500);
  expect(await hanging).toBeUndefined();
  answer = () => Promise.reject(new Error('a network error'));
  expect(await organization.includes(author('US2', 'T3'))).toBeUndefined();
  // Of nobody in particular.
  answer = () => Promise.reject(new WebAPIPlatformError({ ok: false, error: 'token_revoked' }));
  expect(await organization.includes(author('US6', 'T6'))).toBeUndefined();
  answer = () => Promise.reject(new WebAPIPlatformError({ ok: false, error: 'user_not_found' }));
  expect(await organization.includes(author('US3', 'T4'))).toBe(false);
  answer = () => ({ user: { enterprise_user: { enterprise_id: 'E1' } } });
  expect(await organization.includes(author('US4', 'T5'))).toBe(true);
});
