/** Seconds within which a late event may still arrive: Slack retries for six minutes. https://docs.slack.dev/apis/events-api/#retries */
export const DELIVERY_WINDOW_S = 600;

/** Whether the event of message `ts` may still arrive at `now`, also a `ts`. */
export function mayArriveLate(ts: string, now: string): boolean {
  return Number(now) - Number(ts) < DELIVERY_WINDOW_S;
}
