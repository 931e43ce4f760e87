import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../..', import.meta.url).pathname;
const FOLDERS = ['src', 'chaos', 'bench', 'test/support'];

/** `import … from '…'`, `export … from '…'`, `import '…'` and `import('…')`, type-only ones included. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|[^.\w])import\s*\(?\s*'([^']+)'/g;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(folder, file)),
);

function importsIn(file: string, source: string): string[] {
  return [...source.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(file), name).replace(/\.js$/, '.ts'));
}

/** Everything that `file` imports, directly or through other files. */
function reachableFrom(file: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const stack = [...(imports.get(file) ?? [])];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    stack.push(...(imports.get(next) ?? []));
  }
  return reached;
}

/** The files of each import cycle: they import each other, directly or through other files. */
function cyclesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = new Map([...imports.keys()].map((file) => [file, reachableFrom(file, imports)]));
  const cycles = [...reachable]
    .filter(([file, reached]) => reached.has(file))
    .map(([file, reached]) => [...reached].filter((other) => reachable.get(other)?.has(file)).toSorted());
  return [...new Map(cycles.map((cycle) => [cycle.join(), cycle])).values()];
}

const imports = new Map(files.map((file) => [file, importsIn(file, readFileSync(join(ROOT, file), 'utf8'))]));

test('no file imports itself, directly or through other files', () => {
  expect(cyclesIn(imports)).toEqual([]);
});

test('every relative import leads to a file', () => {
  const known = new Set(files);
  const inFolders = [...imports.values()]
    .flat()
    .filter((file) => FOLDERS.some((folder) => file.startsWith(`${folder}/`)));
  expect(inFolders.filter((file) => !known.has(file))).toEqual([]);
});

test('cycles are found in every form of import', () => {
  const sources: Record<string, string> = {
    'src/a.ts': "import type { B } from './folder/b.js';",
    'src/folder/b.ts': "import {\n  type C,\n  d,\n} from '../c.js';",
    'src/c.ts': "export { A } from './a.js';\nimport './alone.js';",
    'src/d.ts': "const d = await import('./d.js');",
    'src/alone.ts': "import { readFileSync } from 'node:fs';\nexport const alone = 1;",
  };
  const graph = new Map(Object.entries(sources).map(([file, source]) => [file, importsIn(file, source)]));
  expect(cyclesIn(graph)).toEqual([['src/a.ts', 'src/c.ts', 'src/folder/b.ts'], ['src/d.ts']]);
});
