/** The program that needs nothing but this machine: the bot, a Slack to try it in, and a page or a terminal to write from. */
import { ConfigError, describeFaults, environment } from './config.js';
import { messageOf } from './conversation/errors.js';
import { FlagError, type Flags, readFlags, USAGE } from './playground/flags.js';
import { type Playground, startPlayground } from './playground/start.js';
import { chatInTerminal } from './playground/terminal.js';

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

async function started(flags: Flags): Promise<Playground> {
  try {
    return await startPlayground({ env: environment(), flags });
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    return fail(`The playground cannot start: ${messageOf(error)}`);
  }
}

const flags = readCommandLine();
if (flags.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const playground = await started(flags);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    playground.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The playground could not stop cleanly: ${String(error)}`),
    );
  });
}

const { model, storage } = playground;
const answering = model.standIn ? 'no OPENAI_API_KEY: a stand-in answers and says so' : `${model.name} answers`;
const keeping = `conversations in ${storage === 'redis' ? 'Redis' : 'memory'}`;
if (flags.terminal) {
  process.stdout.write(`Skein in this terminal (${answering}; ${keeping})\n`);
  try {
    await chatInTerminal(playground, process.stdin, process.stdout);
  } catch (error) {
    await playground.stop();
    fail(messageOf(error));
  }
  await playground.stop();
  process.exit(0);
}

const { port, url } = await playground.serve(flags.port);
const moved = flags.port !== 0 && port !== flags.port ? ` (port ${flags.port} is taken)` : '';
process.stdout.write(`Skein's playground: ${url}${moved}, Ctrl-C ends it (${answering}; ${keeping})\n`);
