// tsc emits only what it compiles: the Lua scripts and the playground's page go along as they are.
import { cpSync } from 'node:fs';

for (const folder of ['redis/lua', 'playground/page']) {
  cpSync(new URL(`../src/${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), { recursive: true });
}
