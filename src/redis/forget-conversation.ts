/** The part of the conversation store that forgets. */
import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import type { ConversationStore } from '../core/ports.js';
import { filesIn, type Turn } from '../core/turn.js';
import type { RedisClient } from './client.js';
import { decodeTurn } from './codec.js';
import { keysOf } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinForget(...keysThenArgs: string[]): Result<number, Context>;
  }
}

/** What stays of the state: the conversation is known, and a reply that is being written is taken back. */
const STAYS = ['v', 'author', 'authors', 'several', 'newest', 'aside', 'run', 'reply', 'after', 'backlog', 'changes'];
const TS = /^\d+\.\d+$/;

/** `remove`: of one turn. */
export function forgetting(
  redis: RedisClient,
  ttl: string,
  prefix: string | undefined,
  remove: ConversationStore['remove'],
): Pick<ConversationStore, 'forget' | 'forgetAuthor' | 'filesOf'> {
  defineScript(redis, 'skeinForget', 'forget', 4);

  async function forget(key: ConversationKey): Promise<number> {
    const { turns, pending, state, folded } = keysOf(key, prefix);
    return redis.skeinForget(turns, pending, state, folded, ttl, ...STAYS);
  }

  /** All that was said and not removed, as far as it is known. */
  async function said(key: ConversationKey): Promise<{ known: Turn[]; hasSealed: boolean }> {
    const { turns, folded } = keysOf(key, prefix);
    const [stored, covered] = await Promise.all([redis.hgetall(turns), redis.hgetall(folded)]);
    const known = Object.entries({ ...covered, ...stored }).flatMap(([ts, bytes]) =>
      TS.test(ts) && bytes !== '' ? (decodeTurn(ts, bytes) ?? []) : [],
    );
    return { known, hasSealed: Object.keys(covered).some((field) => field.startsWith('sealed:')) };
  }

  return {
    forget,
    async forgetAuthor(key, author) {
      const { known, hasSealed } = await said(key);
      // Of a sealed segment nobody knows any more whose words are in it.
      if (hasSealed) return forget(key);
      const theirs = known.filter((turn) => turn.role === 'person' && turn.author === author);
      for (const { ts } of theirs) await remove(key, ts, author);
      return theirs.length;
    },
    async filesOf(key) {
      return filesIn((await said(key)).known);
    },
  };
}
