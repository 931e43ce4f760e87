/** The playground program: the bot, a simulated Slack, and a page or a terminal chat to write from. */
import { ConfigError, describeFaults } from '../config/faults.js';
import { environment } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { FlagError } from '../ops/flags.js';
import { logWriter } from '../ops/readable-log.js';
import { type Flags, readFlags, USAGE } from '../playground/flags.js';
import { chooseLocal, findLocalServers, type LocalServer } from '../playground/local-models.js';
import { openBrowser } from '../playground/open-browser.js';
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

async function start(flags: Flags, env: ReturnType<typeof environment>): Promise<Playground> {
  try {
    const log = await logWriter(process.stderr);
    if (!flags.local)
      return await startPlayground({ env, flags, log, ownRedis: true, localServers: () => localServers });
    localServers = await findLocalServers();
    const { baseUrl, model } = chooseLocal(localServers, flags.model);
    // A key is for another service.
    const localEnv = { ...env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: undefined };
    return await startPlayground({
      env: localEnv,
      flags: { ...flags, model },
      log,
      ownRedis: true,
      localServers: () => localServers,
    });
  } catch (error) {
    if (error instanceof ConfigError) fail(describeFaults(error));
    return fail(`The playground can't start: ${messageOf(error)}`);
  }
}

async function serve(playground: Playground, port: number): ReturnType<Playground['serve']> {
  try {
    return await playground.serve(port);
  } catch (error) {
    await playground.stop();
    return fail(
      `Can't serve the page on port ${port} (${messageOf(error)}): choose another one with --port, above 1023 unless you are root`,
    );
  }
}

const flags = readCommandLine();
if (flags.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const env = environment();
let localServers: readonly LocalServer[] = [];
// In the meantime the bot starts: nobody waits for this.
if (!flags.local) void findLocalServers().then((found) => (localServers = found));
const playground = await start(flags, env);

// Writing to a closed terminal must not throw: the cleanup still has to run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    playground.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(`The playground couldn't stop cleanly: ${String(error)}`),
    );
  });
}

if (flags.terminal) {
  process.stdout.write(`Skein in this terminal (press Ctrl-C to stop)\n${notes(playground)}`);
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
process.stdout.write(`Playground: ${url}${portNote} (press Ctrl-C to stop)\n${notes(playground)}`);
if (flags.open && !(await openBrowser(url))) process.stderr.write('No browser found: open the address yourself.\n');

/** Who answers, and where conversations are kept. */
function notes({ model, storage }: Playground): string {
  const replies = model.standIn
    ? 'No OPENAI_API_KEY: replies come from a built-in demo model'
    : `Replies come from ${model.name}`;
  const [local] = localServers;
  const offer =
    model.standIn && local
      ? `${local.name} is running on this machine. To use ${local.models[0]}, choose it on the page, or start with: npm run playground -- --local\n`
      : '';
  return `${replies}; conversations in ${storage === 'redis' ? 'Redis' : 'memory'}.\n${offer}`;
}
