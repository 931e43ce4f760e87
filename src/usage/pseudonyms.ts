/** Names for people that tell a service who is the same person, and not who it is. Pure. */
import { createHmac } from 'node:crypto';

/** A stable name for a person of a workspace, 64 hexadecimal digits. */
export type PseudonymOf = (team: string, person: string) => string;

/**
 * `key`: a secret that the service does not know. A plain hash would not do: there are so few ids that all of them can be
 * hashed and compared.
 */
export function pseudonyms(key: string): PseudonymOf {
  return (team, person) => createHmac('sha256', key).update(`skein:asker:${team}:${person}`).digest('hex');
}
