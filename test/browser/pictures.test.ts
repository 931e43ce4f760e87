/** Pictures that the bot makes, on the playground's page in Chromium. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type OpenPlayground, playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
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

test('are shown below the answer, and changed by a reply', async () => {
  const visit = await Visit.to(playground.url, browser);
  const { page, main, thread } = visit;
  await visit.go('Skein');
  await main.say('a picture, please');
  const shown = thread.node.locator('img[alt="yarn.png"]');
  await shown.waitFor();
  await thread.say('make it blue');
  const changed = thread.node.locator('img[alt="yarn-blue.png"]');
  await changed.waitFor();
  for (const picture of [shown, changed]) {
    await picture.scrollIntoViewIfNeeded();
    const width = (): Promise<number> =>
      picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await until(async () => (await width()) === 512, 'the picture');
  }
  expect(await thread.node.getByText('yarn-blue.png is below.').count()).toBe(1);
  if (process.env['FILES_PICTURE']) await page.screenshot({ path: process.env['FILES_PICTURE'] });
  expect(visit.browserErrors).toEqual([]);
  await visit.close();
});
