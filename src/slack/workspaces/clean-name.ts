import { cutAt, wellFormed } from '../../core/text.js';

const MAX_NAME_LENGTH = 60;

/** A name must not look like several lines, or like a speaker with a colon. */
export function cleanName(name: string): string {
  return cutAt(wellFormed(name.replace(/[\s:]+/g, ' ').trim()), MAX_NAME_LENGTH);
}
