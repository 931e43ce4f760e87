/** Marks the bot's own messages with what they are, so that recovery tells replies from everything else. Pure. */
import * as z from 'zod';

/** `reply`: part of an answer. `note`: a sentence outside any answer. `feature`: a feature's own message, such as a form. */
export type OwnMessageKind = 'reply' | 'note' | 'feature';

const EVENT_TYPE = 'skein_message';

/** https://docs.slack.dev/messaging/message-metadata */
export const ownMetadata = z.object({
  event_type: z.literal(EVENT_TYPE),
  // Kinds that only a later version knows are no replies.
  event_payload: z.object({ kind: z.string(), request: z.string().optional() }),
});

interface OwnMetadata {
  event_type: string;
  event_payload: { kind: OwnMessageKind; request?: string };
}

/** `request`: id of what a person did, which is answered by this message. */
export function metadataFor(kind: OwnMessageKind, request?: string): OwnMetadata {
  return { event_type: EVENT_TYPE, event_payload: { kind, ...(request !== undefined && { request }) } };
}
