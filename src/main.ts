/** Entry point of the bot. */
// First: undici compiles as soon as it is imported.
// oxlint-disable-next-line import/no-unassigned-import
import './cli/wasm.js';
import { runBot } from './cli/bot.js';
import { readCommandLine } from './cli/command-line.js';

readCommandLine(process.argv.slice(2));
await runBot();
