/** What files say, for a summary: of the turns that are summed up, all is shown that a prompt may show. */
import type { Conversation } from '../core/conversation.js';
import type { FilesOfTurns, Model } from '../core/ports.js';
import type { NextSegment } from './summary.js';

/** A conversation with what its files say, and as it was loaded. */
export interface Loaded {
  readonly plain: Conversation;
  readonly conversation: Conversation;
}

/**
 * In a whole conversation only the newest files are shown. The oldest turns are the ones that are summed up, and nothing
 * else will be known of their files.
 */
export async function withFilesOf(
  next: NextSegment,
  { plain, conversation }: Loaded,
  files: FilesOfTurns | undefined,
  model: Pick<Model, 'imageTokens'>,
  signal: AbortSignal,
): Promise<{ conversation: Conversation; next: NextSegment }> {
  const wanted = new Set(next.turns.map(({ ts }) => ts));
  const turns = plain.turns.filter(({ ts }) => wanted.has(ts));
  if (!files || !turns.some((turn) => turn.role === 'person' && turn.files)) return { conversation, next };
  const read = await files.read({ ...plain, turns }, model, signal);
  const shown = new Map(read.conversation.turns.map((turn) => [turn.ts, turn]));
  const replaced = <T extends { ts: string }>(all: readonly T[]): T[] =>
    all.map((turn) => (shown.get(turn.ts) as T | undefined) ?? turn);
  return {
    conversation: { ...conversation, turns: replaced(conversation.turns) },
    next: { ...next, turns: replaced(next.turns) },
  };
}
