import type { Result } from 'ioredis';
import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { DELIVERY_WINDOW_S, mayArriveLate } from '../core/delivery-window.js';
import { AmendedError, NewerFormatError, StaleRunError } from '../core/errors.js';
import { beginsConversation, turnOf } from '../core/incoming-message.js';
import type { Amended, Appended, ConversationStore } from '../core/ports.js';
import { inOrder } from '../core/turn.js';
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
 * Format version of a stored conversation. Increase it when older versions of the program would misread the data. An
 * additional field, which they ignore, needs no new version.
 */
const FORM = '1';

/** Conversations in Redis. `keys.ts` documents the stored data; the scripts in `lua/` make each method atomic. */
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
    async append(message, intent) {
      const { ts, author } = message;
      const bytes = encodeTurn(turnOf(message));
      const isFirst = beginsConversation(message) ? '1' : '0';
      const appended = await redis.skeinAppend(
        ...keys(keyOf(message.conversation)),
        ts,
        bytes,
        intent,
        author,
        isFirst,
        ttl,
        FORM,
        arrivalWindow(message.conversation.thread, ts),
      );
      return appended as Appended;
    },

    async edit(key, turn, editedTs, { asks, newlyAsks, regenerate } = {}) {
      const flags = [asks, newlyAsks, regenerate].map((isSet) => (isSet ? '1' : '0'));
      const result = await redis.skeinAmend(
        ...keys(key),
        turn.ts,
        encodeTurn(turn),
        editedTs,
        ttl,
        FORM,
        arrivalWindow(turn.ts, editedTs),
        ...flags,
      );
      if (result === 'newer') throw new NewerFormatError(key);
      return result as Amended;
    },

    async remove(key, ts) {
      return (await redis.skeinAmend(...keys(key), ts, '', '', ttl, FORM, String(DELIVERY_WINDOW_S), '1')) as Amended;
    },

    async load(key, run = '') {
      const loaded = await redis.skeinLoad(...keys(key), ttl, run, FORM);
      if (typeof loaded === 'number') throw new NewerFormatError(key);
      if (!loaded) return undefined;
      const [stored, pending, state] = [pairsOf(loaded[0]), loaded[1], new Map(pairsOf(loaded[2]))];
      const turns = stored.flatMap(([ts, bytes]) => (bytes === '' ? [] : (decodeTurn(ts, bytes) ?? [])));
      const storedReply = state.get('reply');
      const reply = storedReply === undefined ? undefined : decodeReply(storedReply);
      const firstPending = state.get('asked')?.split(' ');
      const seenBeforeStart = state.get('missed')?.split(' ').filter(Boolean);
      return {
        id: idOf(key),
        turns: inOrder(turns),
        pending,
        backlogRead: state.get('backlog') === '1',
        ...(seenBeforeStart && { seenBeforeStart }),
        ...(reply && { reply }),
        ...(firstPending && { firstPending }),
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
      const args = turns.flatMap((turn) => [turn.ts, encodeTurn(turn), turn.role === 'person' ? turn.author : '']);
      await redis.skeinBacklog(...keys(key), ttl, ...args);
    },

    async recordReply(key, reply, run = '') {
      throwIfRefused(key, await redis.skeinReply(...keys(key), encodeReply(reply), ttl, run, reply.after));
    },

    async settle(key, answered, reply, run = '') {
      const turns = reply.flatMap((turn) => [turn.ts, encodeTurn(turn)]);
      const after = reply[0]?.after ?? '';
      const reopened = encodeReply({ after, messages: reply.map(({ ts }) => ts), opening: false });
      throwIfRefused(
        key,
        await redis.skeinSettle(
          ...keys(key),
          ttl,
          run,
          reopened,
          after,
          String(answered.length),
          ...answered,
          ...turns,
        ),
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
  // Versions of the program without summaries remove a turn but keep the summary that covers it.
  const existing = covers && new Set(stored.flatMap(([ts, bytes]) => (bytes === '' ? [] : ts)));
  const isValid = existing && covers.every((ts) => existing.has(ts));
  return {
    ...(text !== undefined && covers && isValid && { summary: { text, covers } }),
    ...(changes !== undefined && { changes: Number(changes) }),
  };
}

/** Seconds in which the message `ts` may still arrive; '' when it is too old. */
function arrivalWindow(ts: string, now: string): string {
  return mayArriveLate(ts, now) ? String(DELIVERY_WINDOW_S) : '';
}

/** Throws the error that a script's result stands for. */
function throwIfRefused(key: ConversationKey, result: number): void {
  if (result === 0) throw new StaleRunError(key);
  if (result === 2) throw new AmendedError(key);
}

/** Pairs of field and value, from the flat list that a script returns for a hash. */
function pairsOf(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at] ?? '', flat[2 * at + 1] ?? '']);
}
