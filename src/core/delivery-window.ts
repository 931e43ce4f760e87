/** Seconds after which a message is not late any more, but lost: Slack sends again for six minutes. https://docs.slack.dev/apis/events-api/#retries */
export const DELIVERY_WINDOW_S = 600;

/** Whether a message of the time `ts` may still be delivered at `now`, a `ts` as well. */
export function mayArriveLate(ts: string, now: string): boolean {
  return Number(now) - Number(ts) < DELIVERY_WINDOW_S;
}
