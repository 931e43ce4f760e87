/** Files, attached on the playground's page in Chromium. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { type OpenPlayground, playgroundForTests } from '../playground/support.js';
import { launchChromium } from './chromium.js';
import { Visit } from './visit.js';

let browser: Browser;
let playground: OpenPlayground;
beforeAll(async () => {
  browser = await launchChromium();
  playground = await playgroundForTests();
});
afterAll(async () => {
  await playground.stop();
  await browser.close();
});

const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('knit one, purl two') };

/** Runs in the page: gives the composer a picture, as the browser does. */
const GIVE = `({ event, name, bytes }) => {
  const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name, { type: 'image/png' }));
  const more = { bubbles: true, cancelable: true };
  const made = event === 'drop'
    ? new DragEvent('drop', { dataTransfer: transfer, ...more })
    : new ClipboardEvent('paste', { clipboardData: transfer, ...more });
  document.querySelector('main .composer textarea').dispatchEvent(made);
}`;

test('are chosen, pasted and dropped, shown with their message, and read by the model', async () => {
  const visit = await Visit.to(playground.url, browser);
  const { page, main, thread } = visit;
  await visit.go('Skein');
  const picker = page.waitForEvent('filechooser');
  await main.node.getByRole('button', { name: 'Attach a file' }).click();
  await (await picker).setFiles([NOTES, { ...NOTES, name: 'not-this.txt' }]);
  const chosen = main.node.getByRole('list', { name: 'Files to send' });
  await chosen.getByText('notes.txt').waitFor();
  await chosen.getByRole('button', { name: 'Remove not-this.txt' }).click();

  const picture = await sharp({ create: { width: 320, height: 120, channels: 3, background: '#2a7' } })
    .png()
    .toBuffer();
  for (const [event, name] of [
    ['paste', 'pasted.png'],
    ['drop', 'dropped.png'],
  ] as const) {
    const data = JSON.stringify({ event, name, bytes: picture.toString('base64') });
    await page.evaluate(`(${GIVE})(${data})`);
    await chosen.getByText(name).waitFor();
  }
  expect(await chosen.getByRole('listitem').count()).toBe(3);

  await main.say('what is in these?');
  await thread.reply();
  const message = main.message('what is in these?');
  await message.getByRole('link', { name: /notes\.txt/ }).waitFor();
  await message.getByRole('img', { name: 'dropped.png' }).waitFor();
  const widths = await message
    .getByRole('img', { name: /\.png$/ })
    .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth));
  expect(widths).toEqual([320, 320]);
  expect(await chosen.isVisible()).toBe(false);

  const inspector = await visit.inspect();
  await inspector.getByText('what is in these? [file: notes.txt').first().click();
  await inspector.getByText('knit one, purl two').first().waitFor();
  await inspector.getByText('The picture "dropped.png"').first().waitFor();
  if (process.env['FILES_PICTURE']) await page.screenshot({ path: process.env['FILES_PICTURE'] });
  expect(visit.browserErrors).toEqual([]);
  expect(await visit.accessibilityFaults()).toEqual([]);
  expect(await visit.fitsWidth()).toBe(true);
  await visit.close();
});

test('that the bot posts stand below its answer, and can be saved', async () => {
  const visit = await Visit.to(playground.url, browser);
  const { main, thread } = visit;
  await visit.go('Skein');
  await main.say('a file, please');
  await thread.node.getByText('yarns.csv (7 lines) is in the file below.').waitFor();
  const link = thread.node.getByRole('link', { name: /yarns\.csv/ });
  await link.waitFor();
  expect(await link.getAttribute('download')).toBe('yarns.csv');
  const saved = await fetch(new URL((await link.getAttribute('href')) ?? '', playground.url));
  expect(await saved.text()).toMatch(/^yarn,metres in 100 g,needles\nlace,800/);
  if (process.env['FILES_PICTURE']) await visit.page.screenshot({ path: process.env['FILES_PICTURE'] });
  expect(visit.browserErrors).toEqual([]);
  expect(await visit.accessibilityFaults()).toEqual([]);
  await visit.close();
});
