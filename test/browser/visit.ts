/** Page objects for the playground's page in a real browser. */
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import { until } from '../support/until.js';

/** Last words of the stand-in's answers. */
export const END = '— demo model';

export class Visit {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    /** Errors and warnings of the console, including failed requests, and uncaught exceptions. */
    readonly browserErrors: string[],
  ) {}

  static async to(url: string, browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
    return Visit.in(
      await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options }),
      url,
    );
  }

  private static async in(context: BrowserContext, url: string, browserErrors: string[] = []): Promise<Visit> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) browserErrors.push(message.text());
    });
    page.on('pageerror', (error) => browserErrors.push(String(error)));
    await page.goto(url);
    const visit = new Visit(page, context, browserErrors);
    await visit.main.composer.waitFor();
    return visit;
  }

  close(): Promise<void> {
    return this.context.close();
  }

  /** Opens another tab in the same browser context; it shares `browserErrors`. */
  openTab(): Promise<Visit> {
    return Visit.in(this.context, this.page.url(), this.browserErrors);
  }

  get main(): Pane {
    return new Pane(this.page.locator('main'));
  }

  get thread(): Pane {
    return new Pane(this.page.getByRole('complementary', { name: 'Thread' }));
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' });
  }

  /** Opens a channel or DM from the sidebar. */
  async go(place: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: place }).click();
  }

  async writeAs(person: string): Promise<void> {
    await this.page.getByRole('radio', { name: person }).click();
  }

  /** Injects a fault with its button. */
  async fault(button: string | RegExp): Promise<void> {
    const panel = this.page.getByText('Break things');
    if (!(await this.page.getByRole('button', { name: button }).isVisible())) await panel.click();
    await this.page.getByRole('button', { name: button }).click();
  }

  /** Opens the inspector for the open thread or DM. */
  async inspect(): Promise<Locator> {
    if (!(await this.inspector.isVisible()))
      await this.page.getByRole('button', { name: 'Inspect', exact: true }).locator('visible=true').click();
    await this.inspector.waitFor();
    return this.inspector;
  }

  /** Holds the next request to `path` until the returned function refuses it with an error. */
  async holdRequest(path: string): Promise<(error: string) => Promise<void>> {
    const held = new Promise<Route>((take) => void this.page.route(`**${path}`, take, { times: 1 }));
    return async (error) => {
      const route = await held;
      const [before, answered] = [
        this.browserErrors.length,
        this.page.waitForResponse((response) => response.request() === route.request()),
      ];
      await route.fulfill({ status: 400, json: { error } });
      await (await answered).finished();
      // The browser logs the failed request to the console, which is expected here.
      await until(() => this.browserErrors.length > before, 'the console message of the failed request');
      this.browserErrors.splice(before);
    };
  }

  /** WCAG violations that axe rates serious or critical. */
  async accessibilityFaults(): Promise<string[]> {
    // Not a script tag: the page's content security policy forbids it.
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run()');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
  }

  /** Number of unread messages, from the window title: "(2) …". */
  async unread(): Promise<number> {
    return Number(/^\((\d+)\) /.exec(await this.page.title())?.[1] ?? 0);
  }

  /** Background colour of the channel pane. */
  background(): Promise<string> {
    return this.page.evaluate('getComputedStyle(document.querySelector("main")).backgroundColor');
  }

  /** True when the page does not scroll horizontally. */
  fitsWidth(): Promise<boolean> {
    return this.page.evaluate('document.documentElement.scrollWidth <= innerWidth');
  }
}

/** The channel pane or the thread pane. */
export class Pane {
  constructor(readonly node: Locator) {}

  get composer(): Locator {
    return this.node.locator('.composer textarea');
  }

  /** The composer's error message. */
  get problem(): Locator {
    return this.node.locator('.composer .problem');
  }

  /** Messages that contain this text. */
  message(text: string | RegExp): Locator {
    return this.node.getByRole('article').filter({ hasText: text });
  }

  get replies(): Locator {
    return this.node.locator('.message.bot');
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Resolves with the bot's nth reply when it contains `ending`. */
  async reply(nth = 0, ending = END): Promise<Locator> {
    const reply = this.replies.nth(nth);
    await reply.getByText(ending).first().waitFor();
    return reply;
  }

  /** Clicks one of the action buttons over a message. */
  async clickAction(message: Locator, action: string): Promise<void> {
    await message.hover();
    await message.getByRole('button', { name: action, exact: true }).click();
  }
}
