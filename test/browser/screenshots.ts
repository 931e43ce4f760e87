/** Takes the README's screenshots, into docs/: `npm run screenshots`. Talks to the stand-in first. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { flagsOrExit } from '../../scripts/command-line.js';
import { playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
import { launchChromium } from './chromium.js';
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
  await main.say('The mill wants our yarn order by Friday. Sock or worsted?');
  await visit.writeAs('Grace');
  await main.say("Sock, I have *two* pairs to go. :yarn: Let's take that.");
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

flagsOrExit(
  'Usage: npm run screenshots\n\nTakes the pictures in docs/ anew. Needs Chromium: sh scripts/get-chromium.sh installs one.',
  {},
);
mkdirSync(DOCS, { recursive: true });
const browser = await launchChromium();
try {
  for (const picture of PICTURES) {
    await takeScreenshot(picture, browser);
    process.stdout.write(`docs/${picture.file}\n`);
  }
} finally {
  await browser.close();
}
