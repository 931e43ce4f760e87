import type { ModalView } from '@slack/web-api';
import type { Interaction } from '../inbound/interaction.js';
import { refusalCode } from '../web-api/failure.js';
import type { Workspaces } from '../workspaces/workspaces.js';

/** False if the person did what opens it more than three seconds ago: Slack opens nothing any more. */
export async function openModal(
  { team, id }: Pick<Interaction, 'team' | 'id'>,
  view: ModalView,
  workspaces: Workspaces,
): Promise<boolean> {
  const { client } = await workspaces.of(team);
  try {
    await client.views.open({ trigger_id: id, view });
    return true;
  } catch (error) {
    const code = refusalCode(error);
    // An earlier try has opened it.
    if (code === 'exchanged_trigger_id') return true;
    if (code === 'expired_trigger_id' || code === 'invalid_trigger_id') return false;
    throw error;
  }
}
