/** Entry point of the bot. */
import { runBot } from './cli/bot.js';

await runBot();
