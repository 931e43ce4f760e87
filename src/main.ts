/** The program. */
import { runBot } from './program.js';

await runBot();
