/**
 * Writes docs/playground.png: starts the built playground on a free port, talks to its stand-in as a person would,
 * and takes the picture. Needs Chromium: CHROMIUM_PATH, default /usr/bin/chromium.
 * Other pictures: node scripts/screenshot.mjs [file] [dark|light] [width]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [file = here('docs/playground.png'), colorScheme = 'light', width = '1280'] = process.argv.slice(2);

const problems = [];
const playground = spawn(process.execPath, [here('dist/playground.js'), '--port', '0'], {
  // Away from any .env, and without what the environment says of a model: the stand-in answers.
  cwd: here('dist'),
  env: { PATH: process.env.PATH },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
try {
  const [line] = await once(createInterface(playground.stdout), 'line');
  const page = await browser.newPage({ colorScheme, viewport: { width: Number(width), height: 800 } });
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(/http:\S+\//.exec(line)[0]);
  await talk(page);
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file });
} finally {
  await browser.close();
  playground.kill('SIGTERM');
  await once(playground, 'exit');
}
if (problems.length > 0) throw new Error(`the page complained:\n${problems.join('\n')}`);

async function talk(page) {
  const composer = page.locator('main .composer textarea');
  const thread = page.locator('.pane.thread');
  await composer.fill('The mill wants our yarn order by Friday. Sock or worsted?');
  await composer.press('Enter');
  await composer.fill('@skein which one goes further by weight?');
  await composer.press('Enter');
  const asked = page.locator('main .message', { has: page.locator('.mention') });
  await asked.waitFor();
  // On a narrow page a thread does not open by itself.
  if (await thread.isHidden()) await asked.locator('.replies').click();
  await spoken(thread, 1);
  const reply = thread.locator('.composer textarea');
  await reply.fill('table');
  await reply.press('Enter');
  await thread.locator('.bot td').last().waitFor();
  await spoken(thread, 2);
}

/** Resolves when the bot's nth message stands there whole. */
async function spoken(pane, nth) {
  await pane.locator('.bot').nth(nth - 1).waitFor();
  await pane.locator('.writing').waitFor({ state: 'detached' });
}
