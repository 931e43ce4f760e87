import { describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { singleWorkspace } from '../../../src/slack/workspaces/single.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';

const IDENTITY = { ok: true, bot_id: 'B1', user_id: 'U1', team_id: 'T1' };

async function workspacesWith(answer: object) {
  const client = { auth: { test: async () => answer } } as unknown as WebClient;
  const clock = new FakeClock();
  return { client, workspaces: await singleWorkspace(client, clock.now() + 1_000, clock, new RecordingLogger()) };
}

describe('the workspace of a token', () => {
  test('is the one that Slack names, whichever is requested', async () => {
    const { client, workspaces } = await workspacesWith(IDENTITY);
    const workspace = { client, bot: { userId: 'U1', botId: 'B1', teamId: 'T1' } };
    expect(await workspaces.of('T1')).toEqual(workspace);
    // In a shared channel, an event may be delivered through another workspace.
    expect(await workspaces.of('T2')).toEqual(workspace);
  });

  test.each([
    ['`is_enterprise_install`', { ...IDENTITY, is_enterprise_install: true }],
    ['the form of its id', { ...IDENTITY, team_id: 'E1' }],
  ])('is the requested one if the token is for a whole organization (recognized by %s)', async (_, answer) => {
    const { workspaces } = await workspacesWith(answer);
    expect((await workspaces.of('T7')).bot).toMatchObject({ userId: 'U1', botId: 'B1', teamId: 'T7' });
  });

  test.each([
    ['named beside the workspace', { ...IDENTITY, enterprise_id: 'E1' }, 'E1'],
    ['the owner of the token', { ...IDENTITY, team_id: 'E1', is_enterprise_install: true }, 'E1'],
    ['none', { ...IDENTITY, enterprise_id: null }, undefined],
  ])('has its organization: %s', async (_, answer, enterpriseId) => {
    const { workspaces } = await workspacesWith(answer);
    expect((await workspaces.of('T1')).bot.enterpriseId).toBe(enterpriseId);
  });

  test('is rejected for a token without a bot user', async () => {
    await expect(workspacesWith({ ...IDENTITY, bot_id: undefined })).rejects.toThrow(/not a bot token/);
  });
});
