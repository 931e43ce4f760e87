/** Display names. A person who cannot be looked up has none; never throws. */
export interface People {
  names(ids: Iterable<string>): Promise<Map<string, string>>;
}
