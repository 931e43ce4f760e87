/**
 * Runs the bot as people do: `npm run build:chaos` bundles this and the built bot just as `main.js`. Argument: its
 * `SweepTimes` as JSON, which no setting sets.
 */
import { runBot } from '../../dist/cli/bot.js';

await runBot({ sweep: JSON.parse(process.argv[2] ?? '{}') });
