import { optional } from '../arguments.js';
import { seconds } from '../wire.js';
import type { Method } from './method.js';

const list: Method = {
  name: 'usergroups.list',
  token: 'bot',
  tier: 'tier2',
  rules: {
    include_count: optional('boolean'),
    include_disabled: optional('boolean'),
    include_users: optional('boolean'),
  },
  run(args, { workspace }) {
    const usergroups = [...workspace.userGroups.values()].map(({ id, handle, name, members, created }) => ({
      id,
      team_id: workspace.team.id,
      is_usergroup: true,
      is_external: false,
      name,
      description: '',
      handle,
      date_create: seconds(created),
      date_update: seconds(created),
      date_delete: 0,
      auto_type: null,
      created_by: members[0] ?? '',
      updated_by: members[0] ?? '',
      deleted_by: null,
      prefs: { channels: [], groups: [] },
      ...(args.boolean('include_users') && { users: [...members] }),
      ...(args.boolean('include_count') && { user_count: members.length }),
    }));
    return { usergroups };
  },
};

export const userGroupMethods: readonly Method[] = [list];
