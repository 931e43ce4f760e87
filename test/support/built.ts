import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a built program of `src`. Jest builds them first (`scripts/build-for-tests.mjs`); otherwise run `npm run
 * build`.
 */
export function built(program: string): string {
  const folder = process.env['SKEIN_BUILT'] ?? fileURLToPath(new URL('../../dist', import.meta.url));
  return join(folder, `${program}.js`);
}
