/** Slack's Web API calls of one conversation, for the inspector. Pure. */
import type { Call } from '../simulator/index.js';
import type { CallView, TimelineEvent } from './inspection.js';

/** Calls about the thread or a message posted to it by such a call. For a DM's top level: calls without a thread. */
export function callsAbout(calls: readonly Call[], channel: string, thread: string | undefined): CallView[] {
  const messages = new Set(thread === undefined ? [] : [thread]);
  const about = calls.filter(({ args, result }) => {
    if ((args['channel'] ?? args['channel_id']) !== channel) return false;
    const message = args['ts'] ?? args['timestamp'];
    const isAbout = typeof message === 'string' ? messages.has(message) : (args['thread_ts'] || undefined) === thread;
    if (isAbout && typeof result?.['ts'] === 'string') messages.add(result['ts']);
    return isAbout;
  });
  return about.map((call) => ({
    method: call.method,
    at: call.at,
    ...(call.tookMs !== undefined && { ms: call.tookMs }),
    outcome: outcomeOf(call),
  }));
}

function outcomeOf({ status, result, dropped }: Call): string {
  if (dropped) return 'broken';
  if (status === undefined) return 'running';
  if (result?.['ok'] === true) return 'ok';
  const code = typeof result?.['error'] === 'string' ? result['error'] : `HTTP ${status}`;
  return status === 429 ? `${code} (429)` : code;
}

/** Calls as events of the timeline: a streamed reply repeats one method, and such successful calls in a row are one event. */
export function callEvents(calls: readonly CallView[]): TimelineEvent[] {
  const groups: CallView[][] = [];
  for (const call of calls) {
    const last = groups.at(-1)?.[0];
    const continues = last && last.method === call.method && last.outcome === 'ok' && call.outcome === 'ok';
    if (continues) groups.at(-1)?.push(call);
    else groups.push([call]);
  }
  return groups.map((group) => {
    const [{ method, at, outcome, ms }] = group as [CallView];
    const ended = (group.at(-1)?.at ?? at) + (group.at(-1)?.ms ?? 0);
    return {
      at,
      side: 'slack',
      text: `${method}${group.length > 1 ? ` ×${group.length}` : ''}${outcome === 'ok' ? '' : `: ${SAID[outcome] ?? outcome}`}`,
      ...(group.length > 1 ? { ms: ended - at } : ms !== undefined && { ms }),
      ...(outcome !== 'ok' && outcome !== 'running' && { problem: true as const }),
    };
  });
}

const SAID: Readonly<Record<string, string>> = { running: 'running', broken: 'no response' };
