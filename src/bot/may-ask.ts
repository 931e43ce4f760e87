import type { Interaction } from '../slack/inbound/interaction.js';
import type { Organization } from '../slack/workspaces/organization.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';

/** Whether the bot answers who acted: not a person of another company, unless that is set. Throws while Slack does not tell. */
export async function mayAsk(
  { team, user, home }: Pick<Interaction, 'team' | 'user' | 'home'>,
  allowExternalUsers: boolean,
  workspaces: Workspaces,
  organization: Pick<Organization, 'includes'>,
): Promise<boolean> {
  const { bot } = await workspaces.of(team);
  if (allowExternalUsers || home === undefined || home === bot.teamId) return true;
  const isColleague = await organization.includes({ team: bot.teamId, user, home });
  if (isColleague === undefined) throw new Error('Slack does not tell whether a person is of the same organization');
  return isColleague;
}
