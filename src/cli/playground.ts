/** The playground program: the bot, a simulated Slack, and a page or a terminal chat to write from. */
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { FlagError } from '../ops/flags.js';
import { type Flags, readFlags, USAGE } from '../playground/flags.js';
import { type Playground, startPlayground } from '../playground/start.js';
import { chatInTerminal } from '../playground/terminal.js';

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function readCommandLine(): Flags {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

async function start(flags: Flags): Promise<Playground> {
  try {
    return await startPlayground({ env: environment(), flags, ownRedis: true });
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    return fail(`The playground cannot start: ${messageOf(error)}`);
  }
}

async function serve(playground: Playground, port: number): ReturnType<Playground['serve']> {
  try {
    return await playground.serve(port);
  } catch (error) {
    await playground.stop();
    return fail(
      `The page cannot be served on port ${port} (${messageOf(error)}): choose another one with --port, above 1023 unless you are root`,
    );
  }
}

const flags = readCommandLine();
if (flags.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const playground = await start(flags);

// Writing to a closed terminal must not throw: the cleanup still has to run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    playground.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The playground could not stop cleanly: ${String(error)}`),
    );
  });
}

const { model, storage } = playground;
const modelNote = model.standIn ? 'no OPENAI_API_KEY: a stand-in answers and says so' : `${model.name} answers`;
const storageNote = `conversations in ${storage === 'redis' ? 'Redis' : 'memory'}`;
if (flags.terminal) {
  process.stdout.write(`Skein in this terminal (${modelNote}; ${storageNote})\n`);
  try {
    await chatInTerminal(playground, process.stdin, process.stdout);
  } catch (error) {
    await playground.stop();
    fail(messageOf(error));
  }
  await playground.stop();
  process.exit(0);
}

const { port, url } = await serve(playground, flags.port);
const portNote = flags.port !== 0 && port !== flags.port ? ` (port ${flags.port} is taken)` : '';
process.stdout.write(`Skein's playground: ${url}${portNote}, Ctrl-C ends it (${modelNote}; ${storageNote})\n`);
