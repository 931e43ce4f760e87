import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SRC = new URL('../../src', import.meta.url).pathname;

const CORE = ['core', 'config'];
const SLACK = ['slack/channels', 'slack/web-api'];

/** Modules (folders, or files at the top level) and what each may import besides itself: only modules below it. */
const MODULES: Record<string, string[]> = {
  simulator: [],
  core: [],
  config: ['core'],
  messages: CORE,
  usage: ['core'],
  prompt: ['usage', 'core'],
  conversation: ['prompt', 'usage', 'core'],
  'slack/channels': [],
  'slack/web-api': CORE,
  'slack/workspaces': [...SLACK, ...CORE],
  'slack/inbound': ['slack/workspaces', ...SLACK, ...CORE],
  'slack/outbound': ['slack/inbound', 'slack/workspaces', ...SLACK, ...CORE],
  'slack/app': ['slack/inbound', 'slack/workspaces', ...SLACK, 'conversation', 'messages', ...CORE],
  'slack/features': [
    'slack/app',
    'slack/outbound',
    'slack/inbound',
    'slack/workspaces',
    ...SLACK,
    'conversation',
    'messages',
    ...CORE,
  ],
  redis: ['usage', ...CORE],
  'in-memory': ['usage', ...CORE],
  files: CORE,
  openai: CORE,
  ops: CORE,
  storage: ['redis', 'in-memory', ...CORE],
  bot: [
    'storage',
    'slack/features',
    'slack/app',
    'slack/outbound',
    'slack/inbound',
    'slack/workspaces',
    ...SLACK,
    'openai',
    'files',
    'ops',
    'messages',
    'conversation',
    'prompt',
    'usage',
    ...CORE,
  ],
  playground: ['bot', 'slack/channels', 'redis', 'ops', 'simulator', 'prompt', 'usage', ...CORE],
  cli: ['bot', 'playground', 'redis', 'ops', 'usage', ...CORE],
  main: ['cli'],
};

/** Packages that only these top-level folders may import. */
const ONLY_IN: [RegExp, string[]][] = [
  [/^@slack\//, ['slack']],
  [/^ioredis$/, ['redis']],
  [/^rate-limiter-flexible$/, ['redis', 'in-memory']],
  [/^openai(\/|$)/, ['openai']],
  [/^dotenv/, ['config']],
  [/^pino/, ['ops']],
  // Also for the few lines of a chart that the model writes; people's files are only read in `files`.
  [/^csv-parse/, ['files', 'slack']],
  [/^(file-type|unpdf|mammoth|fflate|postal-mime|read-excel-file)/, ['files']],
  [/^sharp$/, ['files', 'playground']],
  [/^ws$/, ['simulator', 'playground']],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The innermost module that a file is in; undefined if it is in none. */
function moduleOf(file: string): string | undefined {
  const path = file.replace(/\.ts$/, '');
  return Object.keys(MODULES)
    .filter((module) => path === module || path.startsWith(`${module}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|[^.\w])import\(?\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2] ?? '');
}

describe.each(files)('%s', (file) => {
  const module = moduleOf(file);
  const [top = ''] = file.replace(/\.ts$/, '').split('/');
  const imports = importsOf(file);

  test('is in a module, and imports only from that module or from modules below it', () => {
    const inside = imports
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, join(SRC, dirname(file), name)).replace(/\.js$/, '.ts'));
    const allowed = new Set([module, ...(MODULES[module ?? ''] ?? [])]);
    expect(module).toBeDefined();
    expect(inside.filter((target) => !allowed.has(moduleOf(target)))).toEqual([]);
  });

  test('imports no package of another folder', () => {
    const foreign = imports.filter((name) =>
      ONLY_IN.some(([pattern, tops]) => pattern.test(name) && !tops.includes(top)),
    );
    expect(foreign).toEqual([]);
  });

  test('uses neither the environment nor the system clock outside their folders', () => {
    const source = readFileSync(join(SRC, file), 'utf8');
    if (top !== 'config') expect(source).not.toMatch(/process\.env/);
    if (['core', 'messages', 'usage', 'prompt', 'conversation'].includes(top))
      expect(source).not.toMatch(/Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random/);
  });
});

test('no module may import itself through others', () => {
  const cycles = (module: string, path: string[]): string[][] =>
    path.includes(module)
      ? [[...path, module]]
      : (MODULES[module] ?? []).flatMap((next) => cycles(next, [...path, module]));
  expect(Object.keys(MODULES).flatMap((module) => cycles(module, []))).toEqual([]);
});

test('every module that a module may import exists', () => {
  expect([...new Set(Object.values(MODULES).flat())].filter((module) => !(module in MODULES))).toEqual([]);
});
