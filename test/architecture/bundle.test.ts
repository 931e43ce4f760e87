import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const BUNDLE = new URL('../../scripts/bundle.mjs', import.meta.url).pathname;
const run = promisify(execFile);

test('letters beyond Latin-1 mean the same in the bundle', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    const program = join(folder, 'program.js');
    await mkdir(join(folder, 'files'));
    await writeFile(join(folder, 'files/child.js'), '');
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      program,
      String.raw`console.log([/^[–“]\“$/.test('““'), /^\\“$/.test('\\“'), /^[😀]$/u.test('😀'), '\\“'.length].join(' '));`,
    );
    await run(process.execPath, [BUNDLE, folder, program]);
    const { stdout } = await run(process.execPath, [program]);
    expect(stdout).toBe('true true true 2\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
