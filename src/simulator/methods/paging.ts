import { optional, type ArgumentRules, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import { micros } from '../timestamps.js';
import type { Json } from '../types.js';

/** The arguments that choose a stretch of messages. */
export const RANGE_RULES: ArgumentRules = {
  cursor: optional('string'),
  limit: optional('number'),
  oldest: optional('string'),
  latest: optional('string'),
  inclusive: optional('boolean'),
  include_all_metadata: optional('boolean'),
};

/** One page of a list. `next` starts the page after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** The end of an answer with pages. */
export function pageFields(next: string | undefined): Json {
  return { response_metadata: { next_cursor: next ?? '' } };
}

/**
 * A page of a list in its order; the cursor names the last item seen, so that a list that grows skips nothing.
 * @param keyOf what names an item
 * @throws MethodError `invalid_cursor`, `invalid_limit`
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  args: Arguments,
  standard: number,
  max: number,
): Page<T> {
  const limit = args.number('limit') ?? standard;
  if (!Number.isInteger(limit) || limit < 0) throw new MethodError('invalid_limit');
  const size = Math.min(limit === 0 ? standard : limit, max);
  const from = firstAfter(items, keyOf, args.string('cursor'));
  const shown = items.slice(from, from + size);
  const last = shown.at(-1);
  const more = last !== undefined && from + size < items.length;
  return { items: shown, next: more ? Buffer.from(`after:${keyOf(last)}`).toString('base64') : undefined };
}

function firstAfter<T>(items: readonly T[], keyOf: (item: T) => string, cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0;
  const match = /^after:(.+)$/.exec(Buffer.from(cursor, 'base64').toString());
  const index = items.findIndex((item) => keyOf(item) === match?.[1]);
  if (index < 0) throw new MethodError('invalid_cursor');
  return index + 1;
}

/**
 * Whether a `ts` lies in the range asked for. The ends belong to it only with `inclusive`.
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
