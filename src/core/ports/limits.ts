/** Rate limits on answers. */

/** Whose limit. */
export type LimitOwner = 'person' | 'workspace';

/** No answer now. */
export interface LimitReached {
  owner: LimitOwner;
  /** Milliseconds until there is room, unless somebody else takes it. */
  waitMs: number;
  /** Whom to tell. Each person at most once in a window, whichever process asks. */
  notify: string[];
}

/**
 * Counts answers over the whole fleet in fixed windows: one for each person whose turns an answer is for, and one for
 * the workspace. A window begins with its first answer.
 */
export interface Limits {
  /**
   * Counts an answer for `people`. Undefined if it may be given, which it may while one of them is within the limit.
   * A refused answer costs nobody who was within the limit anything. Atomic for each person and each workspace.
   *
   * `question` identifies what is answered. Once allowed, its answer stays allowed for an hour and is not counted again:
   * a run that waited for a budget, or failed before it posted, asks a second time.
   *
   * `isAhead`: whether the question gets an answer is not certain yet. Then nobody is told: `notify` is empty.
   */
  take(team: string, people: string[], question?: string, isAhead?: boolean): Promise<LimitReached | undefined>;
}
