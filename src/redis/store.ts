import type { Result } from 'ioredis';
import { AmendedError, NewerFormError, StaleRunError } from '../core/errors.js';
import type { Amended, Appended, ConversationStore } from '../core/ports.js';
import type { Conversation } from '../core/conversation.js';
import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import { beginsConversation } from '../core/incoming-message.js';
import { inOrder } from '../core/turn.js';
import { DELIVERY_WINDOW_S, mayArriveLate } from '../core/delivery-window.js';
import type { RedisClient } from './client.js';
import { decodeReply, decodeTurn, encodeReply, encodeTurn } from './codec.js';
import { keysOf } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinAppend(...keysThenArgs: string[]): Result<string, Context>;
    skeinAmend(...keysThenArgs: string[]): Result<string, Context>;
    skeinCompact(...keysThenArgs: string[]): Result<number, Context>;
    skeinLoad(...keysThenArgs: string[]): Result<[string[], string[], string[]] | number | null, Context>;
    skeinSettle(...keysThenArgs: string[]): Result<number, Context>;
    skeinBacklog(...keysThenArgs: string[]): Result<null, Context>;
    skeinReply(...keysThenArgs: string[]): Result<number, Context>;
  }
}

const SCRIPTS = {
  skeinAppend: 'append',
  skeinAmend: 'amend',
  skeinCompact: 'compact',
  skeinLoad: 'load',
  skeinSettle: 'settle',
  skeinBacklog: 'backlog',
  skeinReply: 'reply',
} as const;
const SECONDS_PER_DAY = 86_400;
/**
 * Of the data of a conversation. Goes up when a version of the program that knows only the form before would get
 * conversations wrong; what such a version reads past, a field more say, leaves it as it is.
 */
const FORM = '1';

/** The conversations in Redis; the layout stands in `keys.ts`, what must be atomic in `lua/`. */
export function redisStore(redis: RedisClient, ttlDays: number, prefix?: string): ConversationStore {
  const ttl = String(Math.ceil(ttlDays * SECONDS_PER_DAY));
  for (const [name, file] of Object.entries(SCRIPTS)) {
    defineScript(redis, name, file, 3);
  }

  /** KEYS of every script. */
  function keys(key: ConversationKey): [string, string, string] {
    const { turns, pending, state } = keysOf(key, prefix);
    return [turns, pending, state];
  }

  return {
    async append(message, asking) {
      const { ts, author, text, tokens } = message;
      const bytes = encodeTurn({ role: 'person', ts, author, text, ...(tokens !== undefined && { tokens }) });
      const begins = beginsConversation(message) ? '1' : '0';
      const appended = await redis.skeinAppend(
        ...keys(keyOf(message.conversation)),
        ts,
        bytes,
        asking,
        author,
        begins,
        ttl,
        FORM,
        early(message.conversation.thread, ts),
      );
      return appended as Appended;
    },

    async edit(key, turn, editedTs, { asks, newlyAsks, regenerate } = {}) {
      const meaning = [asks, newlyAsks, regenerate].map((is) => (is ? '1' : '0'));
      const result = await redis.skeinAmend(
        ...keys(key),
        turn.ts,
        encodeTurn(turn),
        editedTs,
        ttl,
        FORM,
        early(turn.ts, editedTs),
        ...meaning,
      );
      if (result === 'newer') throw new NewerFormError(key);
      return result as Amended;
    },

    async remove(key, ts) {
      return (await redis.skeinAmend(...keys(key), ts, '', '', ttl, FORM, String(DELIVERY_WINDOW_S), '1')) as Amended;
    },

    async load(key, run = '') {
      const moment = await redis.skeinLoad(...keys(key), ttl, run, FORM);
      if (typeof moment === 'number') throw new NewerFormError(key);
      if (!moment) return undefined;
      const [stored, pending, state] = [pairsOf(moment[0]), moment[1], new Map(pairsOf(moment[2]))];
      const turns = stored.flatMap(([ts, bytes]) => (bytes === '' ? [] : (decodeTurn(ts, bytes) ?? [])));
      const begun = state.get('reply');
      const reply = begun === undefined ? undefined : decodeReply(begun);
      const seenBeforeStart = state.get('missed')?.split(' ').filter(Boolean);
      return {
        id: idOf(key),
        turns: inOrder(turns),
        pending,
        backlogRead: state.get('backlog') === '1',
        ...(seenBeforeStart && { seenBeforeStart }),
        ...(reply && { reply }),
        ...redoIn(state),
        ...summaryIn(state, stored),
      };
    },

    async confirm(key, run) {
      const owner = await redis.hget(keysOf(key, prefix).state, 'run');
      if (owner === `${run}!`) throw new AmendedError(key);
      if (owner !== null && owner !== run) throw new StaleRunError(key);
    },

    async addBacklog(key, turns) {
      const threes = turns.flatMap((turn) => [turn.ts, encodeTurn(turn), turn.role === 'person' ? turn.author : '']);
      await redis.skeinBacklog(...keys(key), ttl, ...threes);
    },

    async recordReply(key, reply, run = '') {
      refuse(key, await redis.skeinReply(...keys(key), encodeReply(reply), ttl, run, reply.after));
    },

    async settle(key, answered, reply, run = '') {
      const turns = reply.flatMap((turn) => [turn.ts, encodeTurn(turn)]);
      const after = reply[0]?.after ?? '';
      const again = encodeReply({ after, messages: reply.map(({ ts }) => ts), opening: false });
      refuse(
        key,
        await redis.skeinSettle(...keys(key), ttl, run, again, after, String(answered.length), ...answered, ...turns),
      );
    },

    async compact(key, { text, covers }, changes) {
      return (await redis.skeinCompact(...keys(key), ttl, String(changes), text, covers.join(' '))) === 1;
    },
  };
}

function redoIn(state: ReadonlyMap<string, string>): Pick<Conversation, 'redo'> {
  const turns = state
    .get('redo')
    ?.split(' ')
    .flatMap((ts) => decodeTurn(ts, state.get(`redo:${ts}`) ?? '') ?? []);
  return turns ? { redo: turns.filter((turn) => turn.role === 'assistant') } : {};
}

function summaryIn(
  state: ReadonlyMap<string, string>,
  stored: readonly [ts: string, bytes: string][],
): Pick<Conversation, 'summary' | 'changes'> {
  const [text, covers, changes] = [state.get('summary'), state.get('covers')?.split(' '), state.get('changes')];
  // A version of the program that knows of no summaries removes a turn and leaves them.
  const kept = covers && new Set(stored.flatMap(([ts, bytes]) => (bytes === '' ? [] : ts)));
  const isWhole = kept && covers.every((ts) => kept.has(ts));
  return {
    ...(text !== undefined && covers && isWhole && { summary: { text, covers } }),
    ...(changes !== undefined && { changes: Number(changes) }),
  };
}

/** For how many seconds to keep what came before the message `ts`; '' when that one comes no more. */
function early(ts: string, now: string): string {
  return mayArriveLate(ts, now) ? String(DELIVERY_WINDOW_S) : '';
}

/** Throws what a script's refusal means. */
function refuse(key: ConversationKey, result: number): void {
  if (result === 0) throw new StaleRunError(key);
  if (result === 2) throw new AmendedError(key);
}

/** A hash as Redis's scripts give it: names and values in turn. */
function pairsOf(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] ?? '', flat[2 * at + 1] ?? '']);
}
