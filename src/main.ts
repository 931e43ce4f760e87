/** The program. */
import { runBot } from './cli/bot.js';

await runBot();
