// copy-assets.mjs [FOLDER]: tsc emits only what it compiles; the Lua scripts and the playground's page go along as they are, to dist/ or FOLDER.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { 2: to = join(ROOT, 'dist') } = process.argv;

for (const folder of ['redis/lua', 'playground/page'])
  cpSync(join(ROOT, 'src', folder), join(to, folder), { recursive: true });
