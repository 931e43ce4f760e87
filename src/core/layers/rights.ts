import type { Directory, LayerId } from '../ports.js';
import type { SettingsBy } from '../settings.js';

/**
 * Whether a person may change a layer. Where a channel's members may, whoever acts in it counts as one. Throws while Slack
 * does not tell what that depends on.
 */
export async function mayChange(
  { team, layer, id }: LayerId,
  person: string,
  by: SettingsBy,
  directory: Directory,
): Promise<boolean> {
  if (layer === 'person') return id === person;
  if (by.people.includes(person)) return true;
  if (layer === 'channel' && by.channelMembers) return true;
  if (layer === 'channel' && by.channelCreators && (await directory.creatorOf(team, id)) === person) return true;
  if (!by.admins) return false;
  const facts = await directory.person(team, person, 'fresh');
  if (!facts)
    throw new Error("Slack does not tell a person's role, on which it depends whether they may change settings");
  return facts.isAdmin;
}
