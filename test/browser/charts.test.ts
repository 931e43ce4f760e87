/** Charts, drawn on the playground's page in Chromium. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
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

test.each(['light', 'dark'] as const)(
  'a chart is drawn, told to screen readers, and has a table of its values (%s)',
  async (colorScheme) => {
    const visit = await Visit.to(playground.url, browser, { colorScheme });
    const { main, page, thread } = visit;
    await visit.go('Skein');
    await main.say('show me a chart');
    const picture = thread.node.getByRole('img', { name: /^bar chart: Rows knitted in a week\. Ada: Mon 42, Tue 55/ });
    await picture.waitFor();
    expect(await picture.locator('rect').count()).toBe(10);
    const bars = await picture.locator('rect').all();
    const heights = await Promise.all(bars.map(async (bar) => Number(await bar.getAttribute('height'))));
    // Ada's Thursday is the highest of hers, and of all.
    expect(heights.indexOf(Math.max(...heights))).toBe(3);
    await thread.node.getByText('Values', { exact: true }).click();
    await thread.node.getByRole('row', { name: 'Thu 70 52' }).waitFor();
    const shot = process.env['CHARTS_PICTURE'];
    if (shot) await page.screenshot({ path: `${shot}-${colorScheme}.png` });
    expect(visit.browserErrors).toEqual([]);
    expect(await visit.accessibilityFaults()).toEqual([]);
    expect(await visit.fitsWidth()).toBe(true);
    await visit.close();
  },
);
