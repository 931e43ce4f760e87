/** Display names. Never throws and never waits long: a person who cannot be looked up in time has none. */
export interface People {
  /** By user id. The first ids are looked up first, and of very many only those. */
  names(team: string, ids: Iterable<string>): Promise<Map<string, string>>;
}
