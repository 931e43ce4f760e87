import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SRC = new URL('../../src', import.meta.url).pathname;

/** What a file may import, by the folder (or the file at the top) that it is in; `config` stands below all but the simulator. */
const FLOORS: Record<string, string[]> = {
  config: [],
  simulator: [],
  conversation: ['config'],
  slack: ['conversation', 'config'],
  redis: ['conversation', 'config'],
  memory: ['conversation', 'config'],
  openai: ['conversation', 'config'],
  ops: ['conversation', 'config'],
  bot: ['slack', 'redis', 'memory', 'openai', 'ops', 'conversation', 'config'],
  program: ['bot', 'ops', 'conversation', 'config'],
  main: ['program'],
  usage: ['redis', 'ops', 'conversation', 'config'],
  playground: ['bot', 'redis', 'ops', 'config', 'conversation', 'simulator'],
};

/** Packages that only the floor named may know. */
const ONLY_IN: [RegExp, string[]][] = [
  [/^@slack\//, ['slack']],
  [/^(ioredis|bullmq)$/, ['redis']],
  [/^rate-limiter-flexible$/, ['redis', 'memory']],
  [/^openai(\/|$)/, ['openai']],
  [/^dotenv/, ['config']],
  [/^pino/, ['ops']],
  [/^ws$/, ['simulator', 'playground']],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function floorOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|[^.\w])import\(?\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2] ?? '');
}

describe.each(files)('%s', (file) => {
  const floor = floorOf(file);
  const imports = importsOf(file);

  test('imports only from its own floor or below', () => {
    const allowed = FLOORS[floor];
    expect(allowed).toBeDefined();
    const inside = imports
      .filter((name) => name.startsWith('.'))
      .map((name) => floorOf(relative(SRC, join(SRC, dirname(file), name)).replace(/\.js$/, '.ts')));
    expect(inside.filter((target) => target !== floor && !allowed?.includes(target))).toEqual([]);
  });

  test('knows no service that is not its own', () => {
    const foreign = imports.filter((name) =>
      ONLY_IN.some(([name_, floors]) => name_.test(name) && !floors.includes(floor)),
    );
    expect(foreign).toEqual([]);
  });

  test('leaves the environment to config.ts and the clock to ops', () => {
    const source = readFileSync(join(SRC, file), 'utf8');
    if (floor !== 'config') expect(source).not.toMatch(/process\.env/);
    if (floor === 'conversation')
      expect(source).not.toMatch(/Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random/);
  });
});

test('every folder of src has its floor', () => {
  expect([...new Set(files.map(floorOf))].filter((floor) => !(floor in FLOORS))).toEqual([]);
});
