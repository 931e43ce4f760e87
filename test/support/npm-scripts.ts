/** The programs that npm starts, from package.json. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { built } from './built.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };

export const NPM_SCRIPTS: Readonly<Record<string, string>> = scripts;

/** Our own programs in a script's command line, without the build before them. */
export function programsOf(script: string): string[] {
  return (scripts[script] ?? '')
    .split(' && ')
    .map((command) => command.replace(/^exec /, ''))
    .filter((command) => /^(tsx|node dist)/.test(command));
}

/** Starts a script's last program as npm does, with what a person adds. Resolves with all that it printed. */
export async function runScript(script: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const [runner = '', file = '', ...own] = programsOf(script).at(-1)?.split(' ') ?? [];
  const program = runner === 'node' ? [built(file.replace(/^dist\/|\.js$/g, ''))] : ['--import', 'tsx', file];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [...program, ...own, ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await closed)[0], said: said.join('') };
}
