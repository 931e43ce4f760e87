/** Runs before `npm run test:browser`: reports a missing browser once instead of for each test. */
import { chromiumPath } from './chromium.js';

try {
  chromiumPath();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
