/**
 * bundle.mjs [FOLDER]: puts main.js and all that it imports, packages included, into FOLDER/main.js, by default dist/. The
 * bot starts in half the CPU time: Node looks for one file instead of seven hundred.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { 2: folder = fileURLToPath(new URL('../dist', import.meta.url)) } = process.argv;

await build({
  entryPoints: [join(folder, 'main.js')],
  outfile: join(folder, 'main.js'),
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Loaded only when it is needed.
  external: ['gpt-tokenizer'],
  // Packages that are CommonJS.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});

// The process that reads files, where main.js looks for it.
writeFileSync(join(folder, 'child.js'), "import './files/child.js';\n");
