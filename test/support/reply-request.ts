import type { ConversationId } from '../../src/core/conversation-id.js';
import type { ReplyInProgress } from '../../src/core/conversation.js';
import type { ReplyRequest } from '../../src/core/ports.js';

/** A run that answers the message which begins a thread, and owns the reply. `reply`: what an earlier run has left. */
export function replyRequest(
  id: ConversationId,
  { author, text }: { author: string; text: string },
  more: Partial<ReplyRequest> = {},
  reply?: ReplyInProgress,
): ReplyRequest {
  const question = { role: 'person' as const, ts: id.thread, author, text };
  return {
    conversation: { id, turns: [question], pending: [id.thread], backlogRead: true, ...(reply && { reply }) },
    question,
    after: id.thread,
    record: async () => {},
    rewritten: async () => {},
    recordFiles: async () => {},
    isKept: async () => undefined,
    stillOwned: async () => {},
    signal: new AbortController().signal,
    ...more,
  };
}
