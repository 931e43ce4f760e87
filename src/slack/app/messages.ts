import type { ConversationFiles } from '../../conversation/files.js';
import type { Intake } from '../../conversation/intake.js';
import type { IncomingMessage } from '../../core/incoming-message.js';
import type { Logger } from '../../core/ports.js';
import type { DmReplies } from '../../core/settings.js';
import {
  alsoComesAsMessage,
  type ExternalEvent,
  type MessageEvent,
  messageFrom,
  readEvent,
  teamOf,
} from '../inbound/events.js';
import { mayMatter } from '../inbound/first-look.js';
import { filesGoneIn } from '../inbound/gone-files.js';
import type { Organization } from '../workspaces/organization.js';
import type { BotIdentity, Workspaces } from '../workspaces/workspaces.js';
import type { EventHandler } from './event-handler.js';

export interface MessagesOptions {
  workspaces: Workspaces;
  intake: Intake;
  allowExternalUsers: boolean;
  /** Without it, whoever is of another workspace counts as external, unless the event says more. */
  organization?: Pick<Organization, 'includes'>;
  answerWorkflows?: boolean;
  dmReplies: DmReplies;
  /** Takes commands that are written as messages: true for those. */
  takeCommand?: (message: IncomingMessage) => Promise<boolean>;
  /** Told of files that a message no longer shows. */
  files?: Pick<ConversationFiles, 'forget'>;
  logger: Logger;
}

/** Bounds what is remembered of subtypes. */
const MAX_LOGGED_SUBTYPES = 100;

/** Takes in messages, edits and deletions. */
export function messages(options: MessagesOptions): EventHandler {
  const { workspaces, intake, allowExternalUsers, answerWorkflows = false, dmReplies, organization, logger } = options;
  const loggedSubtypes = new Set<string>();

  /** Once for each. */
  function logUnknown(subtype: string): void {
    if (loggedSubtypes.has(subtype) || loggedSubtypes.size >= MAX_LOGGED_SUBTYPES) return;
    loggedSubtypes.add(subtype);
    logger.debug(
      { subtype },
      'a message of an unknown subtype mentions the bot: treating it as a message of its author',
    );
  }

  let ignored = 0;

  /**
   * The event of a colleague whose workspace the event does not say to be of the bot's organization. Throws while Slack
   * does not tell: the event is sent again.
   */
  async function colleaguesEvent(
    body: unknown,
    { home, channel, user, unsure }: ExternalEvent,
    bot: BotIdentity,
  ): Promise<MessageEvent | undefined> {
    const author = { team: bot.teamId, user, home };
    const isColleague = unsure && organization ? await organization.includes(author) : false;
    if (isColleague === undefined) throw new Error('cannot find out whether a person belongs to the same organization');
    if (isColleague) {
      return messageFrom(body, { bot, allowExternalUsers: true, answerWorkflows, dmReplies });
    }
    ignored += 1;
    logger.debug({ team: home, channel, ignored }, 'ignored a message of an external person');
    return undefined;
  }

  return {
    async handle(body) {
      if (!mayMatter(body)) return;
      const team = teamOf(body);
      if (team === undefined) return;
      const { bot } = await workspaces.of(team);
      const read = readEvent(body, { bot, allowExternalUsers, answerWorkflows, dmReplies });
      const event = read?.kind === 'external' ? await colleaguesEvent(body, read, bot) : read;
      if (event && event.kind !== 'said') await options.files?.forget(bot.teamId, filesGoneIn(body));
      if (event?.kind === 'said') {
        if (event.unknownSubtype !== undefined) logUnknown(event.unknownSubtype);
        if (await options.takeCommand?.(event.message)) return;
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
        const { key, ts, author, inChannel, alsoIn } = event;
        const gone = { ts, ...(author !== undefined && { author }) };
        await intake.deleted(key, { ...gone, ...(inChannel && { inChannel }) });
        if (alsoIn !== undefined) await intake.deleted(alsoIn, gone);
      }
    },
  };
}
