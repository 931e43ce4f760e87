import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Files and folders that a page names in backticks, from the root or from `src`. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/```[^]*?```/g, '');
  const named = Array.from(text.matchAll(/`([^`\s]+)`/g), ([, name = '']) => name);
  return named.filter((name) => /^[\w.-]+(\/[\w.-]+)*(\/|\.(ts|md|json|sh|lua))$/.test(name));
}

/** The stops of the walk through the code. */
function stopsIn(page: string): string[] {
  const [walk = ''] = /```[^]*?```/.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
  const left = walk.split('\n').map((line) => line.slice(0, 62));
  const stops = left.flatMap((line) => Array.from(line.matchAll(/\b([a-z-]+\/[a-z/-]+)\b/g), ([, stop = '']) => stop));
  return [...new Set(stops)];
}

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md'])('%s', (page) => {
  test('names only files and folders that exist', () => {
    const missing = pathsIn(page).filter((name) => !['', 'src'].some((base) => existsSync(join(ROOT, base, name))));
    expect(missing).toEqual([]);
  });
});

test('every stop of the walk through the code is a file or a room', () => {
  const stops = stopsIn('ARCHITECTURE.md');
  expect(stops.length).toBeGreaterThan(12);
  const exists = (stop: string): boolean =>
    ['', '.ts'].some((end) => existsSync(join(ROOT, 'src', stop + end))) ||
    existsSync(join(ROOT, 'src/redis', `${stop}.lua`));
  expect(stops.filter((stop) => !exists(stop))).toEqual([]);
});
