/** Plays a conversation that the playground has exported again, and says what differs. Exit code: 0 the same, 1 different, 2 not played. */
import { readFileSync } from 'node:fs';
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { systemClock } from '../ops/clock.js';
import { FlagError, parseFlags } from '../ops/flags.js';
import { readRecording, type Recording } from '../playground/recording.js';
import { checksOf, reportOf } from '../playground/replay-report.js';
import { replay } from '../playground/replay.js';

const USAGE = `Usage: npm run replay -- FILE [flags]

Replays a conversation with the built bot, and prints what differs. The model's answers come from the file.

  FILE              a conversation that the playground's inspector exported
  --own-settings    use the settings of the environment or .env, not those in the file
  --json            print the result as JSON
  --help            this text

Exit code 0: everything is the same. 1: something differs. 2: it could not be played.`;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

function readCommandLine(): { file: string; ownSettings: boolean; json: boolean } {
  const files: string[] = [];
  try {
    const flags = parseFlags(
      process.argv.slice(2),
      { 'own-settings': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      (file) => files.push(file),
    );
    if (flags.has('help')) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    const [file, ...others] = files;
    if (file === undefined || others.length > 0) throw new FlagError('name one FILE');
    return { file, ownSettings: flags.has('own-settings'), json: flags.has('json') };
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

function readFile(file: string): Recording {
  try {
    return readRecording(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`Can't play ${file}: ${messageOf(error)}`);
  }
}

const { file, ownSettings, json } = readCommandLine();
const recording = readFile(file);
try {
  const replayed = await replay(recording, {
    env: ownSettings ? environment() : recording.settings,
    clock: systemClock,
  });
  const checks = checksOf(replayed);
  process.stdout.write(json ? `${JSON.stringify(checks, null, 2)}\n` : reportOf(checks));
  process.exitCode = checks.every(({ differences }) => differences.length === 0) ? 0 : 1;
} catch (error) {
  fail(error instanceof ConfigError ? describeFaults(error) : `Can't play ${file}: ${messageOf(error)}`);
}
