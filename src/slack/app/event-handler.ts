/**
 * Stores what must not be lost, before Slack gets its ack. After a throw there is no ack (Socket Mode) or a 500 (HTTP):
 * Slack sends an event again, and shows a person that their command or button failed. Stay well under the three seconds
 * that Slack waits.
 */
export interface EventHandler {
  /** `body`: any payload, of any form. */
  handle(body: unknown): Promise<void>;
}
