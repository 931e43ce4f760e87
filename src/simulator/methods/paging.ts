import { optional, type ArgumentRules, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import { micros } from '../timestamps.js';
import type { Json } from '../types.js';

/** Arguments that select a range of messages. */
export const RANGE_RULES: ArgumentRules = {
  cursor: optional('string'),
  limit: optional('number'),
  oldest: optional('string'),
  latest: optional('string'),
  inclusive: optional('boolean'),
  include_all_metadata: optional('boolean'),
};

/** One page of a list. `next` is the cursor of the next page; undefined on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Response fields with the cursor of the next page. */
export function pageFields(next: string | undefined): Json {
  return { response_metadata: { next_cursor: next ?? '' } };
}

/**
 * One page of a list. The cursor names the last item of the previous page, so no item is skipped when the list grows.
 * @param keyOf the unique key of an item
 * @param defaultSize page size if `limit` is missing or 0
 * @throws MethodError `invalid_cursor`, `invalid_limit`
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  args: Arguments,
  defaultSize: number,
  max: number,
): Page<T> {
  const limit = args.number('limit') ?? defaultSize;
  if (!Number.isInteger(limit) || limit < 0) throw new MethodError('invalid_limit');
  const size = Math.min(limit === 0 ? defaultSize : limit, max);
  const from = startIndex(items, keyOf, args.string('cursor'));
  const pageItems = items.slice(from, from + size);
  const last = pageItems.at(-1);
  const more = last !== undefined && from + size < items.length;
  return { items: pageItems, next: more ? Buffer.from(`after:${keyOf(last)}`).toString('base64') : undefined };
}

function startIndex<T>(items: readonly T[], keyOf: (item: T) => string, cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0;
  const match = /^after:(.+)$/.exec(Buffer.from(cursor, 'base64').toString());
  const index = items.findIndex((item) => keyOf(item) === match?.[1]);
  if (index < 0) throw new MethodError('invalid_cursor');
  return index + 1;
}

/**
 * Tells whether a `ts` is in the requested range. The range includes its ends only with `inclusive`.
 * @throws MethodError `invalid_ts_oldest`, `invalid_ts_latest`
 */
export function rangeOf(args: Arguments): (ts: string) => boolean {
  const oldest = timeOf(args.string('oldest') ?? '0', 'invalid_ts_oldest');
  const given = args.string('latest');
  const latest = given === undefined || given === 'now' ? undefined : timeOf(given, 'invalid_ts_latest');
  const inclusive = args.boolean('inclusive');
  return (ts) => {
    const at = timeOf(ts, 'internal_error');
    if (inclusive) return at >= oldest && (latest === undefined || at <= latest);
    return at > oldest && (latest === undefined || at < latest);
  };
}

function timeOf(given: string, code: string): number {
  const time = micros(given);
  if (time === undefined) throw new MethodError(code);
  return time;
}
