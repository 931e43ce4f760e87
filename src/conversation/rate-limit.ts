import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { BotMessages, BotMessagesFor, Ephemeral, Limits, Logger, Postponed } from '../core/ports.js';
import type { PersonTurn } from '../core/turn.js';

export interface RateLimitOptions {
  limits: Limits;
  ephemeral: Ephemeral;
  botMessages: BotMessages;
  messagesFor?: BotMessagesFor;
  logger: Logger;
  observe?: Observe;
}

/** Its oldest message identifies a question however many follow while it waits; an edit makes it another question. */
export function questionName(key: ConversationKey, oldest: string, changes = 0): string {
  return `${key}:${oldest}:${changes}`;
}

/** Postpones the answer when everybody who asked has reached a limit. Their turns stay pending; one reply will answer them all. */
export async function rateLimited(
  conversation: Conversation,
  asked: PersonTurn[],
  { limits, ephemeral, botMessages, messagesFor, logger, observe = unobserved }: RateLimitOptions,
): Promise<Postponed | undefined> {
  const key = keyOf(conversation.id);
  const people = [...new Set(asked.map(({ author }) => author))];
  const question = questionName(key, asked[0]?.ts ?? '', conversation.changes);
  const reached = await limits.take(conversation.id.team, people, question);
  if (!reached) return undefined;
  const { owner, waitMs, notify } = reached;
  observe(key, { type: 'rate_limited', owner, ms: waitMs });
  if (notify.length > 0) {
    const facts = { conversation: key, people: notify, ms: waitMs };
    logger.info(facts, `a ${owner} has reached the rate limit: further questions wait, and get one answer together`);
  }
  for (const person of notify) {
    const messages = (await messagesFor?.(conversation.id.team, person)) ?? botMessages;
    ephemeral.send(conversation, person, messages.rateLimited(owner, waitMs));
  }
  return { retryInMs: waitMs };
}
