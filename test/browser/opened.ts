/** A playground, open in Chromium, for the tests of a file. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type OpenPlayground, playgroundForTests } from '../playground/support.js';
import { launchChromium } from './chromium.js';
import { Visit } from './visit.js';

export interface Opened {
  browser: Browser;
  playground: OpenPlayground;
  /** New in each test, which may replace it. Closed after it; the browser must have logged no error. */
  visit: Visit;
}

/** Filled before the first test. */
export function openedPlayground(options: Parameters<typeof playgroundForTests>[0]): Opened {
  const opened = {} as Opened;
  beforeAll(async () => {
    opened.browser = await launchChromium();
    opened.playground = await playgroundForTests(options);
  });
  beforeEach(async () => {
    opened.visit = await Visit.to(opened.playground.url, opened.browser);
  });
  afterEach(async () => {
    const { browserErrors } = opened.visit;
    await opened.visit.close();
    expect(browserErrors).toEqual([]);
  });
  afterAll(async () => {
    await opened.playground.stop();
    await opened.browser.close();
  });
  return opened;
}
