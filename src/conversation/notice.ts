/** What the bot says where there is no answer. */
import type { Conversation } from '../core/conversation.js';
import { BudgetReachedError, ModelError } from '../core/errors.js';
import type { BotMessages, BotMessagesFor, Ephemeral, ReplyWriter } from '../core/ports.js';
import { type AssistantTurn, type PersonTurn, wholeOf } from '../core/turn.js';
import type { Ending } from './controls.js';

export interface NoticeOptions {
  ephemeral: Ephemeral;
  botMessages: BotMessages;
  /** Not set: everybody reads `botMessages`. */
  messagesFor?: BotMessagesFor;
}

/** What is known of a reply besides its text. */
export type Outcome = Pick<AssistantTurn, 'notice' | 'omits' | 'usage'> & { ending: Ending };

/** In the language of who asked last. Never rejects. */
export async function messagesForAsker(
  conversation: Conversation,
  { botMessages, messagesFor }: Pick<NoticeOptions, 'botMessages' | 'messagesFor'>,
): Promise<BotMessages> {
  const asker = pendingTurns(conversation).at(-1)?.author;
  const own = asker === undefined ? undefined : await messagesFor?.(conversation.id.team, asker);
  return own ?? botMessages;
}

/**
 * Says `sentence` instead of an answer. An answer from before the question was edited is better than none: then it stays,
 * and only the asker reads the sentence.
 */
export function writeNotice(
  sentence: string,
  conversation: Conversation,
  writer: ReplyWriter,
  { ephemeral, botMessages }: Pick<NoticeOptions, 'ephemeral' | 'botMessages'>,
): Outcome {
  writer.restart();
  const earlier = conversation.redo?.filter((turn) => !turn.notice) ?? [];
  const asker = pendingTurns(conversation).at(-1)?.author;
  if (earlier.length === 0 || asker === undefined) {
    writer.write(sentence);
    return { notice: true, ending: 'notice' };
  }
  writer.write(wholeOf(earlier));
  ephemeral.send(conversation, asker, botMessages.earlierAnswerStands(sentence));
  const [{ usage, omits } = {}] = earlier;
  return { ending: 'kept', ...(usage && { usage }), ...(omits && { omits }) };
}

/** What to tell the people in the thread; undefined when a later try may help. */
export function noticeFor(error: unknown, overdue: boolean, botMessages: BotMessages): string | undefined {
  if (error instanceof ModelError) return botMessages.modelProblem(error.problem);
  if (error instanceof BudgetReachedError) return botMessages.budgetUsedUp(error.owner, error.freeAt);
  return overdue ? botMessages.unexpected : undefined;
}

/** People's turns that wait for an answer, oldest first. */
export function pendingTurns({ turns, pending }: Conversation): PersonTurn[] {
  const waiting = new Set(pending);
  return turns.filter((turn): turn is PersonTurn => turn.role === 'person' && waiting.has(turn.ts));
}
