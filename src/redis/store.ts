import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import { reopenedReply } from '../core/conversation.js';
import { DELIVERY_WINDOW_S, mayArriveLate } from '../core/delivery-window.js';
import { AmendedError, NewerFormatError, StaleRunError } from '../core/errors.js';
import { beginsConversation, contextTurnOf, stopTurnOf, turnOf } from '../core/incoming-message.js';
import type { Amended, Appended, ConversationStore } from '../core/ports.js';
import { type AssistantTurn, inOrder, oldestFrom, outlineOf, type PersonTurn } from '../core/turn.js';
import { channelBeforeIn, encodeCopy } from './channel-copies.js';
import { isCluster, type RedisClient } from './client.js';
import { encodeReply, encodeSegment, encodeTurn, PARTIAL_BYTES, turnsIn } from './codec.js';
import { forgetting } from './forget-conversation.js';
import { keysOf } from './keys.js';
import { againIn, isStopped, listIn, OUTLINE_FIELDS, redoIn, replyIn, segmentsIn, STATE_FIELDS } from './state.js';
import { defineStoreScripts, type Loaded } from './store-scripts.js';

const SECONDS_PER_DAY = 86_400;
/**
 * Format version of a stored conversation. Increase it when older versions of the program would misread the data. An
 * additional field, which they ignore, needs no new version.
 */
