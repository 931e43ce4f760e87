import type { WebClient } from '@slack/web-api';
import { refusalOf } from '../web-api/failure.js';
import type { Refusal } from '../web-api/refusals.js';

/** How a message of a reply is reached in its workspace. */
export interface MessageCalls {
  readonly client: WebClient;
  readonly channel: string;
  /** The words of one of the bot's messages as they stand in Slack; undefined if it is gone. */
  readonly read: (ts: string) => Promise<string | undefined>;
  /** As in `ReplyRequest`. Asked again between two calls, of which the first may have taken long. */
  readonly stillOwned: () => Promise<void>;
}

/** Where Slack refuses to be read, nothing is remembered. */
export function unlessRefused(error: unknown): undefined {
  if (refusalOf(error) === undefined) throw error;
}

/** What Slack says of the message that a call was about, if it refuses the call for that. */
export function messageRefusal(error: unknown): (Refusal & { meaning: 'message' })['group'] | undefined {
  const refusal = refusalOf(error);
  return refusal?.meaning === 'message' ? refusal.group : undefined;
}
