import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const SRC = new URL('../../src', import.meta.url).pathname;

const CORE = ['core', 'config'];
const SLACK = ['slack/channels', 'slack/web-api'];

/** The rooms (folders, or files at the top), and what each may import besides itself: only rooms below it, so there is no circle. */
const ROOMS: Record<string, string[]> = {
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
  'slack/app': ['slack/inbound', 'slack/workspaces', ...SLACK, 'conversation', ...CORE],
  'slack/features': ['slack/app', 'slack/outbound', 'slack/inbound', 'slack/workspaces', ...SLACK, ...CORE],
  redis: ['usage', ...CORE],
  'in-memory': ['usage', ...CORE],
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

/** Packages that only the floor named may know. */
const ONLY_IN: [RegExp, string[]][] = [
  [/^@slack\//, ['slack']],
  [/^(ioredis|bullmq)$/, ['redis']],
  [/^rate-limiter-flexible$/, ['redis', 'in-memory']],
  [/^openai(\/|$)/, ['openai']],
  [/^dotenv/, ['config']],
  [/^pino/, ['ops']],
  [/^ws$/, ['simulator', 'playground']],
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The innermost room that a file is in; undefined for a file that stands in none. */
function roomOf(file: string): string | undefined {
  const path = file.replace(/\.ts$/, '');
  return Object.keys(ROOMS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|[^.\w])import\(?\s*'([^']+)'/g),
  ].map((match) => match[1] ?? match[2] ?? '');
}

describe.each(files)('%s', (file) => {
  const room = roomOf(file);
  const [top = ''] = file.replace(/\.ts$/, '').split('/');
  const imports = importsOf(file);

  test('stands in a room, and imports only from that one or from those below', () => {
    const inside = imports
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, join(SRC, dirname(file), name)).replace(/\.js$/, '.ts'));
    const allowed = new Set([room, ...(ROOMS[room ?? ''] ?? [])]);
    expect(room).toBeDefined();
    expect(inside.filter((target) => !allowed.has(roomOf(target)))).toEqual([]);
  });

  test('knows no service that is not its own', () => {
    const foreign = imports.filter((name) => ONLY_IN.some(([name_, tops]) => name_.test(name) && !tops.includes(top)));
    expect(foreign).toEqual([]);
  });

  test('leaves the environment to config and the clock to ops', () => {
    const source = readFileSync(join(SRC, file), 'utf8');
    if (top !== 'config') expect(source).not.toMatch(/process\.env/);
    if (['core', 'messages', 'usage', 'prompt', 'conversation'].includes(top))
      expect(source).not.toMatch(/Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random/);
  });
});

test('rooms stand above each other: none imports itself by way of others', () => {
  const circles = (room: string, way: string[]): string[][] =>
    way.includes(room) ? [[...way, room]] : (ROOMS[room] ?? []).flatMap((next) => circles(next, [...way, room]));
  expect(Object.keys(ROOMS).flatMap((room) => circles(room, []))).toEqual([]);
});

test('every room that a room may import is there', () => {
  expect([...new Set(Object.values(ROOMS).flat())].filter((room) => !(room in ROOMS))).toEqual([]);
});
