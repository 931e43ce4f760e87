/** What people do with a reply that is there: another answer, an earlier one, the rest of it. */
import { type ConversationKey, idOf } from '../core/conversation-id.js';
import type { AgainWish, ConversationStore, Reopened, WorkQueue } from '../core/ports.js';

export interface ReplyActs {
  /** May be repeated with the same wish. */
  again(key: ConversationKey, wish: AgainWish): Promise<Reopened>;
  /**
   * Asks for the rest of the reply whose last message is `reply`, as if `person` had said `words`. Once, however many press and
   * however often.
   */
  goOn(key: ConversationKey, ask: { reply: string; person: string; words: string }): Promise<void>;
}

export function replyActs(
  store: Pick<ConversationStore, 'again' | 'append'>,
  queue: Pick<WorkQueue, 'wake'>,
): ReplyActs {
  return {
    async again(key, wish) {
      const reopened = await store.again(key, wish);
      if (reopened === 'begun') await queue.wake(key);
      return reopened;
    },
    async goOn(key, { reply, person, words }) {
      const message = { conversation: idOf(key), ts: rightAfter(reply), author: person, text: words };
      await store.append({ ...message, addressed: 'bot' }, 'yes');
      await queue.wake(key);
    },
  };
}

/** A microsecond later: no message of Slack's has this `ts`, and the reply's is the same for all who press. */
function rightAfter(ts: string): string {
  const [seconds = '', micros = ''] = ts.split('.');
  const next = Number(micros) + 1;
  return next < 1_000_000 ? `${seconds}.${String(next).padStart(6, '0')}` : `${Number(seconds) + 1}.000000`;
}
