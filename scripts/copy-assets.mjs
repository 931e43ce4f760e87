// copy-assets.mjs [FOLDER]: copies what tsc does not (Lua scripts, the playground's page) to FOLDER, by default dist/.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { 2: to = join(ROOT, 'dist') } = process.argv;

for (const folder of ['redis/lua', 'playground/page'])
  cpSync(join(ROOT, 'src', folder), join(to, folder), { recursive: true });
// For main.js, into which everything is bundled.
cpSync(join(ROOT, 'src/redis/lua'), join(to, 'lua'), { recursive: true });
