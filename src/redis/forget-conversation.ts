/** The part of the conversation store that forgets. */
import type { Result } from 'ioredis';
import type { ConversationKey } from '../core/conversation-id.js';
import type { ConversationStore } from '../core/ports.js';
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
): Pick<ConversationStore, 'forget' | 'forgetAuthor'> {
  defineScript(redis, 'skeinForget', 'forget', 4);

  async function forget(key: ConversationKey): Promise<number> {
    const { turns, pending, state, folded } = keysOf(key, prefix);
    return redis.skeinForget(turns, pending, state, folded, ttl, ...STAYS);
  }

  return {
    forget,
    async forgetAuthor(key, author) {
      const { turns, folded } = keysOf(key, prefix);
      const [stored, covered] = await Promise.all([redis.hgetall(turns), redis.hgetall(folded)]);
      // Of a sealed segment nobody knows any more whose words are in it.
      if (Object.keys(covered).some((field) => field.startsWith('sealed:'))) return forget(key);
      const theirs = Object.entries({ ...covered, ...stored }).flatMap(([ts, bytes]) => {
        const turn = TS.test(ts) && bytes !== '' ? decodeTurn(ts, bytes) : undefined;
        return turn?.role === 'person' && turn.author === author ? [ts] : [];
      });
      for (const ts of theirs) await remove(key, ts, author);
      return theirs.length;
    },
  };
}
