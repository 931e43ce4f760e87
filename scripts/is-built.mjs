// Before scripts that run the built program: fails with instructions when it is not built.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
  process.stderr.write('dist/main.js is missing: run npm run build first.\n');
  process.exit(1);
}
