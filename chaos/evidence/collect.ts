import type { Simulator } from '../../src/simulator/index.js';
import { acksOf } from './acks.js';
import type { Evidence, Shown } from '../checker/evidence.js';
import type { FaultyModel } from '../environment/model.js';
import { placeOf, type Workload } from '../environment/workload.js';

/** Slack's way to say that a reply will never be taken. */
const REFUSALS = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'is_inactive', 'thread_not_found']);
/** Where Slack refuses a stream, a message may still be posted. */
const WRITING = new Set(['chat.postMessage', 'chat.update', 'chat.appendStream', 'chat.stopStream']);

/** What the checker looks at: the workspace as it stands, and what the model was sent. */
export function evidenceOf(
  slack: Simulator,
  workload: Workload,
  model: FaultyModel,
  { hangs, ends }: Pick<Evidence, 'hangs' | 'ends'>,
): Evidence {
  const acks = acksOf(slack.deliveries);
  const shown = shownIn(slack);
  return {
    said: workload.messages.map((message) => ({
      token: message.token,
      asks: message.asks,
      place: placeOf(message),
      ts: message.ts,
      sentAt: acks.said.get(message.ts)?.sentAt,
      ackedAt: acks.said.get(message.ts)?.ackedAt,
      deleted: message.deleted,
      deletionAckedAt: acks.deleted.get(message.ts)?.ackedAt,
      edits: message.edits.map((_, at) => acks.edited.get(`${message.ts}#${at + 1}`)?.ackedAt),
    })),
    shown,
    prompts: model.prompts,
    statuses: statusesIn(slack, workload, shown),
    refusals: refusalsIn(slack, shown),
    unacknowledged: slack.deliveries
      .filter(({ state }) => state !== 'acked')
      .map(({ eventId, state }) => `${eventId} (${state})`),
    hangs,
    ends,
  };
}

function shownIn(slack: Simulator): Shown[] {
  // Played answers: Slack says that a stream is over, and the simulator knows nothing of it.
  const over = new Set(
    slack.calls
      .filter(({ result }) => result?.['error'] === 'message_not_in_streaming_state')
      .map(({ args }) => args['ts']),
  );
  return slack.channels().flatMap(({ id: channel }) =>
    slack
      .messages(channel)
      .filter(({ user, subtype }) => user === slack.bot.userId && subtype !== 'tombstone')
      .map(({ ts, threadTs, markdown, text, streaming }) => ({
        place: placeOf({ channel, thread: threadTs }),
        ts,
        text: markdown ?? text,
        live: streaming === 'live' && !over.has(ts),
      })),
  );
}

/**
 * Those that stand, and those that stood until Slack's two minutes were over. Where somebody took a question back, its line
 * may stand for so long; a thread whose first message is gone has none.
 */
function statusesIn(slack: Simulator, workload: Workload, shown: readonly Shown[]): string[] {
  const threads = new Map(
    workload.messages.flatMap(({ channel, thread }) =>
      thread === undefined ? [] : [[placeOf({ channel, thread }), { channel, thread }]],
    ),
  );
  const forgivenIn = new Set(workload.messages.filter(({ deleted }) => deleted).map(placeOf));
  const isThere = (channel: string, thread: string): boolean => slack.messages(channel, thread).length > 0;
  const standing = [...threads]
    .filter(([, { channel, thread }]) => slack.status(channel, thread) !== undefined && isThere(channel, thread))
    .map(([place]) => place);
  const newestIn = new Map(
    shown.toSorted((a, b) => (a.ts < b.ts ? -1 : 1)).map(({ place, ts }) => [place, Number(ts) * 1_000]),
  );
  const lastSet = new Map(
    slack.calls
      .filter(({ method, result }) => method === 'assistant.threads.setStatus' && result?.['ok'] === true)
      .map(({ args, at }) => [
        placeOf({ channel: String(args['channel_id']), thread: String(args['thread_ts']) }),
        { at, text: args['status'] },
      ]),
  );
  const forgotten = [...lastSet]
    .filter(([place, { at, text }]) => text !== '' && (newestIn.get(place) ?? 0) < at)
    .map(([place]) => place);
  return [...new Set([...standing, ...forgotten])].filter((place) => !forgivenIn.has(place));
}

function refusalsIn(slack: Simulator, shown: readonly Shown[]): { place: string; at: number }[] {
  const placeByTs = new Map(shown.map(({ place, ts }) => [`${place.split('/')[0]}:${ts}`, place]));
  return slack.calls
    .filter(({ method, result }) => WRITING.has(method) && REFUSALS.has(String(result?.['error'])))
    .map(({ args, at }) => {
      const channel = String(args['channel']);
      const thread = typeof args['thread_ts'] === 'string' ? args['thread_ts'] : undefined;
      return { place: placeByTs.get(`${channel}:${String(args['ts'])}`) ?? placeOf({ channel, thread }), at };
    });
}
