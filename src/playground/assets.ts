import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page's files by URL path. Only these are served, which rules out path traversal. */
export function pageAssets(): ReadonlyMap<string, Asset> {
  const folder = fileURLToPath(new URL('page', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => extname(file) in TYPES);
  const own = files.map(
    (file) => [file === 'index.html' ? '/' : `/${file.replaceAll('\\', '/')}`, assetOf(join(folder, file))] as const,
  );
  return new Map([...own, ...vendored()]);
}

/** Browser builds of libraries, from `node_modules`. */
function vendored(): (readonly [string, Asset])[] {
  const require = createRequire(import.meta.url);
  // Only marked resolves to its browser build; DOMPurify's lies next to the resolved file.
  const marked = require.resolve('marked');
  const purify = join(dirname(require.resolve('dompurify')), 'purify.es.mjs');
  return [
    ['/vendor/marked.js', assetOf(marked)],
    ['/vendor/dompurify.js', assetOf(purify)],
  ];
}

function assetOf(path: string): Asset {
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', content: readFileSync(path) };
}
