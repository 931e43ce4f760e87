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

/** Runs in the page: puts charts into it, as they come from Slack. */
const DRAW = `async (charts) => {
  const { chartNode } = await import('/message/chart.js');
  const place = document.createElement('div');
  place.id = 'charts';
  place.className = 'body';
  place.style.cssText = 'position:fixed;inset:0;z-index:9;display:grid;grid-template-columns:repeat(2,480px);background:var(--paper)';
  place.append(...charts.map(chartNode));
  document.body.append(place);
}`;

test('all kinds are drawn, with values below zero, many series and long labels, and what is wrong breaks nothing', async () => {
  const visit = await Visit.to(playground.url, browser);
  const { page } = visit;
  const categories = Array.from({ length: 20 }, (_, at) => `a long category ${at}`);
  const series = (count: number, value: (at: number, nth: number) => number): unknown[] =>
    Array.from({ length: count }, (_, nth) => ({
      name: `series ${nth}`,
      data: categories.map((label, at) => ({ label, value: value(at, nth) })),
    }));
  const axis = { categories, x_label: 'Day', y_label: 'Degrees' };
  const parts = Array.from({ length: 12 }, (_, at) => ({ label: `part ${at}`, value: at + 1 }));
  const charts = [
    { type: 'line', series: series(12, (at, nth) => Math.sin(at / 3 + nth) * 1_500_000), axis_config: axis },
    { type: 'area', series: series(2, (at, nth) => (nth + 1) * (10 - at)), axis_config: axis },
    { type: 'pie', segments: parts },
    { type: 'pie', segments: parts.slice(0, 1) },
    { type: 'bar', series: series(1, () => 0), axis_config: axis },
    { type: 'bar', series: series(1, () => 1.7e308), axis_config: axis },
    { type: 'bar', series: series(1, (at) => (at % 2 === 0 ? -0.3 : 0.1)), axis_config: axis },
    ...[1.7e308, -1.7e308, 5e-324].map((value) => ({
      type: 'line',
      series: series(2, (at) => (at % 2 === 0 ? value : -value / 3)),
      axis_config: axis,
    })),
    { type: 'pie', segments: parts.map(({ label }) => ({ label, value: 1.7e308 })) },
    { type: 'bar', series: 'none' },
  ].map((chart) => ({ title: chart.type, chart }));
  await page.evaluate(`(${DRAW})(${JSON.stringify(charts)})`);
  const drawn = page.locator('#charts');
  expect(await drawn.locator('svg').count()).toBe(12);
  expect(await drawn.locator('svg').first().locator('path.line').count()).toBe(12);
  expect(await drawn.locator('svg.pie').first().locator('path').count()).toBe(12);
  expect(await drawn.innerHTML()).not.toMatch(/NaN|Infinity|undefined/);
  const ticks = await drawn.locator('text[text-anchor=end]').allTextContents();
  expect(ticks.filter((tick) => tick.length > 6)).toEqual([]);
  const shot = process.env['CHARTS_PICTURE'];
  if (shot) await page.screenshot({ path: `${shot}-kinds.png` });
  expect(visit.browserErrors).toEqual([]);
  await visit.close();
});
