/** Takes the pictures in docs/, and records the moving one of the README: `npm run screenshots`. The demo model answers. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { flagsOrExit } from '../../scripts/command-line.js';
import { playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
import { launchChromium } from './chromium.js';
import { Film } from './film.js';
import { Visit } from './visit.js';

const DOCS = new URL('../../docs/', import.meta.url);

interface Picture {
  readonly file: string;
  readonly options: BrowserContextOptions;
  readonly inspect?: true;
}

const PICTURES: readonly Picture[] = [
  { file: 'playground-light.png', options: { colorScheme: 'light' } },
  { file: 'playground-dark.png', options: { colorScheme: 'dark' } },
  {
    file: 'playground-inspector.png',
    options: { colorScheme: 'light', viewport: { width: 1280, height: 1000 } },
    inspect: true,
  },
];

/** Two people talk in #general, and with the bot. */
async function talk(visit: Visit): Promise<void> {
  const { main, thread } = visit;
  await main.say('The mill wants our *yarn order* by Friday. Sock or worsted?');
  await visit.writeAs('Grace');
  await main.say("Sock, I have two pairs to go. :yarn: Let's take that.");
  await main.say('@skein what did we agree on?');
  await thread.reply();
  await visit.writeAs('Ada');
  await thread.say('Show us a table, please');
  await thread.node.getByRole('cell', { name: 'Bulky' }).waitFor();
  const reply = thread.replies.nth(1);
  await reply.getByText('Below it, the text goes on.').waitFor();
  await thread.clickAction(reply, 'Add reaction');
  await visit.page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
  await reply.getByRole('button', { name: /tada/ }).waitFor();
  await until(async () => (await visit.page.locator('.writing').count()) === 0, 'the replies to be complete');
  await thread.composer.focus();
}

async function takeScreenshot({ file, options, inspect }: Picture, browser: Browser): Promise<void> {
  const playground = await playgroundForTests({ instant: false });
  const visit = await Visit.to(playground.url, browser, options);
  try {
    await talk(visit);
    if (inspect) {
      const inspector = await visit.inspect();
      await inspector.getByText('chat.postMessage').first().waitFor();
    }
    await visit.page.mouse.move(0, 0);
    await visit.page.screenshot({ path: fileURLToPath(new URL(file, DOCS)) });
    if (visit.browserErrors.length > 0) throw new Error(`browser errors:\n${visit.browserErrors.join('\n')}`);
  } finally {
    await visit.close();
    await playground.stop();
  }
}

const POINTER_STEPS = 6;
const KEY_MS = 15;

/** A pointer, which screenshots do not show. Drawn by the page: its content security policy forbids style attributes. */
const POINTER = `
  const pointer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  pointer.setAttribute('viewBox', '0 0 16 22');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', 'M1 1v17l4-4 3 7 3-1-3-7h6z');
  shape.setAttribute('fill', '#111');
  shape.setAttribute('stroke', '#fff');
  shape.setAttribute('stroke-width', '1.5');
  pointer.append(shape);
  Object.assign(pointer.style, { position: 'fixed', zIndex: 9999, width: '18px', pointerEvents: 'none', left: '640px', top: '400px' });
  document.body.append(pointer);
  addEventListener('mousemove', ({ clientX, clientY }) => {
    pointer.style.left = clientX + 'px';
    pointer.style.top = clientY + 'px';
  });
`;

/** A question, its answer; a long answer in whose middle the bot is killed; what the inspector says of it. */
async function recordFilm(colorScheme: 'light' | 'dark', browser: Browser): Promise<void> {
  const playground = await playgroundForTests({ instant: false });
  const visit = await Visit.to(playground.url, browser, { colorScheme, viewport: { width: 1120, height: 760 } });
  const { main, thread, page } = visit;
  const film = new Film(page);
  const click = async (target: Locator): Promise<void> => {
    const box = await target.boundingBox();
    if (!box) throw new Error('there is nothing to click');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: POINTER_STEPS });
    await target.click();
  };
  try {
    await main.say('The mill wants our yarn order by Friday. Sock or worsted?');
    await visit.writeAs('Grace');
    await main.say("Let's take sock, I have two pairs to go.");
    await main.message('two pairs').waitFor();
    await page.getByText('Break things').click();
    await page.evaluate(POINTER);
    await main.composer.focus();

    film.start();
    await page.keyboard.type('@skein what did we agree on?', { delay: KEY_MS });
    await page.keyboard.press('Enter');
    await thread.reply();
    await thread.composer.focus();
    await page.keyboard.type('now a long answer', { delay: KEY_MS });
    await page.keyboard.press('Enter');
    const answer = thread.replies.nth(1);
    await answer.getByText('Part 1 of').waitFor();
    const before = playground.bot.status.starts;
    await click(page.getByRole('button', { name: /^Kill/ }));
    await until(
      () => playground.bot.status.starts > before && playground.bot.status.state === 'running',
      'the restart',
    );
    await answer.getByText('Part 2 of').waitFor();
    await click(page.getByRole('button', { name: 'Inspect', exact: true }).locator('visible=true'));
    const taken = visit.inspector.getByText(/^Taken over/);
    await taken.waitFor();
    await taken.scrollIntoViewIfNeeded();
    await film.stop();
    const file = `playground-${colorScheme}.webp`;
    await film.save(fileURLToPath(new URL(file, DOCS)));
    process.stdout.write(`docs/${file}, ${film.seconds.toFixed(1)} s\n`);
  } finally {
    await visit.close();
    await playground.stop();
  }
}

flagsOrExit(
  'Usage: npm run screenshots\n\nTakes the pictures in docs/ anew. Needs Chromium and img2webp: sh scripts/get-chromium.sh and sh scripts/get-webp.sh install them.',
  {},
);
mkdirSync(DOCS, { recursive: true });
const browser = await launchChromium();
try {
  for (const picture of PICTURES) {
    await takeScreenshot(picture, browser);
    process.stdout.write(`docs/${picture.file}\n`);
  }
  for (const colorScheme of ['light', 'dark'] as const) await recordFilm(colorScheme, browser);
} finally {
  await browser.close();
}
