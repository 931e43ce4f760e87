import type { ConversationFiles } from '../../conversation/files.js';
import { teamOf } from '../inbound/events.js';
import { fieldsOf, stringOf } from '../inbound/nodes.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

/** Hears that a file was deleted. https://docs.slack.dev/reference/events/file_deleted */
export function fileEvents(workspaces: Workspaces, files: Pick<ConversationFiles, 'deleted'>): EventHandler {
  return {
    async handle(body) {
      const event = fieldsOf(fieldsOf(body)['event']);
      const id = stringOf(event['file_id']);
      if (event['type'] !== 'file_deleted' || id === '') return;
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      await files.deleted(bot.teamId, id);
    },
  };
}
