import { heldBackNote } from '../messages/english.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { HeldBack, Limits, Logger, Notes } from '../core/ports.js';
import type { Conversation } from '../core/conversation.js';
import { keyOf } from '../core/conversation-id.js';
import type { PersonTurn } from '../core/turn.js';

export interface LimitedOptions {
  limits: Limits;
  notes: Notes;
  logger: Logger;
  observe?: Observe;
}

/** Where a limit is reached for all who asked, their turns go on waiting: none is lost, and one reply will answer them all. */
export async function heldBack(
  conversation: Conversation,
  asked: PersonTurn[],
  options: LimitedOptions,
): Promise<HeldBack | undefined> {
  const { limits, notes, logger, observe = unobserved } = options;
  const reached = await limits.take(conversation.id.team, [...new Set(asked.map(({ author }) => author))]);
  if (!reached) return undefined;
  const { owner, waitMs, tell } = reached;
  const key = keyOf(conversation.id);
  observe(key, { type: 'held_back', owner, ms: waitMs });
  if (tell.length > 0)
    logger.info(
      { conversation: key, people: tell, ms: waitMs },
      `the limit on answers for a ${owner} is reached: what came waits and is answered together`,
    );
  for (const person of tell) notes.tell(conversation, person, heldBackNote(owner, waitMs));
  return { againInMs: waitMs };
}
