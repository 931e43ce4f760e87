import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { built } from '../support/built.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const FOLDERS = ['src', 'chaos', 'bench', 'scripts'];
const MAX_LINES = 250;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js|mjs|css|lua)$/.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file)),
);
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => read(file).split('\n').length - 1 > MAX_LINES)).toEqual([]);
});

test("zod is imported as a namespace: its object z brings the words of fifty languages into the bot's bundle", () => {
  expect(files.some((file) => read(file).includes("import * as z from 'zod'"))).toBe(true);
  expect(files.filter((file) => /\{[^}]*\bz\b[^}]*\} from 'zod'/.test(read(file)))).toEqual([]);
});

test('the bundle has no letter beyond Latin-1, with which it would take twice the memory', () => {
  const bundle = readFileSync(built('main'), 'utf8');
  expect(bundle.length).toBeGreaterThan(1_000_000);
  expect(/[^\0-\xff]/.exec(bundle)).toBeNull();
});