const FORM = '2';
/** The format of a new conversation, until it has segments: earlier versions can go on with it. */
const FORM_WITHOUT_SEGMENTS = '1';
/** Conversations in Redis. `keys.ts` documents the stored data; the scripts in `lua/` make each method atomic. */
export function redisStore(redis: RedisClient, ttlDays: number, prefix?: string): ConversationStore {
  const ttl = String(Math.ceil(ttlDays * SECONDS_PER_DAY));
  defineStoreScripts(redis);

  /** KEYS of every script. */
  function keys(key: ConversationKey): [string, string, string, string] {
    const { turns, pending, state, folded } = keysOf(key, prefix);
    return [turns, pending, state, folded];
  }

  async function read(key: ConversationKey, run: string, outline = false): Promise<Loaded | undefined> {
    const [only, fields] = outline ? ['1', OUTLINE_FIELDS] : ['', STATE_FIELDS];
    const loaded = await redis.skeinLoad(...keys(key), ttl, run, FORM, only, ...fields);
    if (typeof loaded === 'number') throw new NewerFormatError(key);
    return loaded ?? undefined;
  }

  async function remove(key: ConversationKey, ts: string, author = ''): Promise<Amended> {
    const window = String(DELIVERY_WINDOW_S);
    return (await redis.skeinAmend(...keys(key), ts, '', '', ttl, FORM, window, '1', '', '', author)) as Amended;
  }

  /**
   * The connection on which what is sent behind `append` is done after it: not by another node of a cluster, nor by a
   * server that has to be sent the script first, as after its restart.
   */
  let known: unknown;
  // ioredis opens a new stream for each connection.
  const connection = (): unknown => (isCluster(redis) ? undefined : redis.stream);

  return {
    remove,

    async append(message, intent, behind) {
      const { ts, author, from } = message;
      const bytes = encodeTurn(turnOf(message));
      const isFirst = beginsConversation(message) ? '1' : '0';
      const appending = redis.skeinAppend(
        ...keys(keyOf(message.conversation)),
        ts,
        bytes,
        intent,
        from === undefined ? author : '',
        isFirst,
        ttl,
        FORM_WITHOUT_SEGMENTS,
        arrivalWindow(message.conversation.thread, ts),
        encodeTurn(contextTurnOf(message)),
        message.before ? '1' : '',
        message.stops ?? '',
        message.stops === 'only' ? encodeTurn(stopTurnOf(message)) : '',
        ...(message.before ?? []).flatMap((one) => [one.ts, encodeCopy(one)]),
      );
      if (known !== undefined && known === connection()) behind?.();
      const appended = (await appending) as Appended;
      known = connection();
      return appended;
    },

    async edit(key, turn, editedTs, { asks, newlyAsks, regenerate, completes } = {}) {
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
        turn.author,
        ...(completes ? ['', '', '', PARTIAL_BYTES] : []),
      );
      if (result === 'newer') throw new NewerFormatError(key);
      return result as Amended;
    },

    async fileDeleted(key, ts) {
      const nothingElse = Array<string>(7).fill('');
      return (await redis.skeinAmend(...keys(key), ts, '', '', ttl, FORM, ...nothingElse, '1')) as Amended;
    },

    async amendBefore(key, message) {
      await redis.skeinBefore(...keys(key), message.ts, encodeCopy(message), ttl, String(DELIVERY_WINDOW_S));
    },

    ...forgetting(redis, ttl, prefix, remove),

    async load(key, run = '') {
      let loaded = await read(key, run);
      const [, , , removedElsewhere = []] = loaded ?? [];
      for (const ts of removedElsewhere) await remove(key, ts);
      if (removedElsewhere.length > 0) loaded = await read(key, run);
      if (!loaded) return undefined;
      const [turns, pending, state] = [turnsIn(loaded[0]), loaded[1], new Map(pairsOf(loaded[2]))];
      const reply = replyIn(state);
      const [seenBeforeStart, authors, firstPending] = ['missed', 'authors', 'asked'].map((field) =>
        listIn(state, field),
      );
      return {
        id: idOf(key),
        turns: inOrder(turns),
        pending,
        backlogRead: state.get('backlog') === '1',
        ...(authors && { authors }),
        ...(seenBeforeStart && { seenBeforeStart }),
        ...(reply && { reply }),
        ...(firstPending && { firstPending }),
        ...(isStopped(state) && { stopped: true as const }),
        ...redoIn(state),
        ...againIn(state),
        ...segmentsIn(state),
        ...channelBeforeIn(state, turns, Number(ttl)),
      };
    },

    async outline(key, run) {
      const loaded = await read(key, run, true);
      if (!loaded) return undefined;
      const [stored, pending, state] = [pairsOf(loaded[0]), loaded[1], new Map(pairsOf(loaded[2]))];
      const [reply, firstPending] = [replyIn(state), listIn(state, 'asked')];
      return {
        id: idOf(key),
        turns: outlineOf(stored.map(([ts]) => ts).toSorted(), state.get('author') ?? ''),
        pending,
        backlogRead: true,
        ...(reply && { reply }),
        ...(firstPending && { firstPending }),
      };
    },

    async confirm(key, run) {
      const fields = ['run', 'asked', 'stopped'] as const;
      const [owner = null, asked, stopped] = await redis.hmget(keysOf(key, prefix).state, ...fields);
      if (owner === `${run}!`) throw new AmendedError(key);
      if (owner !== null && owner !== run) throw new StaleRunError(key);
      return typeof stopped === 'string' && stopped === asked;
    },

    async stop(key, { at, after = '', messages = [] }) {
      return (await redis.skeinStop(...keys(key), ttl, at, after, ...messages)) === 1;
    },

    async again(key, { id, reply, version }) {
      const none = ['', '0', '0', '0', ''];
      const wish = [...none, id, version === undefined ? 'new' : String(version)];
      const result = await redis.skeinAmend(...keys(key), reply, '', '', ttl, FORM, ...wish);
      if (result === 'newer') throw new NewerFormatError(key);
      return result === 'unknown' ? 'early' : result === 'changed' ? 'begun' : 'refused';
    },

    async addBacklog(key, turns) {
      const args = turns.flatMap((turn) => [turn.ts, encodeTurn(turn), authorForBacklog(turn)]);
      await redis.skeinBacklog(...keys(key), ttl, ...args);
    },

    async recordReply(key, reply, run = '') {
      throwIfRefused(key, await redis.skeinReply(...keys(key), encodeReply(reply), ttl, run, reply.after));
    },

    async settle(key, answered, reply, run = '', stillAsked = []) {
      const turns = reply.flatMap((turn) => [turn.ts, encodeTurn(turn)]);
      const reopened = encodeReply(reopenedReply(reply));
      const after = reply[0]?.after ?? '';
      const args = [run, reopened, after, String(answered.length), stillAsked.join(' '), ...answered, ...turns];
      const [outcome, pending = 0] = await redis.skeinSettle(...keys(key), ttl, ...args);
      throwIfRefused(key, outcome);
      return pending;
    },

    async compact(key, { segment, turns, before = '', segments, seal }, changes) {
      const stored = await redis.skeinCompact(
        ...keys(key),
        ttl,
        String(changes),
        FORM,
        // New in the conversation, because each change has its own number.
        String(changes),
        encodeSegment(segment),
        segment.newest,
        before,
        segments.join(' '),
        String(seal.length),
        ...seal.flatMap(({ id, position, newest }) => [id, `${oldestFrom(position)} ${newest}`]),
        ...turns,
      );
      return stored === 1;
    },
  };
}

/** Who may be a second person in the conversation: not an app. Empty: the bot. */
function authorForBacklog(turn: PersonTurn | AssistantTurn): string {
  if (turn.role === 'assistant') return '';
  return turn.unasked === 'app' ? 'app' : turn.author;
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
