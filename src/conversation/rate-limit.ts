import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { Postponed, Limits, Logger, Ephemeral } from '../core/ports.js';
import type { PersonTurn } from '../core/turn.js';
import { heldBackNote } from '../messages/english.js';

export interface LimitedOptions {
  limits: Limits;
  notes: Ephemeral;
  logger: Logger;
  observe?: Observe;
}

/** Where a limit is reached for all who asked, their turns go on waiting: none is lost, and one reply will answer them all. */
export async function rateLimited(
  conversation: Conversation,
  asked: PersonTurn[],
  options: LimitedOptions,
): Promise<Postponed | undefined> {
  const { limits, notes, logger, observe = unobserved } = options;
  const reached = await limits.take(conversation.id.team, [...new Set(asked.map(({ author }) => author))]);
  if (!reached) return undefined;
  const { owner, waitMs, notify } = reached;
  const key = keyOf(conversation.id);
  observe(key, { type: 'rate_limited', owner, ms: waitMs });
  if (notify.length > 0)
    logger.info(
      { conversation: key, people: notify, ms: waitMs },
      `the limit on answers for a ${owner} is reached: what came waits and is answered together`,
    );
  for (const person of notify) notes.send(conversation, person, heldBackNote(owner, waitMs));
  return { againInMs: waitMs };
}
