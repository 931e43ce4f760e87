// Jest's globalSetup: builds the programs once per test run into a temporary folder, so that tests do not compile them
// at every start. `test/support/built.ts` returns their paths.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export default function build() {
  const folder = mkdtempSync(join(tmpdir(), 'skein-built-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(ROOT, name), join(folder, name));
  // No type check: `npm run types` does that.
  execFileSync(
    join(ROOT, 'node_modules/.bin/tsc'),
    ['-p', join(ROOT, 'tsconfig.build.json'), '--noCheck', '--outDir', folder],
    { stdio: 'inherit' },
  );
  for (const script of ['copy-assets', 'bundle'])
    execFileSync(process.execPath, [join(ROOT, `scripts/${script}.mjs`), folder], { stdio: 'inherit' });
  process.env.SKEIN_BUILT = folder;
}
