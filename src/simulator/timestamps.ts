/** What Slack takes for the `ts` of a message: seconds since the epoch with six decimals. */
const TS = /^\d{9,11}\.\d{6}$/;
/** Where a point in time is asked for, the decimals may be fewer or missing. */
const TIME = /^\d+(\.\d{1,6})?$/;

export function isTs(text: string): boolean {
  return TS.test(text);
}

/** A point in time in microseconds, undefined if it is none. Fits a double exactly, where seconds with six decimals would not. */
export function micros(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}
