import type { Intake } from '../../conversation/intake.js';
import { messageFrom, teamOf } from '../inbound/events.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

export interface MessagesOptions {
  workspaces: Workspaces;
  intake: Intake;
  allowExternalUsers: boolean;
}

/** Takes in messages, edits and deletions. */
export function messages({ workspaces, intake, allowExternalUsers }: MessagesOptions): EventHandler {
  return {
    async handle(body) {
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      const event = messageFrom(body, { bot, allowExternalUsers });
      if (event?.kind === 'said') await intake.said(event.message);
      if (event?.kind === 'edited') {
        await intake.edited(event.message, event.editedTs, event.newlyAsks);
        // In the thread below a direct message it asks nothing: it is what the thread is about.
        if (!event.below) return;
        const root = { ...event.message, conversation: event.below, addressed: 'open' as const };
        await intake.edited(root, event.editedTs, false);
      }
      if (event?.kind === 'deleted') {
        await intake.deleted(event.key, event.ts);
        if (event.below !== undefined) await intake.deleted(event.below, event.ts);
      }
    },
  };
}
