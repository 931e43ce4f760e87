/**
 * bundle.mjs [FOLDER [PROGRAM]]: puts FOLDER/main.js, or another program, and all that it imports, packages included, into
 * one file of FOLDER, by default dist/. The bot starts in half the CPU time: Node looks for one file instead of seven hundred.
 */
import { writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * What packages load and Skein never uses: Bolt's own receivers (ours take their place) and the character sets of its reader
 * of bodies, undici's caches and mocks. They are half of the bundle, and 20 MiB of memory.
 */
const UNUSED = /node_modules\/(express|iconv-lite|@slack\/(oauth|socket-mode)|undici\/lib\/(cache|mock|interceptor))\//;

const withoutUnused = {
  name: 'without what is never used',
  setup: ({ onLoad }) => onLoad({ filter: UNUSED }, () => ({ contents: 'module.exports = {};' })),
};

const { 2: folder = fileURLToPath(new URL('../dist', import.meta.url)), 3: program = join(folder, 'main.js') } =
  process.argv;

const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Functions keep their names, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 200,
  // Packages that are CommonJS.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
};

/**
 * V8 holds the source in memory, twice as large if one letter is beyond Latin-1. esbuild leaves those of regular expressions.
 * One that is escaped there keeps one backslash, that of its number.
 */
function inLatin1(text) {
  return text.replace(/(\\*)([^\0-\xff])/g, (_, slashes, letter) => {
    const number = letter.charCodeAt(0).toString(16).padStart(4, '0');
    return `${slashes.slice(slashes.length % 2)}\\u${number}`;
  });
}

async function bundle(options) {
  const { outputFiles } = await build({ ...OPTIONS, ...options, write: false });
  for (const { path, text } of outputFiles) {
    await writeFile(path, inLatin1(text));
  }
}

await bundle({
  entryPoints: [program],
  outfile: join(folder, `${parse(program).name}.js`),
  allowOverwrite: true,
  // Loaded only when it is needed.
  external: ['gpt-tokenizer', 'pino-pretty'],
  plugins: [withoutUnused],
});

// The process that reads files, where main.js looks for it. What reads one kind of file is loaded only for that.
await bundle({
  entryPoints: [join(folder, 'files/child.js')],
  outfile: join(folder, 'child.js'),
  external: ['libheif-js', 'mammoth', 'postal-mime', 'read-excel-file', 'sharp', 'unpdf'],
});
