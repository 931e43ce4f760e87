/** Reads the fields of a conversation's state, which `keys.ts` lists. Pure. */
import type { Conversation } from '../core/conversation.js';
import { byPosition } from '../core/turn.js';
import { decodeReply, decodeSegment, decodeTurn } from './codec.js';

/** What is read of a conversation's state. */
export const STATE_FIELDS = [
  'authors',
  'copied',
  'asked',
  'stopped',
  'backlog',
  'missed',
  'reply',
  'redo',
  'again',
  'segments',
  'unfolded:by',
  'changes',
];
/** The same for its outline. */
export const OUTLINE_FIELDS = ['author', 'asked', 'reply'];

export function listIn(state: ReadonlyMap<string, string>, field: string): string[] | undefined {
  return state.get(field)?.split(' ').filter(Boolean);
}

export function replyIn(state: ReadonlyMap<string, string>): Conversation['reply'] {
  const reply = state.get('reply');
  return reply === undefined ? undefined : decodeReply(reply);
}

/** Not if the reply that was stopped is settled: a version that knows no stops leaves the field. */
export function isStopped(state: ReadonlyMap<string, string>): boolean {
  const stopped = state.get('stopped');
  return stopped !== undefined && stopped === state.get('asked');
}

export function redoIn(state: ReadonlyMap<string, string>): Pick<Conversation, 'redo'> {
  const turns = state
    .get('redo')
    ?.split(' ')
    .flatMap((ts) => decodeTurn(ts, state.get(`redo:${ts}`) ?? '') ?? []);
  return turns ? { redo: turns.filter((turn) => turn.role === 'assistant') } : {};
}

export function againIn(state: ReadonlyMap<string, string>): Pick<Conversation, 'again'> {
  const again = state.get('again');
  // A version that knows nothing of it leaves the field.
  if (again === undefined || !state.has('redo')) return {};
  return { again: again === 'new' ? {} : { version: Number(again) } };
}

export function segmentsIn(
  state: ReadonlyMap<string, string>,
): Pick<Conversation, 'segments' | 'unfoldedBy' | 'changes'> {
  const ids = listIn(state, 'segments') ?? [];
  const found = ids.flatMap((id) => decodeSegment(id, state.get(`segment:${id}`) ?? '') ?? []);
  const segments = found.toSorted(byPosition);
  const [unfoldedBy, changes] = [state.get('unfolded:by'), state.get('changes')];
  return {
    ...(segments.length > 0 && { segments }),
    ...(unfoldedBy !== undefined && { unfoldedBy }),
    ...(changes !== undefined && { changes: Number(changes) }),
  };
}
