import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built form of a program of `src`. Jest has them built before its tests (`scripts/build-for-tests.mjs`); elsewhere `npm run build` does it. */
export function built(program: string): string {
  const folder = process.env['SKEIN_BUILT'] ?? fileURLToPath(new URL('../../dist', import.meta.url));
  return join(folder, `${program}.js`);
}
