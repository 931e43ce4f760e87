/** What Slack's channel ids tell. Pure. */

/** A direct message between one person and the bot: its id begins with D. */
export function isDirectMessage(channel: string): boolean {
  return channel.startsWith('D');
}
