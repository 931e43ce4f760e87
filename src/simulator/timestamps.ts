/** A message's `ts`: seconds since the epoch with exactly six decimals. */
const TS = /^\d{9,11}\.\d{6}$/;
/** A time argument: seconds since the epoch with up to six decimals. */
const TIME = /^\d+(\.\d{1,6})?$/;

export function isTs(text: string): boolean {
  return TS.test(text);
}

/**
 * Parses seconds with decimals into microseconds, which a double holds exactly (unlike fractional seconds).
 * Undefined for anything else.
 */
export function micros(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}
