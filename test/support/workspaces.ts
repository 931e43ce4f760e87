import type { WebClient } from '@slack/web-api';
import type { Simulator } from '../../src/simulator/index.js';
import type { Workspaces } from '../../src/slack/workspaces/workspaces.js';

/** The simulator's one workspace. */
export function workspacesOf({ bot: { userId, botId }, team }: Simulator, client: WebClient): Workspaces {
  return { of: async () => ({ client, bot: { userId, botId, teamId: team.id } }) };
}
