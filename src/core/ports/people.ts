/** Display names. Never throws: a person who cannot be looked up has none. */
export interface People {
  /** By user id. */
  names(team: string, ids: Iterable<string>): Promise<Map<string, string>>;
}
