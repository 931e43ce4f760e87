/** Whoever copies an example from the guides gets what the text says: each is run, or read as the program would read it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { parse as parseYaml } from 'yaml';
import { readConfig } from '../../src/config/read-config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { modelBody } from '../../src/playground/model-switch.js';
import { withoutFences } from '../../src/slack/outbound/charts.js';
import { NPM_SCRIPTS, programsOf, runScript } from '../support/npm-scripts.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'src/playground/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
/** Variables of other programs. */
const NOT_OURS = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_ENV', 'OLLAMA_CONTEXT_LENGTH']);
const HANDOVER_S = 5;

interface Example {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const FENCED: readonly Example[] = PAGES.flatMap((page) =>
  Array.from(read(page).matchAll(/^```(\w*)\n([^]*?)^```$/gm), ([, language = '', text = '']) => ({
    page,
    language,
    text,
  })),
);

const of = (language: string): readonly Example[] => FENCED.filter((example) => example.language === language);

/** `NAME=value` in backticks, with the placeholders filled in, line by line: what stands in one line is used together. */
const ASSIGNED = PAGES.flatMap((page) =>
  read(page)
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split('\n')
    .map((line) =>
      Array.from(line.matchAll(/`([A-Z][A-Z_]+)=([^`]*)`/g), ([, name = '', value = '']) => ({ name, value })),
    )
    .filter((assigned) => assigned.length > 0)
    .map((assigned) => ({ page, assigned })),
);

function filledIn(value: string): string {
  return (
    value
      .replaceAll('…', 'x')
      .replace('HOST:PORT', 'models.example:8000')
      .split(/ (?=npm )/)[0] ?? ''
  );
}

/** Commands of the examples and those in the text, with the settings before them. */
const COMMANDS = PAGES.flatMap((page) => {
  const fenced = FENCED.filter((example) => example.page === page && example.language === 'sh').flatMap(({ text }) =>
    text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '')),
  );
  const inline = Array.from(
    read(page)
      .replaceAll(/^```[^]*?^```$/gm, '')
      .matchAll(/`((?:[A-Z_]+=\S+ )*(?:npm|sh|cp|docker (?:run|compose)) [^`]+)`/g),
    ([, line = '']) => line,
  );
  return [...fenced, ...inline]
    .flatMap((line) => line.split('&&'))
    .map((command) => command.trim())
    .filter((command) => command !== '')
    .map((command) => ({ page, command }));
});

const REQUIRED = {
  SLACK_BOT_TOKEN: ['xoxb', '1', '2', 'abc'].join('-'),
  SLACK_APP_TOKEN: ['xapp', '1', 'A1', '1', 'abc'].join('-'),
  OPENAI_API_KEY: 'key',
};

test('every example is of a kind that is checked here', () => {
  expect(FENCED.length).toBeGreaterThan(8);
  const drawn = (example: Example): boolean => example.page === 'ARCHITECTURE.md' && example.language === '';
  const kinds = FENCED.filter((example) => !drawn(example)).map(({ language }) => language);
  expect([...new Set(kinds)].toSorted()).toEqual(['', 'chart', 'ini', 'json', 'sh']);
});

test.each(of('chart'))('a chart of $page is drawn', ({ text }) => {
  expect(withoutFences(`\`\`\`chart\n${text}\`\`\``).charts).toHaveLength(1);
});

describe('a command', () => {
  test.each(COMMANDS)('of $page: $command', async ({ command }) => {
    const words = command.split(/\s+/);
    const settings = words
      .filter((word) => /^[A-Z_]+=/.test(word))
      .map((word) => word.split('=', 2) as [string, string]);
    expect(() => readConfig({ ...REQUIRED, ...Object.fromEntries(settings) })).not.toThrow();
    expect(settings.filter(([name]) => !(name in SETTINGS))).toEqual([]);
    const [program, ...args] = words.slice(settings.length);
    if (program === 'npm') await checkNpm(args);
    else if (program === 'sh' || program === 'cp') expect(existsSync(join(ROOT, args[0] ?? ''))).toBe(true);
    // Not on every machine: what they read is checked below.
    else expect(command).toMatch(/^docker (run -d -p 6379:6379 redis:7|compose up -d)$/);
  });
});

async function checkNpm(args: readonly string[]): Promise<void> {
  const words = args.filter((word) => word !== '--silent');
  const [action = '', name = '', separator, ...given] = words;
  if (action === 'ci') {
    expect(words.slice(1)).toEqual(name === '' ? [] : ['--prefix', 'bench/peers']);
    expect(existsSync(join(ROOT, words[2] ?? '.', 'package-lock.json'))).toBe(true);
    return;
  }
  const script = action === 'run' ? name : action;
  expect(NPM_SCRIPTS).toHaveProperty(script);
  if (action !== 'run') return;
  // Without it, npm takes the flags for its own.
  if (words.length > 2) expect(separator).toBe('--');
  const flags = given.filter((word) => word.startsWith('--'));
  if (flags.length === 0) return;
  expect(programsOf(script)).toHaveLength(1);
  const { said } = await runScript(script, '--help');
  for (const flag of flags) expect(said).toMatch(new RegExp(`^ +${flag}\\b`, 'm'));
}

describe('settings', () => {
  test.each(ASSIGNED)('of $page are valid together: $assigned', ({ assigned }) => {
    expect(assigned.filter(({ name }) => !(name in SETTINGS) && !NOT_OURS.has(name))).toEqual([]);
    const own = assigned.filter(({ name }) => name in SETTINGS).map(({ name, value }) => [name, filledIn(value)]);
    expect(() => readConfig({ ...REQUIRED, ...Object.fromEntries(own) })).not.toThrow();
  });
});

describe('JSON', () => {
  test('of the guide to models is a MODELS_FILE', () => {
    const [example, ...others] = of('json').filter(({ page }) => page === 'docs/models.md');
    expect(others).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'skein-examples-'));
    try {
      const file = join(folder, 'models.json');
      writeFileSync(file, example?.text ?? '');
      const { openai } = readConfig({ ...REQUIRED, MODELS_FILE: file });
      expect([...(openai.models?.keys() ?? [])]).toEqual(Object.keys(JSON.parse(example?.text ?? '') as object));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of the guide to layers is a SETTINGS_FILE', () => {
    const [example, ...others] = of('json').filter(({ page }) => page === 'docs/layers.md');
    expect(others).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'skein-examples-'));
    try {
      const file = join(folder, 'skein.config.json');
      writeFileSync(file, example?.text ?? '');
      expect(readConfig({ ...REQUIRED, SETTINGS_FILE: file }).fileLayer).not.toEqual({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of the playground is a body of POST /model, and there is no other', () => {
    const known = new Set(['docs/models.md', 'docs/layers.md']);
    const [example, ...others] = of('json').filter(({ page }) => !known.has(page));
    expect(others).toEqual([]);
    expect(modelBody.safeParse(JSON.parse(example?.text ?? '')).error).toBeUndefined();
  });
});

/** How long the process may take to stop, in seconds. */
function stopSeconds(): number {
  return readConfig(REQUIRED).shutdownTimeoutMs / 1_000 + HANDOVER_S;
}

describe('deployment', () => {
  const main = (JSON.parse(read('package.json')) as { main: string }).main;

  test('the systemd unit starts the built bot, restarts it, and gives it time to stop', () => {
    const [unit, ...others] = of('ini');
    expect(others).toEqual([]);
    const sections = new Map<string, Map<string, string>>();
    for (const line of unit?.text.split('\n').filter((text) => text !== '') ?? []) {
      const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
      const [, key, value] = /^(\w+)=(.+)$/.exec(line) ?? [];
      if (section !== undefined) sections.set(section, new Map());
      else if (key !== undefined && value !== undefined) [...sections.values()].at(-1)?.set(key, value);
      else throw new Error(`not a line of a unit: ${line}`);
    }
    expect([...sections.keys()]).toEqual(['Unit', 'Service', 'Install']);
    const service = sections.get('Service');
    expect(service?.get('ExecStart')).toBe(`/usr/bin/node ${main}`);
    expect(service?.get('Restart')).toBe('always');
    expect(Number(service?.get('TimeoutStopSec'))).toBeGreaterThanOrEqual(stopSeconds());
  });

  test('compose.yaml has the bot with its Redis, which writes to disk, and gives it time to stop', () => {
    interface Service {
      readonly environment?: Record<string, string>;
      readonly [key: string]: unknown;
    }
    const { services, volumes } = parseYaml(read('compose.yaml')) as {
      services: Record<'skein' | 'redis', Service>;
      volumes: object;
    };
    expect(services.skein).toMatchObject({ build: '.', env_file: '.env', depends_on: ['redis'], restart: 'always' });
    expect(() => readConfig({ ...REQUIRED, ...services.skein.environment })).not.toThrow();
    expect(services.skein.environment).toEqual({ REDIS_URL: 'redis://redis:6379' });
    expect(parseInt(String(services.skein['stop_grace_period']), 10)).toBeGreaterThanOrEqual(stopSeconds());
    expect(services.redis['command']).toBe('redis-server --appendonly yes --maxmemory-policy noeviction');
    expect(volumes).toHaveProperty('redis');
  });

  test('the Dockerfile copies files that exist, and Procfile and it start the built bot', () => {
    const copied = Array.from(read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, names = '']) =>
      names.split(' '),
    ).flat();
    expect(copied).toContain('package-lock.json');
    expect(copied.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    expect(read('Dockerfile')).toContain(`CMD ["node", "${main}"]`);
    expect(read('Procfile').match(/^(?:worker|web): .*$/gm)).toEqual([`worker: node ${main}`, `web: node ${main}`]);
    const [image] = /(?<=^FROM node:)\d+/m.exec(read('Dockerfile')) ?? [];
    expect(Number(image)).toBeGreaterThanOrEqual(20);
  });

  describe('lines for Redis', () => {
    let server: RedisServer;
    let admin: Redis;
    beforeAll(async () => {
      server = await startRedis();
      admin = new Redis(server.url);
    });
    afterAll(async () => {
      admin.disconnect();
      await server.stop();
    });

    const lines = of('')
      .filter(({ page }) => page !== 'ARCHITECTURE.md')
      .flatMap(({ text }) => text.trim().split('\n'));

    test.each(lines)('%s', async (line) => {
      const [name = '', ...rest] = line.split(' ');
      if (name === 'ACL') expect(await admin.call(name, ...rest)).toBe('OK');
      else expect(await admin.config('SET', name, ...(rest as [string]))).toBe('OK');
    });
  });
});
