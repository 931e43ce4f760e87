/** How many answers there are in a window of time. */

/** Whose limit it is. */
export type LimitOwner = 'person' | 'workspace';

/** No answer now: the limit is reached. */
export interface LimitReached {
  owner: LimitOwner;
  /** Milliseconds until there is room again, if nobody else takes it. */
  waitMs: number;
  /** Whom to tell so: nobody twice in a window, whichever process asks. */
  notify: string[];
}

/**
 * How many answers the model gives in a window of time, counted over the whole fleet: one for each person whose turns
 * an answer is for, and one for the workspace. A window begins with the first answer counted in it.
 */
export interface Limits {
  /**
   * Counts an answer for `people`; undefined when it may be given, as it may while one of them is within the limit.
   * Where it may not, it costs nobody anything who was within the limit. Atomic for each person and each workspace.
   */
  take(team: string, people: string[]): Promise<LimitReached | undefined>;
}
