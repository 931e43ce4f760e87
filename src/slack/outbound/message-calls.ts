import type { WebClient } from '@slack/web-api';

/** How a message of a reply is reached in its workspace. */
export interface MessageCalls {
  readonly client: WebClient;
  readonly channel: string;
  /** The words of one of the bot's messages as they stand in Slack; undefined if it is gone. */
  readonly read: (ts: string) => Promise<string | undefined>;
  /** As in `ReplyRequest`. Asked again between two calls, of which the first may have taken long. */
  readonly stillOwned: () => Promise<void>;
}
