/** The program that needs nothing but this machine: the bot, a Slack to try it in, and a page to write from. */
import { ConfigError, describeFaults, environment } from './config.js';
import { FlagError, type Flags, readFlags, USAGE } from './playground/flags.js';
import { type Playground, startPlayground } from './playground/start.js';

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function flags(): Flags {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\n\n${USAGE}`);
    throw error;
  }
}

async function started(port: number): Promise<Playground> {
  try {
    return await startPlayground({ env: environment(), port });
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    return fail(`The playground cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const { port, help } = flags();
if (help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const playground = await started(port);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    playground.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The playground could not stop cleanly: ${String(error)}`),
    );
  });
}

const moved = port !== 0 && playground.port !== port ? ` (port ${port} is taken)` : '';
const answering = playground.model.standIn ? 'no OPENAI_API_KEY: a stand-in answers and says so' : `${playground.model.name} answers`;
process.stdout.write(`Skein's playground: ${playground.url}${moved} (Ctrl-C ends it)\n${answering}\n`);
