import type { Simulator } from '../../src/simulator/index.js';
import type { BotMessage, Evidence } from '../checker/evidence.js';
import { placeOf } from '../environment/workload.js';

/** Errors by which Slack permanently refuses a reply. */
const REFUSALS = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'is_inactive', 'thread_not_found']);
const POST_METHODS = new Set(['chat.postMessage', 'chat.startStream']);
/** Without chat.startStream: when that is refused, a message can still be posted. */
const WRITE_METHODS = new Set(['chat.postMessage', 'chat.update', 'chat.appendStream', 'chat.stopStream']);

function threadOf({ thread_ts: thread }: Record<string, unknown>): string | undefined {
  return typeof thread === 'string' ? thread : undefined;
}

/** Where and when Slack refused for good what the bot wrote. */
export function refusalsIn(slack: Simulator, botMessages: readonly BotMessage[]): Evidence['refusals'] {
  const placeByTs = new Map(botMessages.map(({ place, ts }) => [`${place.split('/')[0]}:${ts}`, place]));
  // Also of messages that were deleted since.
  for (const { method, args, result } of slack.calls) {
    const channel = String(args['channel']);
    const key = `${channel}:${String(result?.['ts'])}`;
    if (POST_METHODS.has(method) && !placeByTs.has(key))
      placeByTs.set(key, placeOf({ channel, thread: threadOf(args) }));
  }
  return slack.calls
    .filter(({ method, result }) => WRITE_METHODS.has(method) && REFUSALS.has(String(result?.['error'])))
    .map(({ args, at }) => {
      const channel = String(args['channel']);
      const place = placeByTs.get(`${channel}:${String(args['ts'])}`) ?? placeOf({ channel, thread: threadOf(args) });
      return { place, at };
    });
}
