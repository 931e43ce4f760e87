// Of what runs the built program: says what to do where there is none.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
  process.stderr.write('There is no dist/main.js yet: run npm run build first.\n');
  process.exit(1);
}
