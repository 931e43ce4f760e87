/**
 * bundle.mjs [FOLDER [PROGRAM]]: puts FOLDER/main.js, or another program, and all that it imports, packages included, into
 * one file of FOLDER, by default dist/. The bot starts in half the CPU time: Node looks for one file instead of seven hundred.
 */
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const { 2: folder = fileURLToPath(new URL('../dist', import.meta.url)), 3: program = join(folder, 'main.js') } =
  process.argv;

await build({
  entryPoints: [program],
  outfile: join(folder, `${parse(program).name}.js`),
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
