/** Before `npm run test:browser`: where there is no browser it is said once, not for each test. */
import { chromiumPath } from './chromium.js';

try {
  chromiumPath();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
