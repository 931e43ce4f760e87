import type { Intake } from '../../conversation/intake.js';
import type { Logger } from '../../core/ports.js';
import type { DmReplies } from '../../core/settings.js';
import { alsoComesAsMessage, messageFrom, teamOf } from '../inbound/events.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

export interface MessagesOptions {
  workspaces: Workspaces;
  intake: Intake;
  allowExternalUsers: boolean;
  dmReplies: DmReplies;
  logger: Logger;
}

/** Bounds what is remembered of subtypes. */
const MAX_LOGGED_SUBTYPES = 100;

/** Takes in messages, edits and deletions. */
export function messages(options: MessagesOptions): EventHandler {
  const { workspaces, intake, allowExternalUsers, dmReplies, logger } = options;
  const loggedSubtypes = new Set<string>();

  /** Once for each. */
  function logUnknown(subtype: string): void {
    if (loggedSubtypes.has(subtype) || loggedSubtypes.size >= MAX_LOGGED_SUBTYPES) return;
    loggedSubtypes.add(subtype);
    logger.debug({ subtype }, 'a message of an unknown subtype names the bot: taken as a message of its author');
  }

  return {
    async handle(body) {
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      const event = messageFrom(body, { bot, allowExternalUsers, dmReplies });
      if (event?.kind === 'said') {
        if (event.unknownSubtype !== undefined) logUnknown(event.unknownSubtype);
        await intake.said({ ...event.message, ...(alsoComesAsMessage(body) && { isPartial: true }) });
      }
      if (event?.kind === 'edited') {
        await intake.edited(event.message, event.editedTs, event.newlyAsks);
        // Nothing begins there: only what is remembered changes, and an answer to it.
        if (!event.alsoIn) return;
        const other = { ...event.message, conversation: event.alsoIn, addressed: 'open' as const };
        await intake.edited(other, event.editedTs, false);
      }
      if (event?.kind === 'deleted') {
        await intake.deleted(event.key, event.ts);
        if (event.alsoIn !== undefined) await intake.deleted(event.alsoIn, event.ts);
      }
    },
  };
}
