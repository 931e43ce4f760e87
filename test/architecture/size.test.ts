import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../..', import.meta.url).pathname;
const FOLDERS = ['src', 'chaos', 'bench', 'scripts'];
const MAX_LINES = 250;

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js|mjs|css|lua)$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  );
  const lines = (file: string): number => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => lines(file) > MAX_LINES)).toEqual([]);
});
